// Updates in a running appliance: what RAUC refuses; a version from the channel, with consent, until it is kept; back on
// request; and one from a disc that does not start, and back by itself.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { freshBootEnvironment } from '../../src/builder/steps/disk/esp.ts';
import { debianPrograms } from '../support/debian-programs.ts';
import { serveChannel } from './support/channel-server.ts';
import { BOOT_SECONDS, fileBlock, type LiveGuest, withLiveGuest } from './support/live-guest.ts';
import { ownImage } from './support/own-image.ts';
import { sharedCache } from './support/release.ts';
import { runKiln } from './support/run-kiln.ts';
import { treeFolder } from './support/small-base.ts';
import { updateDisc } from './support/update-disc.ts';

const CHANNEL = { address: '10.0.2.80', port: 80 };
/** Debian 13 renamed it for its wider time. */
const LIBPCAP = /^VERSION_ID="12"$/m.test(readFileSync('/etc/os-release', 'utf8')) ? 'libpcap0.8' : 'libpcap0.8t64';
/** A command that waits for RAUC or for a trial. */
const LONG_SECONDS = 900;
const tcpdump = await debianPrograms('tcpdump', LIBPCAP);
const folder = await treeFolder();
const channel = join(folder, 'channel');
/** A copy of the channel that knows one version more. */
const offline = join(folder, 'offline');
const keys = join(folder, 'keys');

async function kiln(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runKiln(args);
  assert.is(code, 0, `kiln ${args.join(' ')}\n${stdout}\n${stderr}`);
}

/** Bakes a version of images/minimal that trusts the channel. @returns the release's folder, and the recipe */
async function bake(version: string, script?: string) {
  const image = ownImage(script, (text) =>
    text
      .replace(/^version: .*$/m, `version: ${version}`)
      // What RAUC looks through at every update takes an emulated machine long.
      .concat('\ndisk: { slot: 1G }\nupdates: { channelRoot: root.json }\n'),
  );
  copyFileSync(join(channel, 'metadata/root.json'), join(image, 'root.json'));
  await kiln('bake', image, '--only', 'kvm', '--wait', '--cache-dir', sharedCache, '--output', join(folder, 'build'));
  const recipe = await loadRecipe(image);
  return { recipe, release: join(folder, 'build', recipe.name, version) };
}

async function publish(to: string, { release }: { readonly release: string }, severity: string): Promise<void> {
  const notes = join(folder, 'notes.md');
  writeFileSync(notes, 'What is new.\n');
  await kiln('channel', 'add', to, release, '--keys', keys, '--notes', notes, '--severity', severity);
}

await kiln('channel', 'init', channel, '--keys', keys);
const first = await bake('1.0.0');
const second = await bake(
  '1.1.0',
  'printf \'u newcomer - "Comes with 1.1.0"\\n\' >/usr/lib/sysusers.d/newcomer.conf\nsystemd-sysusers --root=/',
);
const broken = await bake('1.2.0', 'rm /boot/initrd.img*\n: >/boot/initrd.img');
const { recipe } = first;
const stem = join(first.release, `${recipe.name}-${recipe.version}`);

type Variables = Record<keyof typeof freshBootEnvironment, string>;
const listing = (variables: Variables): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

/** The guest between two starts: logged in. */
async function session({ login, lines }: LiveGuest) {
  const shell = await login();
  const run = async (command: string, code = 0, seconds = 180): Promise<string> => {
    const outcome = await shell.run(command, seconds);
    assert.is(outcome.code, code, `${command}\n${outcome.stdout}\n${outcome.stderr}\n${lines.slice(-20).join('\n')}`);
    return `${outcome.stdout}\n${outcome.stderr}`.trim();
  };
  const until = async (condition: string): Promise<void> => {
    await run(
      `for i in $(seq ${LONG_SECONDS}); do if ${condition}; then exit 0; fi; sleep 1; done; exit 1`,
      0,
      LONG_SECONDS,
    );
  };
  return {
    run,
    until,
    phase: (wanted: string): Promise<void> => until(`sudo appliancectl update status | grep -q ${wanted}`),
    choice: (): Promise<string> => run('sudo /usr/lib/kiln/boot-choice list'),
    slot: async (): Promise<string> => /kiln\.slot=(\S+)/.exec(await run('cat /proc/cmdline'))?.[1] ?? '',
    close: (): void => shell.close(),
  };
}

