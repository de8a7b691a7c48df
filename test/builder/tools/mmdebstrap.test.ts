import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import { mmdebstrap } from '../../../src/builder/tools/mmdebstrap.ts';
import { caught } from '../../support/caught.ts';
import { fakeExec, toolFailure } from '../../support/fake-exec.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const options = {
  variant: 'minbase',
  suite: 'trixie',
  suites: [{ uri: 'http://m.example/debian', suite: 'trixie' }],
  packages: ['acl', 'sudo'],
  dpkgOptions: ['path-exclude=/usr/share/man/*'],
  hooks: { setup: ['s'], essential: ['e'], customize: ['c'] },
  debFolder: join(tempFolder(), 'debs'),
  output: '/out/base.tar',
  workDir: '/work/tree',
  epoch: 1_767_225_600,
  logFile: '/out/log',
  onLine: () => undefined,
} as const;

const failsWith = (error: Error): (() => Promise<void>) => {
  const { exec } = fakeExec(() => Promise.reject(error));
  return () => mmdebstrap(exec, options);
};

async function command(change: Partial<Parameters<typeof mmdebstrap>[1]> = {}) {
  const { exec, calls } = fakeExec();
  await mmdebstrap(exec, { ...options, ...change });
  const [call] = calls;
  assert.ok(call);
  return { argv: call.argv, env: call.options.env };
}

test('signatures are always checked with the keys of Debian, and no recommendation slips in', async () => {
  const { argv, env } = await command();
  assert.ok(argv.includes('--keyring=/usr/share/keyrings/debian-archive-keyring.gpg'));
  assert.not.match(argv.join(' '), /trusted|allow-unauth|AllowInsecure|no-check/i);
  assert.ok(argv.includes('--aptopt=APT::Install-Recommends "false"'));
  assert.is(env?.SOURCE_DATE_EPOCH, '1767225600');
  assert.is(env?.TMPDIR, '/work/tree');
});

test('packages, suite, output and sources stand where mmdebstrap looks for them', async () => {
  const { argv } = await command();
  assert.equal(argv.slice(-4), [
    '--include=acl,sudo',
    'trixie',
    '/out/base.tar',
    'deb http://m.example/debian trixie main',
  ]);
});

test('packages already here go in first and come out before the last hooks', async () => {
  const hooks = async (variant: 'minbase' | 'extract') =>
    (await command({ variant, debFolder: options.debFolder })).argv.filter((arg) => /-hook=/.test(arg));
  const [make, syncIn, setup, essential, syncOut, customize] = await hooks('minbase');
  assert.equal(
    [make, setup, essential, customize],
    ['--setup-hook=mkdir -p "$1/var/cache/apt/archives"', '--setup-hook=s', '--essential-hook=e', '--customize-hook=c'],
  );
  assert.is(syncIn, `--setup-hook=sync-in ${options.debFolder} /var/cache/apt/archives/`);
  assert.is(syncOut, `--customize-hook=sync-out /var/cache/apt/archives ${options.debFolder}`);
  assert.match((await hooks('extract')).join('\n'), /^--extract-hook=sync-out /m);
});

test('a cache whose path has blanks or quotes is one word', async () => {
  const debFolder = join(tempFolder(), "it's my cache");
  const { argv } = await command({ debFolder });
  const quoted = debFolder.replace("'", "'\\''");
  assert.ok(argv.includes(`--setup-hook=sync-in '${quoted}' /var/cache/apt/archives/`));
});

const untrusted = {
  'a signature by an unknown key':
    "W: GPG error: http://m.example/debian trixie InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 6ED0E7B82643E131\nE: The repository 'http://m.example/debian trixie InRelease' is not signed.",
  'a key that has expired':
    'E: GPG error: http://m.example/debian trixie InRelease: The following signatures were invalid: EXPKEYSIG 6ED0E7B82643E131 Debian Archive',
  'a bad signature': 'E: The following signatures were invalid: BADSIG 6ED0E7B82643E131 Debian Archive',
  'no signature at all': "E: The repository 'http://m.example/debian trixie Release' is not signed.",
  'a package that was changed': 'E: Failed to fetch http://m.example/debian/pool/a.deb  Hash Sum mismatch',
  'a page of a captive portal':
    "E: Failed to fetch http://m.example/InRelease  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)",
  'a release file that nobody signed':
    "E: GPG error: http://m.example/debian trixie InRelease: Signed file isn't valid, got 'NODATA' (does the network require authentication?)",
  'an old state played back':
    'E: Release file for http://m.example/debian/dists/trixie/InRelease is expired (invalid since 40d 2h 9min 6s). Updates for this repository will not be applied.',
};

for (const [what, output] of Object.entries(untrusted)) {
  test(`${what} is a mirror that is not trusted`, async () => {
    const { message, cause } = await caught('mirror-untrusted', failsWith(toolFailure(output)));
    assert.ok(message.includes(output.split('\n')[0] ?? ''), message);
    assert.ok(cause instanceof KilnError);
  });
}

test('a package the mirror does not have is named', async () => {
  for (const output of [
    'Reading package lists...\nE: Unable to locate package nosuchpackage',
    "Package nosuchpackage is not available, but is referred to by another package.\nE: Package 'nosuchpackage' has no installation candidate",
  ]) {
    const { message } = await caught('package-unknown', failsWith(toolFailure(output)));
    assert.is(message, 'the mirror has no package nosuchpackage');
  }
});

test('a mirror that does not answer is one, however apt puts it', async () => {
  for (const output of [
    'E: Failed to fetch http://m.example/dists/trixie/InRelease  Could not connect to m.example:80 (192.0.2.1). - connect (111: Connection refused)',
    "Err:1 http://m.example/debian trixie InRelease\n  Could not resolve 'm.example'",
    'E: Failed to fetch http://m.example/pool/a.deb  404  Not Found [IP: 192.0.2.1 80]',
    "E: The repository 'http://m.example/debian trixie Release' does not have a Release file.\nE: Failed to fetch x  Unable to connect to m.example:http:",
  ]) {
    await caught('mirror-unreachable', failsWith(toolFailure(output)));
  }
});

test('a disk that apt finds too small is full', async () => {
  const output = "E: You don't have enough free space in /var/cache/apt/archives/.";
  await caught('disk-full', failsWith(toolFailure(output)));
});

test('any other failure is told as it is, with the command', async () => {
  const { message } = await caught('tool-failed', failsWith(toolFailure('E: mmdebstrap: bug')));
  assert.match(message, /E: mmdebstrap: bug/);
  assert.match(message, /\(mmdebstrap --mode=/);
  for (const code of ['interrupted', 'disk-full', 'tool-missing', 'tool-timeout'] as const) {
    await caught(code, failsWith(new KilnError({ code, message: 'NO_PUBKEY', hint: 'y' })));
  }
});

test.run();
