import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { checkedFiles, type SigningFiles } from '../../../src/builder/signing/checked-files.ts';
import { developmentKeys } from '../../../src/builder/signing/development-keys.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const exec = createExec(new AbortController().signal);
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/** Keys of two authorities that know nothing of each other. */
async function someKeys(): Promise<{ own: SigningFiles; other: SigningFiles; folder: string }> {
  const folder = tempFolder();
  const filesOf = async (name: string): Promise<SigningFiles> => {
    const at = join(folder, name);
    await developmentKeys(exec, at);
    return {
      key: join(at, 'signing.key'),
      certificate: join(at, 'signing.pem'),
      keyring: join(at, 'authority.pem'),
    };
  };
  return { folder, own: await filesOf('own'), other: await filesOf('other') };
}

const { own, other, folder } = await someKeys();

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('keys for development are made once, for their owner alone, and may sign code', async () => {
  const at = join(tempFolder(), 'deep/.kiln/keys');
  const made = await developmentKeys(exec, at);
  assert.equal(await developmentKeys(exec, at), made);
  assert.equal(readdirSync(join(at, '..')), ['keys']);
  assert.equal(readdirSync(at).sort(), ['authority.key', 'authority.pem', 'signing.key', 'signing.pem']);
  assert.is(statSync(at).mode & 0o777, 0o700);
  for (const key of ['authority.key', 'signing.key']) assert.is(statSync(join(at, key)).mode & 0o777, 0o600, key);

  const certificate = new X509Certificate(readFileSync(made.certificateFile));
  const authority = new X509Certificate(made.keyring);
  assert.equal(certificate.keyUsage, [CODE_SIGNING]);
  assert.is(certificate.ca, false);
  assert.ok(authority.ca && certificate.checkIssued(authority));
  assert.is(made.signer, certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  assert.is(made.development, true);
});

test('two bakes that make them at once end with the same keys, and leave nothing besides', async () => {
  const at = join(tempFolder(), 'keys');
  const script = `
    const { createExec } = await import('./src/builder/exec/run.ts');
    const { developmentKeys } = await import('./src/builder/signing/development-keys.ts');
    process.stdout.write((await developmentKeys(createExec(new AbortController().signal), process.argv[1])).signer);`;
  const bake = () =>
    exec.run([process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script, at], {
      purpose: 'make keys',
      timeoutSeconds: 60,
    });
  const [one, two] = await Promise.all([bake(), bake()]);
  assert.match(one.stdout, /^[0-9a-f]{64}$/);
  assert.is(two.stdout, one.stdout);
  assert.equal(readdirSync(join(at, '..')), ['keys']);
});

test('keys that are not whole are told, and not made again unasked', async () => {
  const at = join(tempFolder(), 'keys');
  await developmentKeys(exec, at);
  rmSync(join(at, 'signing.key'));
  const { message } = await caught('signing-invalid', () => developmentKeys(exec, at));
  assert.match(message, at);
  assert.not.ok(existsSync(join(at, 'signing.key')));
});

test('files that fit together are taken, and what stands around the keyring’s certificates is left out', async () => {
  const authority = readFileSync(own.keyring, 'utf8');
  const old = readFileSync(other.keyring, 'utf8');
  const keyring = write('both.pem', `the old one\n${old}\nthe new one\n${authority}`);
  const signing = await checkedFiles(exec, { ...own, keyring });
  assert.is(signing.keyring, `${old}${authority}`);
  assert.is(signing.development, false);
});

const refused: Readonly<
  Record<string, readonly [change: () => Partial<SigningFiles> | Promise<Partial<SigningFiles>>, RegExp]>
> = {
  'a key of another certificate': [() => ({ key: other.key }), /is not the key of/],
  'a certificate of another authority': [
    () => ({ key: other.key, certificate: other.certificate }),
    /does not accept it: unable to get local issuer certificate/,
  ],
  'a file that is not there': [() => ({ key: join(folder, 'none') }), /cannot be read \(ENOENT\)/],
  'a key that is none': [() => ({ key: write('junk.key', 'junk') }), /is no private key/],
  'an empty keyring': [() => ({ keyring: write('empty.pem', '') }), /1 to 16 certificates, this one 0/],
  'a keyring without authorities': [() => ({ keyring: own.certificate }), /is no certificate of an authority/],
  'a keyring with a torn certificate': [
    () => ({ keyring: write('torn.pem', readFileSync(own.keyring, 'utf8').replace(/\n.{20}/, '\nAAAA')) }),
    /certificate 1 cannot be read/,
  ],
  'two certificates of signers': [
    () => ({ certificate: write('two.pem', readFileSync(own.certificate, 'utf8').repeat(2)) }),
    /2 certificates, expected one/,
  ],
  'an authority as signer': [
    () => ({ key: own.keyring.replace('.pem', '.key'), certificate: own.keyring }),
    /may not sign code/,
  ],
  'a certificate that may sign, but not code': [
    async () => {
      const files = { key: join(folder, 'mail.key'), certificate: join(folder, 'mail.pem') };
      const argv = [
        ...(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const),
        ...['-CA', own.keyring, '-CAkey', own.keyring.replace('.pem', '.key'), '-subj', '/CN=Mail'],
        ...['-addext', 'keyUsage=digitalSignature', '-addext', 'extendedKeyUsage=emailProtection'],
        ...['-keyout', files.key, '-out', files.certificate],
      ] as const;
      await exec.run(argv, { purpose: 'certify a key for mail', timeoutSeconds: 60 });
      return files;
    },
    /may not sign code/,
  ],
  'a key with a passphrase': [
    async () => {
      const key = join(folder, 'locked.key');
      const argv = ['openssl', 'pkcs8', '-topk8', '-in', own.key, '-out', key, '-passout', 'pass:secret'] as const;
      await exec.run(argv, { purpose: 'lock a key', timeoutSeconds: 60 });
      return { key };
    },
    /has a passphrase/,
  ],
};

for (const [what, [change, reason]] of Object.entries(refused)) {
  test(`refused before anything is baked: ${what}`, async () => {
    const files = { ...own, ...(await change()) };
    const { message } = await caught('signing-invalid', () => checkedFiles(exec, files));
    assert.match(message, reason);
  });
}

test.run();
