import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 60;

/**
 * Where the content of a PKCS #7 signature lies in its file, without the content's own header: what the digest in the
 * signature is taken over (RFC 2315, section 9.3).
 * @returns undefined when the file is no such signature
 */
export async function pkcs7Content(
  exec: Exec,
  signature: string,
): Promise<{ start: number; length: number } | undefined> {
  const { stdout } = await exec.run(['openssl', 'asn1parse', '-inform', 'DER', '-in', signature], {
    purpose: 'read a signature',
    timeoutSeconds: LIMIT_SECONDS,
    // 1 also when zeros that fill up the entry follow.
    okCodes: [0, 1],
  });
  // SignedData, then contentInfo, then [0]: nothing before it is a sequence this deep.
  const [, offset, header, length] = /^ *(\d+):d=5 +hl= *(\d+) +l= *(\d+) +cons: SEQUENCE/m.exec(stdout) ?? [];
  if (offset === undefined) return undefined;
  return { start: Number(offset) + Number(header), length: Number(length) };
}

/**
 * Checks a PKCS #7 signature over `content`. Its signer has to be certified by `authority`, which is trusted as it
 * stands; certificates the signature brings lead there and are not trusted. Times are not looked at: firmware that
 * checks loaders does not either (UEFI specification 2.10, section 32.5.3.3).
 * @param content file with the bytes that {@link pkcs7Content} tells
 * @param authority file with one PEM certificate
 * @returns why it does not hold; undefined when it does
 */
export async function pkcs7Fault(
  exec: Exec,
  { signature, content, authority }: { signature: string; content: string; authority: string },
): Promise<string | undefined> {
  const { exitCode, stderr } = await exec.run(
    [
      ...(['openssl', 'smime', '-verify', '-inform', 'DER', '-in', signature, '-content', content, '-binary'] as const),
      ...['-CAfile', authority, '-no-CApath', '-no-CAstore', '-partial_chain', '-purpose', 'any', '-no_check_time'],
      ...['-out', '/dev/null'],
    ],
    { purpose: 'check a signature', timeoutSeconds: LIMIT_SECONDS, okCodes: [0, 1, 2, 3, 4, 5] },
  );
  if (exitCode === 0) return undefined;
  return (
    /Verify error: ?(.+)$/m.exec(stderr)?.[1] ?? /:([a-z][a-z ]+):[^:]*:\d+:$/m.exec(stderr)?.[1] ?? 'no signature'
  );
}
