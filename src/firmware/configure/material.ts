import { createPrivateKey, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../../contract/configuration/configuration.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const ZONES = 'usr/share/zoneinfo';

/**
 * What only a look at keys, certificates and the appliance can tell.
 * @param configuration with its secrets
 * @param root of the appliance
 * @returns every mistake, each with its place in the document
 */
export function brokenMaterial(configuration: Configuration, root: string, now: Date): string[] {
  const { tls, trustedAuthorities, timeZone, monitoring } = configuration;
  const authority = monitoring.syslog?.authority ?? null;
  return [
    ...(tls !== null && 'key' in tls ? brokenPair(tls.certificate, tls.key, now) : []),
    ...trustedAuthorities.flatMap((pem, index) => brokenAuthority(`/trustedAuthorities/${index}`, pem, now)),
    ...(authority === null ? [] : brokenAuthority('/monitoring/syslog/authority', authority, now)),
    ...(timeZone !== null && !statSync(join(root, ZONES, timeZone), { throwIfNoEntry: false })?.isFile()
      ? [`/timeZone: this appliance knows no time zone ${timeZone}`]
      : []),
  ];
}

function brokenPair(certificate: string, key: string, now: Date): string[] {
  if (hasMore(certificate))
    return ['/tls/certificate: has more than certificates in it; the key has a place of its own'];
  const chain = readCertificates(certificate);
  const own = chain?.[0];
  if (chain === undefined || own === undefined) return ['/tls/certificate: is no certificate in PEM'];
  const mistakes = datesOf('/tls/certificate', own, now);
  for (const [index, one] of chain.slice(1).entries()) {
    if (!chain[index]?.checkIssued(one))
      mistakes.push(`/tls/certificate: number ${index + 2} of the chain did not sign number ${index + 1}`);
  }
  try {
    if (!own.checkPrivateKey(createPrivateKey(key))) mistakes.push('/tls/key: does not belong to the certificate');
  } catch (error) {
    // OpenSSL's words name neither the key nor a part of it.
    mistakes.push(`/tls/key: is no private key in PEM without a password: ${(error as Error).message}`);
  }
  return mistakes;
}

function brokenAuthority(place: string, pem: string, now: Date): string[] {
  if (hasMore(pem)) return [`${place}: has more than a certificate in it`];
  const found = readCertificates(pem);
  const [one] = found ?? [];
  if (one === undefined) return [`${place}: is no certificate in PEM`];
  if (found?.length !== 1) return [`${place}: has ${found?.length} certificates; each has to be an entry of its own`];
  return one.ca ? datesOf(place, one, now) : [`${place}: is no certificate of an authority`];
}

function datesOf(place: string, { validFrom, validTo }: X509Certificate, now: Date): string[] {
  if (new Date(validTo) <= now) return [`${place}: ended on ${validTo}`];
  // A clock that was never set is behind; that is no fault of the certificate that is not valid yet.
  return new Date(validFrom) > now && now.getUTCFullYear() >= 2020
    ? [`${place}: is not valid before ${validFrom}`]
    : [];
}

/** A key that was pasted along would be shown to everybody. */
function hasMore(pem: string): boolean {
  return pem.replace(CERTIFICATE, '').includes('-----BEGIN');
}

/** @returns undefined when one of them can not be read */
function readCertificates(pem: string): X509Certificate[] | undefined {
  try {
    return (pem.match(CERTIFICATE) ?? []).map((one) => new X509Certificate(one));
  } catch {
    // OpenSSL refuses it, whatever the reason.
    return undefined;
  }
}
