import type { Exec } from '../exec/run.ts';
import { checkedFiles, type SigningFiles } from './checked-files.ts';
import { developmentKeys } from './development-keys.ts';

/** What bundles are signed with, and what the appliance trusts; checked, and known to fit together. */
export interface Signing {
  /** Files with one PEM each, absolute. */
  readonly keyFile: string;
  readonly certificateFile: string;
  /** Certificates of the authorities an appliance takes bundles from, PEM. */
  readonly keyring: string;
  /** SHA-256 fingerprint of the signing certificate, 64 lower-case hex digits. */
  readonly signer: string;
  readonly development: boolean;
}

/** How a user chooses: files of theirs, or keys for development that are made on first use. */
export type SigningChoice =
  | { readonly kind: 'files'; readonly files: SigningFiles }
  | { readonly kind: 'development'; readonly folder: string };

/**
 * Settles what a bake signs with, before anything is made.
 * @throws {KilnError} `signing-invalid` with all that is wrong with the first file that is
 */
export function settleSigning(exec: Exec, choice: SigningChoice): Promise<Signing> {
  return choice.kind === 'files' ? checkedFiles(exec, choice.files) : developmentKeys(exec, choice.folder);
}
