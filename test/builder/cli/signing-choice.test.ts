import { resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { signingChoice } from '../../../src/builder/cli/signing-choice.ts';
import { caught } from '../../support/caught.ts';

const all = { signingKey: 'release.key', signingCertificate: '/keys/release.pem', keyring: 'keyring.pem' };

test('three files are taken as they are named, from the current folder', () => {
  const files = { key: resolve('release.key'), certificate: '/keys/release.pem', keyring: resolve('keyring.pem') };
  assert.equal(signingChoice(all), { kind: 'files', files });
});

test('without any, keys for development lie below the current folder', () => {
  assert.equal(signingChoice({}), { kind: 'development', folder: resolve('.kiln/keys') });
});

test('a keyring alone is what the image trusts; who signs comes later', () => {
  const choice = { kind: 'development', folder: resolve('.kiln/keys'), keyring: resolve('keyring.pem') };
  assert.equal(signingChoice({ keyring: 'keyring.pem' }), choice);
});

test('some without the others are a mistake of the command line, which names what is missing', async () => {
  const told = async (flags: Partial<typeof all>): Promise<string> => {
    const error = await caught('usage', () => signingChoice(flags));
    assert.is(error.exitCode, 2);
    return error.message;
  };
  const { signingKey, signingCertificate, keyring } = all;
  assert.match(await told({ signingKey, keyring }), /^--signing-certificate is missing/);
  assert.match(await told({ signingCertificate, keyring }), /^--signing-key is missing/);
  assert.match(await told({ signingKey, signingCertificate }), /^--keyring is missing/);
  assert.match(await told({ signingKey }), /^--signing-certificate and --keyring are missing/);
});

test.run();
