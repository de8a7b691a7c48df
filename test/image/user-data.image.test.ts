import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plainDocument, userData } from '../../src/builder/smoke/channels/user-data.ts';
import { userData as source } from '../../src/firmware/configure/channels/user-data.ts';
import { baseTree } from './support/base-tree.ts';

// Debian 13's own cloud-init in the base tree, with what our provisioner adds, in namespaces of its own.
const tree = await baseTree();
const provisioner = 'provisioners/50-cloud-init';
cpSync(join(provisioner, 'files'), tree, { recursive: true, dereference: false });
const patch = /^python3 - <<'EOF'\n(import json[\s\S]*?)^EOF$/m.exec(readFileSync(join(provisioner, 'run.sh'), 'utf8'));
execFileSync('chroot', [tree, 'python3', '-c', patch?.[1] ?? 'raise SystemExit("there is no patch")']);
// As the provisioner's tmpfiles.d(5) makes it at each start.
const handlers = join(tree, 'var/lib/cloud/handlers');
const link = /^L\+ \/var\/lib\/cloud\/handlers\/(\S+) - - - - (\S+)$/m.exec(
  readFileSync(join(provisioner, 'files/usr/lib/tmpfiles.d/kiln-cloud-init.conf'), 'utf8'),
);
mkdirSync(handlers, { recursive: true });
symlinkSync(link?.[2] ?? '', join(handlers, link?.[1] ?? ''));
writeFileSync(join(tree, 'etc/cloud/cloud.cfg.d/99-test.cfg'), 'datasource_list: [NoCloud, None]\n');

interface Handled {
  readonly offered: ReadonlyMap<string, string>;
  /** Errors and warnings of cloud-init. */
  readonly troubles: readonly string[];
}

/** One start with this user-data. */
function handle(text: string | Buffer): Handled {
  const seed = join(tree, 'var/lib/cloud/seed/nocloud');
  const old = ['instance', 'instances', 'sem', 'data'].map((name) => `var/lib/cloud/${name}`);
  for (const path of [...old, 'run/kiln', 'run/cloud-init']) rmSync(join(tree, path), { recursive: true, force: true });
  mkdirSync(seed, { recursive: true });
  writeFileSync(join(seed, 'meta-data'), 'instance-id: iid-1\nlocal-hostname: web-1\n');
  writeFileSync(join(seed, 'user-data'), text);
  const stages = ['init --local', 'init'].map((stage) => `chroot ${tree} cloud-init ${stage}`).join('; ');
  const mounts = `mount -t proc proc ${tree}/proc; mount -t tmpfs tmpfs ${tree}/sys; mount --bind /dev ${tree}/dev`;
  spawnSync('unshare', ['--mount', '--uts', '--ipc', '--net', '--pid', '--fork', 'sh', '-c', `${mounts}; ${stages}`]);
  const { init, datasource } = JSON.parse(readFileSync(join(tree, 'run/cloud-init/status.json'), 'utf8')).v1;
  assert.match(datasource, /^DataSourceNoCloud /);
  const folder = join(tree, 'run/kiln/offered');
  const names = spawnSync('ls', [folder]).status === 0 ? readdirSync(folder) : [];
  return {
    offered: new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
    troubles: [...init.errors, ...Object.values(init.recoverable_errors as Record<string, string[]>).flat()],
  };
}

const settings = { hostname: 'web-1', timeZone: 'Europe/Zurich', ntp: { servers: ['ntp.example.com'] } };
const KEY = 'ssh-ed25519 AAAA kiln';

test('our part of user-data arrives, in every form, and cloud-init has nothing to say against it', () => {
  const forms: Readonly<Record<string, string | Buffer>> = {
    'beside what cloud-init is told': userData({ publicKey: KEY, timeServer: '10.0.2.123', kiln: settings }),
    'plain JSON': plainDocument(settings, 'json'),
    'plain YAML with its mark': plainDocument(settings, 'yaml'),
    'plain YAML without': plainDocument(settings, 'yaml').replace('#kiln-config\n', ''),
    compressed: gzipSync(plainDocument(settings, 'yaml')),
    'a part of its own type': multipart('text/x-kiln-config', JSON.stringify(settings)),
    'a part with the mark': multipart('text/plain', plainDocument(settings, 'yaml')),
  };
  for (const [name, text] of Object.entries(forms)) {
    const { offered, troubles } = handle(text);
    assert.equal(troubles, [], name);
    const { hostname, timeZone, ntp } = source.read(offered).configuration;
    assert.equal({ hostname, timeZone, ntp }, settings, name);
    for (const file of offered.keys()) {
      assert.ok(source.owns(file));
      assert.is(statSync(join(tree, 'run/kiln/offered', file)).mode & 0o777, 0o600);
    }
  }
});

test('user-data that is none of ours is left alone', () => {
  for (const text of ['', '#!/bin/sh\ntrue\n', userData({ publicKey: KEY }), '#cloud-config\ntimezone: UTC\n']) {
    const { offered, troubles } = handle(text);
    assert.equal([offered.size, troubles], [0, []], text);
  }
});

test('cloud-init still warns of what nobody handles', () => {
  const text = handle(multipart('text/plain', 'hello'));
  assert.is(text.offered.size, 0);
  assert.match(text.troubles.join(), 'its type is text/plain and it does not begin with #kiln-config');
  assert.match(handle('#cloud-config\nkilnn: {}\n').troubles.join(), 'failed schema validation');
});

test('two documents are both handed on, whatever their names, for both to be told of', () => {
  const part = (text: string): string =>
    `Content-Type: text/x-kiln-config\nContent-Disposition: attachment; filename="a"\n\n${text}`;
  const { offered } = handle(mime(part('role: test'), part('role: production')));
  assert.is(offered.size, 2);
  assert.throws(() => source.read(offered), /more than one document/);
});

test('cloud-init’s own check takes what guests are configured with, and refuses a wrong one', () => {
  const check = (text: string): { code: number | null; said: string } => {
    writeFileSync(join(tree, 'checked.yaml'), text);
    const { status, stdout, stderr } = spawnSync(
      'chroot',
      [tree, 'cloud-init', 'schema', '--config-file', '/checked.yaml'],
      {
        encoding: 'utf8',
      },
    );
    return { code: status, said: `${stdout}${stderr}` };
  };
  for (const text of [
    userData({ publicKey: KEY, timeServer: '10.0.2.123' }),
    userData({ kiln: settings }),
    userData({}),
  ]) {
    const { code, said } = check(text);
    assert.is(code, 0, said);
    assert.match(said, /Valid schema/);
  }
  assert.is.not(check('#cloud-config\nusers: 7\n').code, 0);
  assert.is.not(check('#cloud-config\nkiln: 7\n').code, 0);
});

function multipart(type: string, text: string): string {
  return mime('Content-Type: text/cloud-config\n\n#cloud-config\ntimezone: UTC', `Content-Type: ${type}\n\n${text}`);
}

function mime(...parts: readonly string[]): string {
  const body = parts.map((part) => `--==\n${part}\n`).join('');
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=="\n\n${body}--==--\n`;
}

test.run();
