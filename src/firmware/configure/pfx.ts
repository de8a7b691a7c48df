import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tls, TlsArchive } from '../../contract/configuration/configuration.ts';
import { ConfigurationError } from '../../contract/configuration/parse-configuration.ts';
import { CommandError, runCommand } from '../platform/run-command.ts';

const LIMIT_SECONDS = 60;

/**
 * Takes key and certificates out of a PKCS #12 file, by openssl(1).
 * @param folder for a file that exists for a moment; in memory, so that no key lies on a disk
 * @throws {ConfigurationError} when the password is wrong or it is no such file
 */
export async function openArchive({ pfx, password }: TlsArchive, folder: string): Promise<Tls> {
  const own = await mkdtemp(join(folder, 'pfx-'));
  const file = join(own, 'archive');
  const read = (...wanted: string[]): Promise<string> =>
    runCommand('openssl', ['pkcs12', '-in', file, '-passin', 'stdin', ...wanted], LIMIT_SECONDS, `${password}\n`);
  try {
    await writeFile(file, Buffer.from(pfx, 'base64'), { mode: 0o600 });
    const key = await read('-nocerts', '-nodes');
    const [certificate, others] = [await read('-clcerts', '-nokeys'), await read('-cacerts', '-nokeys')];
    return { key: onlyPem(key), certificate: `${onlyPem(certificate)}${onlyPem(others)}` };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const said = error.stderr;
    const reason = /invalid password|mac verify/i.test(said) ? 'the password is wrong' : 'is no PKCS #12 file';
    throw new ConfigurationError([reason.startsWith('the') ? `/tls/password: ${reason}` : `/tls/pfx: ${reason}`]);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Without the attributes that openssl writes between. */
function onlyPem(text: string): string {
  return (text.match(/-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----\n/g) ?? []).join('');
}
