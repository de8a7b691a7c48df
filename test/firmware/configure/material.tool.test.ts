import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration, type Tls, type TlsArchive } from '../../../src/contract/configuration/configuration.ts';
import { ConfigurationError } from '../../../src/contract/configuration/parse-configuration.ts';
import { brokenMaterial } from '../../../src/firmware/configure/material.ts';
import { openArchive } from '../../../src/firmware/configure/pfx.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleAppliance } from './sample-appliance.ts';

const folder = tempFolder();
const path = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
const text = (name: string): string => readFileSync(path(name), 'utf8');
const now = new Date();

/** A key and a certificate signed by itself. */
function make(name: string, ...more: string[]): Tls {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    ...more,
  );
  return { certificate: text(`${name}.crt`), key: text(`${name}.key`) };
}

const mistakes = (tls: Tls | null, trustedAuthorities: string[] = []): string[] =>
  brokenMaterial({ ...defaultConfiguration, tls, trustedAuthorities }, '/', now);

const good = make('good', '-days', '30');
const other = make('other', '-days', '30');

test('a certificate and its key are taken', () => assert.equal(mistakes(good), []));

test('a key of another certificate, one behind a password, and none at all are told', () => {
  assert.equal(mistakes({ ...good, key: other.key }), ['/tls/key: does not belong to the certificate']);
  openssl('pkcs8', '-topk8', '-in', 'good.key', '-out', 'locked.key', '-passout', 'pass:secret');
  for (const key of [text('locked.key'), 'no key'])
    assert.match(mistakes({ ...good, key })[0] ?? '', '/tls/key: is no private key in PEM without a password');
});

test('a key that was pasted along with a certificate is refused: it would be shown to everybody', () => {
  const pasted = good.certificate + good.key;
  assert.equal(mistakes({ ...good, certificate: pasted }), [
    '/tls/certificate: has more than certificates in it; the key has a place of its own',
  ]);
  assert.equal(mistakes(null, [pasted]), ['/trustedAuthorities/0: has more than a certificate in it']);
});

test('a folder of time zones is no time zone', () => {
  const zone = (timeZone: string): string[] => brokenMaterial({ ...defaultConfiguration, timeZone }, '/', now);
  assert.equal(zone('Europe/Zurich'), []);
  assert.match(zone('Europe').join(), '/timeZone: this appliance knows no time zone Europe');
});

test('an expired certificate is told, with its end', () => {
  const past = make('past', '-days', '1');
  const later = new Date(now.getTime() + 3 * 24 * 3600 * 1000);
  const found = brokenMaterial({ ...defaultConfiguration, tls: past }, '/', later);
  assert.match(found.join(), /\/tls\/certificate: ended on /);
});

test('a chain in the wrong order is told', () => {
  assert.match(mistakes({ ...good, certificate: good.certificate + other.certificate })[0] ?? '', 'did not sign');
});

test('an authority has to be one', () => {
  const leaf = make('leaf', '-days', '30', '-addext', 'basicConstraints=critical,CA:FALSE').certificate;
  assert.match(mistakes(null, [leaf])[0] ?? '', 'is no certificate of an authority');
  assert.equal(mistakes(null, [good.certificate]), []);
  assert.match(mistakes(null, [good.certificate + other.certificate])[0] ?? '', 'has 2 certificates');
});

openssl(
  'pkcs12',
  '-export',
  '-in',
  'good.crt',
  '-inkey',
  'good.key',
  '-certfile',
  'other.crt',
  '-out',
  'good.pfx',
  '-passout',
  'pass:open sesame',
);
const archive: TlsArchive = { pfx: readFileSync(path('good.pfx')).toString('base64'), password: 'open sesame' };

async function refusal(broken: TlsArchive): Promise<string> {
  try {
    await openArchive(broken, folder);
  } catch (error) {
    assert.instance(error, ConfigurationError);
    return (error as Error).message;
  }
  return 'taken';
}

test('a PKCS #12 file becomes key and chain', async () => {
  const { key, certificate } = await openArchive(archive, folder);
  assert.is(certificate, good.certificate + other.certificate);
  assert.equal(mistakes({ key, certificate: good.certificate }), []);
});

test('a wrong password and what is no such file are told apart', async () => {
  assert.is(await refusal({ ...archive, password: 'wrong' }), '/tls/password: the password is wrong');
  assert.is(await refusal({ ...archive, pfx: 'AAAA' }), '/tls/pfx: is no PKCS #12 file');
});

test('a PKCS #12 file is kept as PEM, its key for root alone', async () => {
  const { configurator, root, places } = sampleAppliance(undefined, new Date());
  openssl('pkcs12', '-export', '-in', 'good.crt', '-inkey', 'good.key', '-out', 'one.pfx', '-passout', 'pass:x');
  const tls = { pfx: readFileSync(path('one.pfx')).toString('base64'), password: 'x' };
  await configurator.apply({ ...defaultConfiguration, tls }, { who: 'ada', channel: 'appliancectl' });
  assert.is(readFileSync(join(root, 'var/lib/kiln/tls/certificate.pem'), 'utf8'), good.certificate);
  assert.match(readFileSync(join(root, 'var/lib/kiln/tls/key.pem'), 'utf8'), 'PRIVATE KEY');
  const { configuration } = await configurator.kept.current();
  assert.equal(configuration.tls, { certificate: good.certificate, key: '(secret)' });
  assert.not.match(readFileSync(join(places.configuration, '00000001.json'), 'utf8'), 'PRIVATE');
});

test.run();
