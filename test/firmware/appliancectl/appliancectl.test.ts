import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleFirmware } from '../../../src/builder/steps/firmware.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
const program = (await bundleFirmware(folder)).find((file) => file.endsWith('appliancectl.mjs')) ?? '';
const root = join(folder, 'root');
const configuration = join(root, 'var/lib/kiln/configuration');
mkdirSync(configuration, { recursive: true });
const text = (value: string): string => {
  const file = join(folder, 'input.json');
  writeFileSync(file, value);
  return file;
};

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], input = ''): Promise<Result> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, KILN_ROOT: root, SUDO_USER: 'ada' };
    const child = execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

test('help tells what there is', async () => {
  const { code, stdout } = await run(['--help']);
  assert.is(code, 0);
  for (const word of ['status', 'drain', 'key', 'config', 'Exit codes']) assert.match(stdout, word);
});

test('as shipped there is a configuration to read, and no history', async () => {
  const { stdout } = await run(['config', 'get']);
  assert.is(JSON.parse(stdout).monitoring.thresholds.memoryAvailablePercent, 10);
  assert.is((await run(['config', 'history'])).stdout, 'As shipped.\n');
});

test('a mistake changes nothing and names every line to mend', async () => {
  const bad = text('{"monitoring":{"requestsPerMinute":-1,"colour":"red"}}');
  const { code, stderr } = await run(['config', 'apply', bad]);
  assert.is(code, 2);
  assert.match(stderr, '/monitoring/requestsPerMinute: must be >= 1');
  assert.match(stderr, '/monitoring: there is no setting "colour"');
  assert.match(stderr, 'hint: ');
  assert.is((await run(['config', 'history'])).stdout, 'As shipped.\n');
  assert.is((await run(['config', 'apply', join(folder, 'not-there')])).code, 2);
  assert.is((await run(['config', 'aply'])).code, 2);
});

test('a configuration is taken, kept with who set it, and gone back from', async () => {
  const first = await run(['config', 'apply', '-'], '{"monitoring":{"requestsPerMinute":7}}');
  assert.is(first.stdout, 'Version 1 is in force.\n', first.stderr);
  await run(['config', 'apply', text('{"monitoring":{"requestsPerMinute":8}}')]);
  const same = await run(['config', 'apply', '-'], (await run(['config', 'get'])).stdout);
  assert.is(same.stdout, 'Nothing to change: version 2 says the same.\n');
  assert.is((await run(['config', 'rollback', '1'])).stdout, 'Version 3 is in force.\n');
  assert.is(JSON.parse((await run(['config', 'get'])).stdout).monitoring.requestsPerMinute, 7);
  const history = JSON.parse((await run(['config', 'history', '--json'])).stdout);
  assert.equal(
    history.map(({ version, who, channel }: Record<string, unknown>) => [version, who, channel]),
    [1, 2, 3].map((version) => [version, 'ada', 'appliancectl']),
  );
  const unknown = await run(['config', 'rollback', '9']);
  assert.equal([unknown.code, unknown.stderr.split('\n')[0]], [2, 'error: there is no version 9']);
});

test('a key is shown once and kept as a hash; a revoked one is gone', async () => {
  const { stdout } = await run(['key', 'add', 'grafana']);
  const key = stdout.trim();
  assert.match(key, /^[\w-]{43}$/);
  const kept = (await run(['config', 'get'])).stdout;
  assert.not.match(kept, key);
  assert.match(kept, createHash('sha256').update(key).digest('hex'));
  assert.is((await run(['key', 'add', 'grafana'])).code, 2);
  assert.is((await run(['key', 'add', 'Not A Name'])).code, 2);
  assert.equal(JSON.parse((await run(['key', 'list', '--json'])).stdout), ['grafana']);
  assert.is((await run(['key', 'revoke', 'grafana'])).code, 0);
  assert.equal(JSON.parse((await run(['key', 'list', '--json'])).stdout), []);
  assert.is((await run(['key', 'revoke', 'grafana'])).code, 2);
});

test('a version that can not be read is told of, and can be gone on from', async () => {
  const { length } = JSON.parse((await run(['config', 'history', '--json'])).stdout);
  writeFileSync(join(configuration, `${String(length + 1).padStart(8, '0')}.json`), '{"conf');
  const got = await run(['config', 'get']);
  assert.is(got.code, 0);
  assert.match(got.stderr, `warning: version ${length + 1} of the configuration can not be read`);
  assert.match((await run(['config', 'history'])).stdout, `${length + 1}  can not be read\n`);
  assert.is((await run(['config', 'rollback', String(length + 1)])).code, 1);
  const again = await run(['config', 'apply', '-'], got.stdout);
  assert.is(again.stdout, `Version ${length + 2} is in force.\n`);
});

