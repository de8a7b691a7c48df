import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../../../src/builder/steps/firmware.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

// The very script and program of the appliance on a tree of their own, with real discs.
const folder = tempFolder();
const program = await bundleProgram('src/firmware/import/main.ts', join(folder, 'import.mjs'));
const appliancectl = await bundleProgram('src/firmware/appliancectl/main.ts', join(folder, 'appliancectl.mjs'));
const script = join(repositoryRoot, 'provisioners/85-import/files/usr/lib/kiln/import-wanted');
const programs = join(folder, 'bin');
mkdirSync(programs);
// Mounting takes rights that a test has not got; what lies on the disc is copied out instead, by programs that read it.
const stand = (name: string, text: string): void => {
  writeFileSync(join(programs, name), `#!/bin/sh\nset -eu\n${text}`);
  chmodSync(join(programs, name), 0o755);
};
stand(
  'mount',
  `[ "$*" = "-t iso9660,udf,vfat -o ro,nosuid,nodev,noexec $5 $6" ]
if mdir -i "$5" >/dev/null 2>&1; then exec mcopy -n -i "$5" "::*" "$6"; fi
xorriso -osirrox on -indev "$5" -extract / "$6" >/dev/null 2>&1
# It takes noise for an empty disc.
[ -n "$(ls -A "$6")" ]
`,
);
stand('umount', 'chmod -R u+w "$1"; find "$1" -mindepth 1 -delete\n');

interface Appliance {
  readonly root: string;
  /** Attaches a volume with this label. */
  attach(label: string, image: string): void;
  /** A person at a shell. */
  ctl(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly error: string }>;
  start(): Promise<{ readonly wanted: boolean; readonly code: number; readonly out: string; readonly error: string }>;
  inForce(): { readonly channel: string; readonly configuration: { readonly hostname: string | null } } | undefined;
}

function appliance(): Appliance {
  const root = join(tempFolder(), 'root');
  for (const path of [
    'run/kiln',
    'run/cloud-init',
    'dev/disk/by-label',
    'etc',
    'usr/lib',
    'var/lib/kiln/configuration',
  ])
    mkdirSync(join(root, path), { recursive: true });
  const run = (command: string, args: readonly string[]): Promise<{ code: number; out: string; error: string }> =>
    new Promise((resolve) => {
      const env = { PATH: `${programs}:${process.env.PATH}`, KILN_ROOT: root };
      execFile(command, args, { env }, (failure, out, error) =>
        resolve({ code: failure === null ? 0 : Number(failure.code), out, error }),
      );
    });
  const versions = join(root, 'var/lib/kiln/configuration');
  return {
    root,
    attach: (label, image) => symlinkSync(image, join(root, 'dev/disk/by-label', label)),
    ctl: (...args) => run(process.execPath, [appliancectl, ...args]),
    async start() {
      const gate = await run('sh', [script]);
      if (gate.code !== 0) return { wanted: false, ...gate };
      return { wanted: true, ...(await run(process.execPath, [program])) };
    },
    inForce() {
      const last = readdirSync(versions)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .at(-1);
      return last === undefined ? undefined : JSON.parse(readFileSync(join(versions, last), 'utf8'));
    },
  };
}

let discs = 0;
const content = (files: Readonly<Record<string, string>>): string => {
  const path = join(folder, `content-${++discs}`);
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
};

/** As docs/configuration.md tells to make them. */
function iso(files: Readonly<Record<string, string>>, options: readonly string[] = ['-J', '-r']): string {
  const image = join(folder, `disc-${++discs}.iso`);
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-V', 'KILN-CONFIG', ...options, '-o', image, content(files)], {
    stdio: 'ignore',
  });
  return image;
}

function fat(files: Readonly<Record<string, string>>): string {
  const image = join(folder, `disc-${++discs}.img`);
  execFileSync('mkfs.vfat', ['-C', '-n', 'KILN-CONFIG', image, '1440'], { stdio: 'ignore' });
  const path = content(files);
  for (const name of Object.keys(files)) execFileSync('mcopy', ['-i', image, join(path, name), `::${name}`]);
  return image;
}

test('an appliance that nobody tells anything starts no program', async () => {
  const one = appliance();
  assert.equal(await one.start(), { wanted: false, code: 1, out: '', error: '' });
  writeFileSync(join(one.root, 'run/cloud-init/.instance-id'), 'iid-1\n');
  assert.is((await one.start()).wanted, false);
});

test('a disc or a FAT volume configures it, once', async () => {
  const images: Readonly<Record<string, string>> = {
    'iso, json': iso({ 'config.json': '{"hostname": "web-1"}' }),
    'iso, yaml': iso({ 'config.yaml': 'hostname: web-1\n' }),
    'iso without names of its own': iso({ 'CONFIG.YML': 'hostname: web-1\n' }, []),
    'fat, yaml': fat({ 'config.yaml': 'hostname: web-1\r\n' }),
    'fat, capitals': fat({ 'CONFIG.JSON': '\ufeff{"hostname": "web-1"}' }),
  };
  for (const [name, image] of Object.entries(images)) {
    for (const label of ['KILN-CONFIG', 'kiln-config']) {
      const one = appliance();
      one.attach(label, image);
      const { wanted, code, out, error } = await one.start();
      assert.equal([wanted, code, error], [true, 0, ''], `${name}: ${error}`);
      assert.match(out, 'the disc labelled KILN-CONFIG: is in force as version 1');
      assert.equal([one.inForce()?.channel, one.inForce()?.configuration.hostname], ['disc', 'web-1'], name);
      assert.is((await one.start()).wanted, false, name);
      assert.equal(readdirSync(join(one.root, 'run/kiln')).sort(), ['offered', 'offered.sha256']);
    }
  }
});

