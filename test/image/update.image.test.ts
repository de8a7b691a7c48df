// An update by RAUC in a running appliance: what is refused, what is installed, the way there and back.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { freshBootEnvironment } from '../../src/builder/steps/disk/esp.ts';
import { fileBlock, type LiveGuest, withLiveGuest } from './support/live-guest.ts';
import { bundleMaker } from './support/rauc-bundles.ts';
import { bakedRelease } from './support/release.ts';
import { treeFolder } from './support/small-base.ts';

const recipe = await loadRecipe('images/minimal');
const release = await bakedRelease('minimal');
const stem = join(release, `${recipe.name}-${recipe.version}`);
const INSTALL_SECONDS = 600;

type Variables = Record<keyof typeof freshBootEnvironment, string>;
const listing = (variables: Variables): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

/** A disc with the release's bundle, damaged copies of it, and bundles of a stranger. @returns its path */
async function disc(folder: string): Promise<string> {
  const content = join(folder, 'disc');
  mkdirSync(content);
  const path = (name: string): string => join(content, `${name}.raucb`);
  copyFileSync(`${stem}.raucb`, path('good'));
  const { size } = statSync(path('good'));
  copyFileSync(path('good'), path('truncated'));
  truncateSync(path('truncated'), Math.floor(size * 0.9));
  // Behind the payload lie the hash tree, and the signed manifest with 8 bytes that tell its length.
  const signatureBytes = Number(readFileSync(path('good')).readBigUInt64BE(size - 8));
  for (const [name, position] of [
    ['flipped-signature', size - 100],
    ['flipped-tree', size - 8 - signatureBytes - 2048],
    ['flipped-head', 8],
  ] as const) {
    copyFileSync(path('good'), path(name));
    flip(path(name), position);
  }
  const maker = await bundleMaker(folder);
  for (const spec of [
    { name: 'stranger', compatible: recipe.name, format: 'verity' },
    { name: 'other', compatible: 'another-image', format: 'verity' },
    { name: 'plain', compatible: recipe.name, format: 'plain' },
  ] as const) {
    copyFileSync(maker.make(spec), path(spec.name));
  }
  copyFileSync(maker.authority, join(content, 'authority.pem'));
  const iso = join(folder, 'updates.iso');
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-r', '-iso-level', '3', '-V', 'UPDATES', '-o', iso, content]);
  rmSync(content, { recursive: true });
  return iso;
}

function flip(file: string, position: number): void {
  const handle = openSync(file, 'r+');
  try {
    const byte = Buffer.from([(readFileSync(file)[position] ?? 0) ^ 1]);
    writeSync(handle, byte, 0, 1, position);
  } finally {
    closeSync(handle);
  }
}

/** The guest between two starts: logged in, with the disc at hand. */
async function session({ login, lines }: LiveGuest) {
  const shell = await login();
  const run = async (command: string, code = 0, seconds = 120): Promise<string> => {
    const outcome = await shell.run(command, seconds);
    assert.is(outcome.code, code, `${command}\n${outcome.stdout}\n${outcome.stderr}\n${lines.slice(-20).join('\n')}`);
    return `${outcome.stdout}\n${outcome.stderr}`.trim();
  };
  return {
    run,
    choice: (): Promise<string> => run('sudo /usr/lib/kiln/boot-choice list'),
    slot: async (): Promise<string> => /kiln\.slot=(\S+)/.exec(await run('cat /proc/cmdline'))?.[1] ?? '',
    confirm: (): Promise<string> => run('sudo systemctl start kiln-boot-confirm.service'),
    async restart(): Promise<void> {
      await shell.run('sudo systemctl reboot').catch(() => undefined);
      shell.close();
    },
  };
}

/** What RAUC must say of a bundle that it refuses. */
const refusals: readonly (readonly [bundle: string, reason: RegExp])[] = [
  ['truncated', /LastError: Invalid bundle format: Signature size \(\d+\) exceeds bundle size/],
  ['flipped-signature', /LastError: signature verification failed: /],
  ['flipped-tree', /LastError: Failed mounting bundle: /],
  ['flipped-head', /LastError: Failed mounting bundle: Check read from dm-verity device failed/],
  ['stranger', /LastError: signature verification failed: Verify error: unable to get local issuer certificate/],
];
/** The same once the stranger is trusted, so that the signature is not the reason. */
const refusedInSpiteOfTrust: typeof refusals = [
  ['other', /LastError: Compatible mismatch: Expected 'minimal' but bundle manifest has 'another-image'/],
  ['plain', /LastError: Bundle format 'plain' not allowed/],
];

test('RAUC installs what the release holds and nothing else; the new slot comes up, and the old one on request', async () => {
  const folder = await treeFolder();
  try {
    const iso = await disc(folder);
    const input = {
      ...{ name: 'updated', block: fileBlock('qcow2', `${stem}-kvm.qcow2`), diskBytes: recipe.disk.sizeBytes },
      restarts: true as const,
    };
    await withLiveGuest(input, async (live) => {
      const { qmp } = live.guest;
      const file = { driver: 'file', filename: iso };
      let at = await session(live);
      await qmp.execute('blockdev-add', { 'node-name': 'updates', driver: 'raw', 'read-only': true, file });
      await qmp.execute('device_add', { driver: 'virtio-blk-pci', drive: 'updates', serial: 'updates' });
      const mount = 'sudo mkdir -p /run/updates; sudo mount -o ro /dev/disk/by-id/virtio-updates /run/updates';
      await at.run(`for i in $(seq 30); do [ -e /dev/disk/by-id/virtio-updates ] && break; sleep 1; done; ${mount}`);
      const install = (bundle: string, code: number): Promise<string> =>
        at.run(`sudo rauc install /run/updates/${bundle}.raucb`, code, INSTALL_SECONDS);

      assert.match(await at.run('rauc status 2>&1', 1), /Rejected send message/);
      const refuse = async (bundle: string, reason: RegExp): Promise<void> => {
        assert.match(await install(bundle, 1), reason, bundle);
        assert.is(await at.choice(), listing(freshBootEnvironment), bundle);
      };
      for (const [bundle, reason] of refusals) await refuse(bundle, reason);
      await at.run(
        'sudo cp /etc/rauc/keyring.pem /run/keyring.pem && sudo tee -a /etc/rauc/keyring.pem </run/updates/authority.pem && sudo systemctl stop rauc',
      );
      for (const [bundle, reason] of refusedInSpiteOfTrust) await refuse(bundle, reason);
      await at.run(
        'sudo cp /run/keyring.pem /etc/rauc/keyring.pem && sudo systemctl stop rauc && sudo cmp -n 67108864 /dev/zero /run/kiln/slot-b',
      );

      await install('good', 0);
      assert.is(await at.choice(), listing({ ...freshBootEnvironment, ORDER: 'B A', B_OK: '1' }));
      await at.restart();

      at = await session(live);
      assert.is(await at.slot(), 'B');
      await at.confirm();
      assert.is(await at.choice(), listing({ ...freshBootEnvironment, ORDER: 'B A', B_OK: '1' }));
      const status: unknown = JSON.parse(await at.run('sudo rauc status --output-format=json 2>/dev/null'));
      const { compatible, booted, boot_primary: primary } = status as Readonly<Record<string, unknown>>;
      assert.equal([compatible, booted, primary], [recipe.name, 'B', 'rootfs.1']);
      await at.run('sudo rauc status mark-active other');
      assert.is(await at.choice(), listing({ ...freshBootEnvironment, B_OK: '1' }));
      await at.restart();

      at = await session(live);
      assert.is(await at.slot(), 'A');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
