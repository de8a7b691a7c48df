import { isIP } from 'node:net';

/** Whether a host, or a domain it is in, is reached without the proxy. */
export function isException(host: string, exceptions: readonly string[]): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/^\[|\]$/g, '');
  const wanted = plain(host);
  return exceptions.map(plain).some((one) => wanted === one || (isIP(wanted) === 0 && wanted.endsWith(`.${one}`)));
}