/** Waits until the loader has started that many slots, all in all, and the last one runs. */
async function starts({ lines }: LiveGuest, count: number): Promise<string[]> {
  const found = (): string[] => lines.flatMap((line) => /Starting slot ([AB])/.exec(line)?.[1] ?? []);
  for (let second = 0; second < 2 * BOOT_SECONDS; second++) {
    if (found().length >= count) return found();
    await sleep(1000);
  }
  throw new Error(`${found().length} starts, ${count} were to come\n${lines.slice(-20).join('\n')}`);
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

async function refuseAll({ qmp }: LiveGuest['guest'], at: Awaited<ReturnType<typeof session>>): Promise<void> {
  const file = { driver: 'file', filename: await updateDisc(folder, `${stem}.raucb`, offline) };
  await qmp.execute('blockdev-add', { 'node-name': 'updates', driver: 'raw', 'read-only': true, file });
  await qmp.execute('device_add', { driver: 'virtio-blk-pci', drive: 'updates', serial: 'updates' });
  const mount = 'sudo mkdir -p /run/updates; sudo mount -o ro /dev/disk/by-id/virtio-updates /run/updates';
  await at.run(`for i in $(seq 30); do [ -e /dev/disk/by-id/virtio-updates ] && break; sleep 1; done; ${mount}`);
  const refuse = async (bundle: string, reason: RegExp): Promise<void> => {
    assert.match(await at.run(`sudo rauc install /run/updates/${bundle}.raucb`, 1, LONG_SECONDS), reason, bundle);
    assert.is(await at.choice(), listing(freshBootEnvironment), bundle);
  };
  assert.match(await at.run('rauc status 2>&1', 1), /Rejected send message/);
  for (const [bundle, reason] of refusals) await refuse(bundle, reason);
  await at.run(
    'sudo cp /etc/rauc/keyring.pem /run/keyring.pem && sudo tee -a /etc/rauc/keyring.pem </run/updates/authority.pem && sudo systemctl stop rauc',
  );
  for (const [bundle, reason] of refusedInSpiteOfTrust) await refuse(bundle, reason);
  await at.run(
    'sudo cp /run/keyring.pem /etc/rauc/keyring.pem && sudo systemctl stop rauc && sudo cmp -n 67108864 /dev/zero /run/kiln/slot-b',
  );
}

/** Packets between the guest and the channel in a capture. */
function packets(capture: string): number {
  const output = execFileSync(
    tcpdump.path('usr/bin/tcpdump'),
    ['-n', '-Z', userInfo().username, '-r', capture, `host ${CHANNEL.address}`],
    {
      env: { ...process.env, ...tcpdump.env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return output.split('\n').filter((line) => line.includes(' > ')).length;
}

const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

test('nothing is contacted before consent; what is approved is installed, tried, kept, taken back; what does not start goes back', async () => {
  const server = await serveChannel(channel, folder);
  const capture = join(folder, 'capture.pcap');
  try {
    await publish(channel, second, 'security');
    cpSync(channel, offline, { recursive: true });
    await publish(offline, broken, 'routine');
    const input = {
      ...{ name: 'updated', block: fileBlock('qcow2', `${stem}-kvm.qcow2`), diskBytes: recipe.disk.sizeBytes },
      restarts: true as const,
      forwards: [{ ...CHANNEL, hostPort: server.port }],
    };
    await withLiveGuest(input, async (live) => {
      let at = await session(live);
      const dump = { 'qom-type': 'filter-dump', id: 'capture', netdev: 'user', file: capture };
      await live.guest.qmp.execute('object-add', dump);
      const before = server.served().length;
      const targets = () => server.served().filter(({ path }) => path.startsWith('/targets/'));

      await at.run('sudo systemctl is-system-running --wait');
      await refuseAll(live.guest, at);
      // A channel is known, and nobody has allowed to ask it.
      await at.run(
        `sudo appliancectl config set updates.channel=http://${CHANNEL.address}/ updates.track=candidate updates.trialMinutes=1`,
      );
      assert.match(await at.run('sudo appliancectl update check', 1), 'not-consented');
      // Who fetches is shut in, whatever it tries.
      const reach = `sudo setpriv --reuid kiln-fetch --clear-groups bash -c '</dev/tcp/${CHANNEL.address}/80'`;
      assert.match(await at.run(`${reach} 2>&1`, 1), 'refused');
      assert.is(packets(capture), 0);
      assert.is(server.served().length, before);

      await at.run('sudo appliancectl config set updates.checking=true');
      assert.match(await at.run('sudo appliancectl update check'), /1\.1\.0 .*security/);
      assert.match(await at.run('sudo appliancectl update show 1.1.0'), 'What is new.');
      assert.match(await at.run('sudo appliancectl update install 1.1.0', 1), 'approval-missing');
      assert.match(await at.run('sudo appliancectl update approve 1.1.0'), '1.1.0');
      // No window is set: nothing of the bundle is fetched.
      await at.phase('scheduled');
      assert.match(await at.run('sudo appliancectl update install 1.1.0', 1), 'outside-window');
      const asked = packets(capture);
      assert.ok(asked > 0);
      await sleep(40_000);
      assert.is(packets(capture), asked);
      assert.equal(targets(), []);

      await at.run(`sudo appliancectl update schedule 1.1.0 --at ${now()} --minutes 120`);
      assert.equal(await starts(live, 2), ['A', 'B']);
      const { size } = statSync(join(second.release, `${recipe.name}-1.1.0.raucb`));
      const bytes = targets().reduce((sum, one) => sum + one.bytes, 0);
      process.stdout.write(`fetched ${bytes} of ${size} bytes, ${((100 * bytes) / size).toFixed(1)} %\n`);
      assert.ok(bytes > 0 && bytes < 0.5 * size, `${bytes} of ${size}`);

      at.close();
      at = await session(live);
      assert.is(await at.slot(), 'B');
      await at.phase('committed');
      assert.is(await at.choice(), listing({ ...freshBootEnvironment, ORDER: 'B A', B_OK: '1' }));
      assert.match(await at.run('sudo appliancectl status', 0), '1.1.0');
      // Its users are there, though /etc/passwd was changed on the data partition before.
      await at.run('id newcomer');
      assert.match(await at.run(`${reach} 2>&1`, 1), 'refused');
      assert.match(await at.run('sudo appliancectl update history'), /commit/);
      const fetched = targets().length;

      await at.run('sudo appliancectl update rollback --yes');
      assert.equal(await starts(live, 3), ['A', 'B', 'A']);
      at.close();
      at = await session(live);
      assert.is(await at.slot(), 'A');
      await at.phase('rolled-back');
      assert.is(targets().length, fetched);

      assert.match(await at.run('sudo appliancectl update import /dev/disk/by-id/virtio-updates'), '1.2.0');
      await at.run(`sudo appliancectl update approve 1.2.0 --at ${now()} --minutes 120`);
      assert.equal(await starts(live, 7), ['A', 'B', 'A', 'B', 'B', 'B', 'A']);
      assert.is(targets().length, fetched);
      at.close();
      at = await session(live);
      assert.is(await at.slot(), 'A');
      await at.phase('rolled-back');
      assert.match(await at.run('sudo appliancectl update status'), '1.2.0 did not come up in 3 starts');
      assert.match(await at.run('sudo appliancectl update list'), 'trial-failed');
      assert.match(await at.choice(), /^B_OK=0$/m);
      at.close();
    });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
