import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 60;
/** A hundred years: what is made here is for development, and nobody renews it. */
const DAYS = '36500';

/** Extensions by what a certificate is for. RAUC asks for those of a signer (its manual, "Key Usage Attributes"). */
const extensions = {
  authority: ['basicConstraints = critical, CA:TRUE, pathlen:0', 'keyUsage = critical, keyCertSign, cRLSign'],
  signer: [
    'basicConstraints = critical, CA:FALSE',
    'keyUsage = critical, digitalSignature',
    'extendedKeyUsage = critical, codeSigning',
    'authorityKeyIdentifier = keyid:always',
  ],
} as const;

/** File names in one folder. */
interface KeyPair {
  readonly key: string;
  readonly certificate: string;
}

/**
 * Makes a key (ECDSA over P-256, PKCS #8, for its owner alone) and its certificate, both PEM.
 * @param folder absolute; the files are written into it
 * @param input.issuer the authority that certifies it; absent means that it certifies itself
 */
export async function makeCertificate(
  exec: Exec,
  folder: string,
  input: KeyPair & { kind: keyof typeof extensions; name: string; issuer?: KeyPair },
): Promise<void> {
  // Not the host's configuration, which may add extensions of its own.
  const configuration = join(folder, `${input.certificate}.cnf`);
  const lines = ['[req]', 'distinguished_name = subject', '[subject]', '[extensions]', 'subjectKeyIdentifier = hash'];
  await writeFile(configuration, `${[...lines, ...extensions[input.kind]].join('\n')}\n`);
  const issuer = input.issuer === undefined ? [] : ['-CA', input.issuer.certificate, '-CAkey', input.issuer.key];
  await exec.run(
    [
      ...(['openssl', 'req', '-x509', '-config', configuration, '-extensions', 'extensions', ...issuer] as const),
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256', '-days', DAYS],
      ...['-subj', `/CN=${input.name}`, '-keyout', input.key, '-out', input.certificate],
    ],
    { purpose: `make a certificate for ${input.name}`, timeoutSeconds: LIMIT_SECONDS, cwd: folder },
  );
  await rm(configuration);
}

/**
 * Why a keyring does not lead to a certificate now; undefined when it does.
 * @param files PEM, absolute
 */
export async function chainFault(
  exec: Exec,
  { certificate, keyring }: { certificate: string; keyring: string },
): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await exec.run(
    ['openssl', 'verify', '-CAfile', keyring, '-no-CApath', '-no-CAstore', certificate],
    { purpose: 'check the signing certificate', timeoutSeconds: LIMIT_SECONDS, okCodes: [0, 1, 2] },
  );
  if (exitCode === 0) return undefined;
  return /^error \d+ at \d+ depth lookup: ?(.+)$/m.exec(`${stdout}\n${stderr}`)?.[1] ?? 'openssl verify refuses it';
}

/** Whether a certificate says what its key is for, and signatures are not among that (RFC 5280, section 4.2.1.3). */
export async function mayNotSign(exec: Exec, certificate: string): Promise<boolean> {
  const { stdout } = await exec.run(['openssl', 'x509', '-in', certificate, '-noout', '-ext', 'keyUsage'], {
    purpose: 'read the signing certificate',
    timeoutSeconds: LIMIT_SECONDS,
  });
  return /Key Usage/.test(stdout) && !/Digital Signature/.test(stdout);
}
