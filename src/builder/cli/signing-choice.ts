import { resolve } from 'node:path';
import { KilnError } from '../errors.ts';
import type { SigningChoice } from '../signing/signing.ts';
import type { Session } from './session.ts';

/** Below the folder a command is given in: one authority for each checkout. git ignores it. */
const DEVELOPMENT_KEYS = '.kiln/keys';

export interface SigningFlags {
  signingKey?: string;
  signingCertificate?: string;
  keyring?: string;
}

/**
 * What a command's options say bundles are signed with: all three files, or none and keys for development; the keyring
 * alone is for a bundle that is signed elsewhere later.
 * @throws {KilnError} `usage` when some are missing
 */
export function signingChoice({ signingKey, signingCertificate, keyring }: SigningFlags): SigningChoice {
  if (signingKey !== undefined && signingCertificate !== undefined && keyring !== undefined) {
    const files = { key: resolve(signingKey), certificate: resolve(signingCertificate), keyring: resolve(keyring) };
    return { kind: 'files', files };
  }
  if (keyring !== undefined && signingKey === undefined && signingCertificate === undefined)
    return { kind: 'development', folder: resolve(DEVELOPMENT_KEYS), keyring: resolve(keyring) };
  const given = { '--signing-key': signingKey, '--signing-certificate': signingCertificate, '--keyring': keyring };
  const missing = Object.entries(given).flatMap(([option, value]) => (value === undefined ? [option] : []));
  if (missing.length < Object.keys(given).length) {
    throw new KilnError({
      code: 'usage',
      message: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: key, certificate and keyring go together`,
      hint: 'Name all three, none to sign with keys for development, or --keyring alone to sign later with kiln sign.',
    });
  }
  return { kind: 'development', folder: resolve(DEVELOPMENT_KEYS) };
}

/**
 * The keyring of an image that is rendered and not baked.
 * @param file absent means the keyring for development, made when it is not there
 * @throws {KilnError} `signing-invalid`
 */
export async function keyringFor({ signal }: Session, file: string | undefined): Promise<string> {
  const [{ createExec }, { developmentKeys }, { readKeyringFile }] = await Promise.all([
    import('../exec/run.ts'),
    import('../signing/development-keys.ts'),
    import('../signing/keyring.ts'),
  ]);
  if (file !== undefined) return readKeyringFile(resolve(file));
  return (await developmentKeys(createExec(signal), resolve(DEVELOPMENT_KEYS))).keyring;
}
