import type { Exec } from '../exec/run.ts';
import { checkedFiles, type SigningFiles } from './checked-files.ts';
import { developmentKeys } from './development-keys.ts';
import { readKeyringFile } from './keyring.ts';

/** What bundles are signed with, and what the appliance trusts; checked, and known to fit together. */
export interface Signing {
  /** Files with one PEM each, absolute. */
  readonly keyFile: string;
  readonly certificateFile: string;
  /** Certificates of the authorities an appliance takes bundles from, PEM. */
  readonly keyring: string;
  /** Those of the signer, PEM, when an appliance does not trust it and `kiln sign` comes later; absent: `keyring`. */
  readonly signerKeyring?: string;
  /** SHA-256 fingerprint of the signing certificate, 64 lower-case hex digits. */
  readonly signer: string;
  readonly development: boolean;
}

/**
 * How a user chooses: files of theirs, or keys for development that are made on first use; with a keyring of theirs, the
 * image trusts that alone.
 */
export type SigningChoice =
  | { readonly kind: 'files'; readonly files: SigningFiles }
  | { readonly kind: 'development'; readonly folder: string; readonly keyring?: string };

/**
 * Settles what a bake signs with, before anything is made.
 * @throws {KilnError} `signing-invalid` with all that is wrong with the first file that is
 */
export async function settleSigning(exec: Exec, choice: SigningChoice): Promise<Signing> {
  if (choice.kind === 'files') return checkedFiles(exec, choice.files);
  const { folder, keyring } = choice;
  const trusted = keyring === undefined ? undefined : await readKeyringFile(keyring);
  const signing = await developmentKeys(exec, folder);
  return trusted === undefined ? signing : { ...signing, keyring: trusted, signerKeyring: signing.keyring };
}
