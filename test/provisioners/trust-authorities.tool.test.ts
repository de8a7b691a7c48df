import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { repositoryRoot } from '../support/source-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
const authorities = join(root, 'etc/kiln/authorities');
const certs = join(root, 'etc/ssl/certs');
const program = join(repositoryRoot, 'provisioners/75-configuration/files/usr/lib/kiln/trust-authorities');
const trust = (): void => void execFileSync('sh', [program, root]);
const bundle = (): string => readFileSync(join(certs, 'ca-certificates.crt'), 'utf8');

for (const folder of [authorities, certs, join(root, 'usr/lib/kiln')]) mkdirSync(folder, { recursive: true });
const shipped = '-----BEGIN CERTIFICATE-----\nshipped\n-----END CERTIFICATE-----\n';
writeFileSync(join(root, 'usr/lib/kiln/ca-certificates.crt'), shipped);
writeFileSync(join(certs, 'ca-certificates.crt'), 'an older one');

/** Two of one name have one hash, and must not be taken for each other. */
function authority(file: string): string {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-subj', '/CN=Customer CA', '-keyout', '/dev/null', '-out', file],
    ],
    { stdio: 'ignore' },
  );
  return readFileSync(file, 'utf8');
}

test('authorities of the configuration are trusted by folder and by bundle, beside those that were shipped', () => {
  const [one, other] = [authority(join(authorities, '1.crt')), authority(join(authorities, '2.crt'))];
  trust();
  trust();
  assert.is(bundle(), shipped + one + other);
  assert.is(readdirSync(certs).length, 3);
  for (const name of ['1.crt', '2.crt']) {
    const verify = ['verify', '-no-CAfile', '-CApath', certs, join(authorities, name)];
    assert.match(execFileSync('openssl', verify, { encoding: 'utf8' }), 'OK');
  }
});

test('what is taken out is trusted no more', () => {
  rmSync(join(authorities, '1.crt'));
  trust();
  assert.is(readdirSync(certs).length, 2);
  rmSync(join(authorities, '2.crt'));
  trust();
  assert.is(bundle(), shipped);
  assert.equal(readdirSync(certs), ['ca-certificates.crt']);
});

test.run();