test('of keys made at the same time none is lost', async () => {
  const names = ['one', 'two', 'three'];
  const results = await Promise.all(names.map((name) => run(['key', 'add', name])));
  assert.equal(
    results.map(({ code }) => code),
    [0, 0, 0],
  );
  const listed: string[] = JSON.parse((await run(['key', 'list', '--json'])).stdout);
  assert.equal(listed.filter((name) => names.includes(name)).sort(), [...names].sort());
});

test('single settings are read and set, as JSON or as text, and nothing that the schema has not', async () => {
  const set = await run(['config', 'set', 'hostname=web-1', 'dns.servers=["192.0.2.53"]', 'network.ipv4.method=dhcp']);
  assert.is(set.code, 0, set.stderr);
  assert.match(set.stdout, 'appliancectl config confirm');
  const meanwhile = await run(['config', 'set', 'role=test']);
  assert.equal([meanwhile.code, meanwhile.stderr.includes('waits for its confirmation')], [1, true]);
  assert.match((await run(['config', 'confirm'])).stdout, 'stands');
  assert.is((await run(['config', 'confirm'])).code, 1);
  assert.is((await run(['config', 'get', 'hostname'])).stdout, 'web-1\n');
  assert.equal(JSON.parse((await run(['config', 'get', 'network'])).stdout), { ipv4: { method: 'dhcp' }, ipv6: null });
  for (const bad of [
    'hostname',
    'hostnam=x',
    '__proto__.x=1',
    'monitoring.requestsPerMinute=many',
    'network.ipv4.method=rarp',
  ]) {
    const { code, stderr } = await run(['config', 'set', bad]);
    assert.is(code, 2, bad);
    assert.match(stderr, 'hint: ', bad);
  }
  assert.is((await run(['config', 'get', 'network.ipv5'])).code, 2);
});

test('a secret comes by standard input, and never back', async () => {
  const password = 'correct horse battery';
  const smtp = { server: 'mail.example', sender: 'a@example', recipients: ['b@example'], username: 'a', password: '-' };
  await run(['config', 'set', `smtp=${JSON.stringify({ ...smtp, password: null })}`]);
  const set = await run(['config', 'set', 'smtp.password=-'], `${password}\n`);
  assert.is(set.code, 0, set.stderr);
  assert.is((await run(['config', 'get', 'smtp.password'])).stdout, '(secret)\n');
  for (const name of readdirSync(configuration)) {
    const isSecret = name.endsWith('.secrets');
    const found = readFileSync(join(configuration, name), 'utf8').includes(password);
    assert.ok(isSecret || !found, name);
    if (isSecret) assert.is(statSync(join(configuration, name)).mode & 0o777, 0o600, name);
  }
  // What was printed, changed and handed back keeps the secret.
  const document = JSON.parse((await run(['config', 'get'])).stdout);
  document.smtp.port = 2525;
  assert.is((await run(['config', 'apply', '-'], JSON.stringify(document))).code, 0);
  const newest =
    readdirSync(configuration)
      .filter((name) => name.endsWith('.secrets'))
      .sort()
      .at(-1) ?? '';
  assert.match(readFileSync(join(configuration, newest), 'utf8'), password);
  // A mark without a secret behind it is told.
  document.proxy = { url: 'http://proxy.example:3128', username: 'p', password: '(secret)' };
  const { code, stderr } = await run(['config', 'apply', '-'], JSON.stringify(document));
  assert.is(code, 2);
  assert.match(stderr, '/proxy/password: no secret is kept here yet');
});

test('diff tells what a file or a version would change, setting by setting', async () => {
  const document = JSON.parse((await run(['config', 'get'])).stdout);
  const { stdout } = await run(['config', 'diff', '-', '--json'], JSON.stringify({ ...document, role: 'test' }));
  assert.equal(JSON.parse(stdout), [{ path: 'role', before: 'production', after: 'test' }]);
  assert.match((await run(['config', 'diff', '1'])).stdout, 'hostname\n  - "web-1"\n  + null\n');
  assert.is((await run(['config', 'diff', '-'], JSON.stringify(document))).stdout, 'No difference.\n');
});

test('an agent that does not run is an error with a next step', async () => {
  const { code, stderr } = await run(['status']);
  assert.is(code, 1);
  assert.match(stderr, 'the agent can not be asked');
  assert.match(stderr, 'systemctl status kiln-agent');
});

test.run();
