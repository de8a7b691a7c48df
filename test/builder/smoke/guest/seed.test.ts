import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { seedDocuments } from '../../../../src/builder/smoke/guest/seed.ts';

const publicKey = 'ssh-ed25519 AAAA "quoted": yes # comment';

test('user-data is a cloud-config that adds one user with the key and no password', () => {
  const text = seedDocuments({ hostname: 'smoke-1', publicKey })['user-data'];
  assert.ok(text.startsWith('#cloud-config\n'));
  const { users } = parse(text);
  assert.is(users[0], 'default');
  assert.equal(users[1].ssh_authorized_keys, [publicKey]);
  assert.is(users[1].lock_passwd, true);
});

test('meta-data gives each guest an identity of its own', () => {
  const one = parse(seedDocuments({ hostname: 'smoke-1', publicKey })['meta-data']);
  const other = parse(seedDocuments({ hostname: 'smoke-2', publicKey })['meta-data']);
  assert.is(one['local-hostname'], 'smoke-1');
  assert.is.not(one['instance-id'], other['instance-id']);
});

test.run();