test('what is offered and remembered is root’s alone', async () => {
  const one = appliance();
  one.attach('KILN-CONFIG', iso({ 'config.yaml': 'hostname: a\n' }));
  await one.start();
  for (const path of ['run/kiln/offered/disc:config.yaml', 'var/lib/kiln/import/record.json'])
    assert.is(statSync(join(one.root, path)).mode & 0o77, 0, path);
});

test('a disc with mistakes fails the unit at each start, says each with its line, and changes nothing', async () => {
  const one = appliance();
  one.attach('KILN-CONFIG', iso({ 'config.yaml': 'hostname: A_\nrole: both\n' }));
  for (let start = 0; start < 2; start += 1) {
    const { wanted, code, out } = await one.start();
    assert.equal([wanted, code], [true, 1]);
    assert.match(out, 'disc:config.yaml:1:11: /hostname: expected');
    assert.match(out, 'disc:config.yaml:2:7: /role: expected');
    assert.is(one.inForce(), undefined);
  }
});

test('a disc that holds something else is told of or refused', async () => {
  const large = appliance();
  large.attach('KILN-CONFIG', iso({ 'config.json': `{"hostname": "${'a'.repeat(20_000_000)}"}` }));
  const { code, out } = await large.start();
  assert.is(code, 1);
  assert.match(out, 'is larger than 256 KiB');
  assert.is(statSync(join(large.root, 'run/kiln/offered/disc:config.json')).size, 256 * 1024 + 1);
  const stranger = appliance();
  stranger.attach('KILN-CONFIG', iso({ 'readme.txt': 'hello' }));
  const nothing = await stranger.start();
  assert.is(nothing.wanted, false);
  assert.match(nothing.error, /KILN-CONFIG holds no config\.json and no config\.yaml\n$/);
  const broken = appliance();
  const noise = join(folder, 'noise.img');
  writeFileSync(noise, 'no file system');
  broken.attach('KILN-CONFIG', noise);
  assert.match((await broken.start()).error, /KILN-CONFIG can not be read\n$/);
});

test('an operator is told of what was refused, and can put it in force by hand', async () => {
  const one = appliance();
  assert.is((await one.ctl('config', 'offers')).out, 'Nobody offered anything yet.\n');
  assert.is((await one.ctl('config', 'import', 'disc')).code, 1);
  assert.is((await one.ctl('config', 'import', 'floppy')).code, 2);
  await one.ctl('config', 'set', 'role=test');
  one.attach('KILN-CONFIG', iso({ 'config.yaml': 'hostname: web-1\n' }));
  assert.is((await one.start()).code, 0);
  assert.is(one.inForce()?.configuration.hostname, null);
  const offers = await one.ctl('config', 'offers');
  assert.match(offers.out, 'sudo appliancectl config import disc puts it in force all the same');
  assert.is(JSON.parse((await one.ctl('config', 'offers', '--json')).out)[0].outcome, 'operator');
  assert.is((await one.ctl('config', 'import', 'disc')).out, 'Version 2 is in force.\n');
  assert.equal([one.inForce()?.channel, one.inForce()?.configuration.hostname], ['appliancectl', 'web-1']);
});

test('a link on a disc leads nowhere', async () => {
  const path = content({ 'readme.txt': 'hello' });
  symlinkSync('/etc/passwd', join(path, 'config.yaml'));
  const image = join(folder, 'links.iso');
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-V', 'KILN-CONFIG', '-r', '-o', image, path], {
    stdio: 'ignore',
  });
  const one = appliance();
  one.attach('KILN-CONFIG', image);
  assert.is((await one.start()).wanted, false);
});

test('a new instance is looked at anew, and a kill in the middle costs nothing', async () => {
  const one = appliance();
  const instance = join(one.root, 'run/cloud-init/.instance-id');
  mkdirSync(join(one.root, 'run/kiln/offered'));
  writeFileSync(join(one.root, 'run/kiln/offered/ovf.json'), '{"hostname": "a"}');
  writeFileSync(instance, 'iid-1\n');
  assert.is((await one.start()).code, 0);
  writeFileSync(instance, 'iid-2\n');
  const { wanted, out } = await one.start();
  assert.is(wanted, true);
  assert.match(out, 'says the same as version 1');
  writeFileSync(join(one.root, 'var/lib/kiln/import/record.json'), '{"half');
  writeFileSync(join(one.root, 'var/lib/kiln/import/settled'), '');
  assert.match((await one.start()).out, 'says the same as version 1');
});

test('the network that held until now gives way to the configuration, and only to one', async () => {
  for (const [properties, stays] of [
    ['{"ip-address": "192.0.2.10/24"}', false],
    ['{"ip-address": "192.0.2.10"}', true],
  ] as const) {
    const one = appliance();
    const early = join(one.root, 'run/systemd/network/05-kiln-ovf.network');
    for (const path of ['run/systemd/network', 'run/kiln/offered'])
      mkdirSync(join(one.root, path), { recursive: true });
    writeFileSync(early, '[Match]\n');
    writeFileSync(join(one.root, 'run/kiln/offered/ovf.json'), properties);
    await one.start();
    assert.is(existsSync(early), stays, properties);
  }
});

test.run();
