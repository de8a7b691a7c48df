import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { inspect } from '../../../src/builder/seal/hygiene.ts';
import { EPOCH, makeOld, plant, sampleTree } from './sample-tree.ts';

/** Rule and path of each finding in a tree that was changed after it was clean. */
async function findings(change: (tree: string) => unknown): Promise<string[]> {
  const tree = sampleTree();
  rmSync(join(tree, 'etc/resolv.conf'));
  await change(tree);
  makeOld(tree);
  return inspect(tree, EPOCH).map(({ rule, path }) => `${rule} ${path}`);
}

const begin = (kind: string): string => `-----BEGIN ${kind}-----\nAAAA\n`;

test('a clean tree has no findings', async () => {
  assert.equal(await findings(() => undefined), []);
});

test('private keys are found where state and configuration lie', async () => {
  for (const kind of ['PRIVATE KEY', 'RSA PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'PGP PRIVATE KEY BLOCK']) {
    assert.equal(await findings((tree) => plant(tree, 'etc/ssl/x.pem', begin(kind))), ['private-key /etc/ssl/x.pem']);
  }
  for (const path of ['root/id', 'var/lib/app/id', 'srv/id', 'opt/app/id', 'boot/id', 'data/id']) {
    assert.equal(await findings((tree) => plant(tree, path, `text before\n${begin('OPENSSH PRIVATE KEY')}`)), [
      `private-key /${path}`,
    ]);
  }
});

test('certificates, public keys and test keys of libraries are not private keys', async () => {
  const innocent = (tree: string): void => {
    plant(tree, 'etc/ssl/cert.pem', begin('CERTIFICATE'));
    plant(tree, 'etc/ssl/pub.pem', begin('PUBLIC KEY'));
    plant(tree, 'usr/lib/python3/test/key.pem', begin('PRIVATE KEY'));
  };
  assert.equal(await findings(innocent), []);
});

test('an account with a password or none needed is found, one that is locked is not', async () => {
  const shadow = (line: string) => findings((tree) => plant(tree, 'etc/shadow', `root:*:1::::::\n${line}\n`));
  for (const hash of ['', '$6$salt$hash', '$y$j9T$x', 'x', 'abcdefghijklm']) {
    assert.equal(await shadow(`admin:${hash}:1::::::`), ['password /etc/shadow']);
  }
  for (const hash of ['!', '*', '!*', '!$6$salt$hash', '!!']) assert.equal(await shadow(`admin:${hash}:1::::::`), []);
});

test('account files show second roots, people and passwords outside the shadow', async () => {
  const passwd = (line: string) =>
    findings((tree) => plant(tree, 'etc/passwd', `root:x:0:0::/root:/bin/sh\n${line}\n`));
  assert.equal(await passwd('toor:x:0:0::/root:/bin/sh'), ['second-root /etc/passwd']);
  assert.equal(await passwd('guest::90:90::/:/bin/sh'), ['password /etc/passwd']);
  assert.equal(await passwd('kiln-build:x:1000:1000::/home/kiln-build:/bin/sh'), ['account /etc/passwd']);
  assert.equal(await passwd('admin:x:1001:1001::/home/admin:/bin/bash'), []);
  assert.equal(await passwd('service:x:999:999::/:/usr/sbin/nologin'), []);
});

test('what anyone may write to is found, but for sticky folders', async () => {
  assert.equal(await findings((tree) => plant(tree, 'etc/open', '', 0o666)), ['world-writable /etc/open']);
  const folder = (mode: number) => (tree: string) => {
    mkdirSync(join(tree, 'var/drop'));
    chmodSync(join(tree, 'var/drop'), mode);
  };
  assert.equal(await findings(folder(0o777)), ['world-writable /var/drop']);
  assert.equal(await findings(folder(0o1777)), []);
  // The mode of a link means nothing.
  assert.equal(await findings((tree) => symlinkSync('group', join(tree, 'etc/link'))), ['time-stamp /etc/link']);
});

test('sockets and pipes are found', async () => {
  const socket = async (tree: string): Promise<void> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(tree, 'etc/s'), resolve));
    // Closing would remove the socket; a link to it stays.
    await createExec(new AbortController().signal).run(['cp', '-l', join(tree, 'etc/s'), join(tree, 'etc/socket')], {
      purpose: 'keep the socket',
      timeoutSeconds: 10,
    });
    await new Promise((resolve) => server.close(resolve));
  };
  assert.equal(await findings(socket), ['special-file /etc/socket']);
});

test('the name servers of the build host are found, the stub of systemd-resolved is not', async () => {
  assert.equal(await findings((tree) => plant(tree, 'etc/resolv.conf')), ['resolver /etc/resolv.conf']);
  const tree = sampleTree();
  rmSync(join(tree, 'etc/resolv.conf'));
  symlinkSync('/run/other/resolv.conf', join(tree, 'etc/resolv.conf'));
  makeOld(tree);
  assert.equal(
    inspect(tree, EPOCH)
      .map(({ rule }) => rule)
      .filter((rule) => rule !== 'time-stamp'),
    ['resolver'],
  );
});

test('a file younger than the epoch is found, one of its very second is not', async () => {
  const tree = sampleTree();
  rmSync(join(tree, 'etc/resolv.conf'));
  makeOld(tree);
  utimesSync(join(tree, 'boot/vmlinuz'), EPOCH, EPOCH);
  utimesSync(join(tree, 'etc/group'), EPOCH + 1, EPOCH + 1);
  assert.equal(
    inspect(tree, EPOCH).map(({ rule, path }) => `${rule} ${path}`),
    ['time-stamp /etc/group'],
  );
});

test.run();
