// `kiln channel`, from the command line to the files, through one channel's life.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../../src/builder/cli/main.ts';
import { captureStreams } from '../../support/capture-streams.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { releaseOf } from '../channel/sample-channel.ts';

const test = suite('kiln channel');

async function channel(...argv: readonly string[]) {
  const never = async (): Promise<never> => assert.unreachable('not this command') as never;
  const { streams, out } = captureStreams();
  const exit = await main(['--json', 'channel', ...argv], {
    streams,
    env: { PATH: process.env.PATH },
    signal: new AbortController().signal,
    work: { bake: never, render: never, smoke: never, run: never, verify: never, sign: never },
  });
  const told = JSON.parse(out().trimEnd().split('\n').at(-1) ?? '');
  return { exit, told };
}

test('a channel is begun, filled, kept fresh, copied and shown', async () => {
  const folder = tempFolder();
  const [at, keys, notes] = [join(folder, 'channel'), join(folder, 'keys'), join(folder, 'notes.md')];
  writeFileSync(notes, '# What is new\n');
  const signing = ['--keys', keys];
  const begun = await channel('init', at, ...signing, '--timestamp-days', '5');
  assert.equal([begun.exit, begun.told.root], [0, join(at, 'metadata/root.json')]);

  const said = ['--notes', notes, '--severity', 'security', '--fixes', 'CVE-2026-0001', '--rollout', '10'];
  const added = await channel('add', at, releaseOf('1.1.0'), ...signing, ...said);
  assert.is(added.exit, 0, JSON.stringify(added));
  const { tracks, severity, fixes, rolloutPercent, downtimeMinutes } = added.told.offer;
  assert.equal(
    [tracks, severity, fixes, rolloutPercent, downtimeMinutes],
    [['candidate'], 'security', ['CVE-2026-0001'], 10, 5],
  );
  const promoted = await channel('promote', at, releaseOf('1.1.0'), ...signing);
  assert.equal([promoted.exit, promoted.told.code], [1, 'not-released']);
  const withdrawn = await channel('withdraw', at, '1.1.0', ...signing, '--reason', 'loses its address');
  assert.is(withdrawn.told.offer.withdrawn.reason, 'loses its address');
  assert.is((await channel('renew', at, ...signing)).exit, 0);
  const refreshed = await channel('refresh', at, ...signing);
  const daysLeft = (Date.parse(refreshed.told.expires.timestamp) - Date.now()) / 86_400_000;
  assert.ok(daysLeft > 4.9 && daysLeft <= 5, String(daysLeft));
  const listed = (await channel('list', at)).told;
  assert.equal([listed.entries.length, listed.warnings], [1, []]);

  const to = join(folder, 'mirror');
  const mirrored = await channel('mirror', at, to, '--root', join(at, 'metadata/1.root.json'));
  assert.is(mirrored.told.copied.length, 1);
  assert.ok(existsSync(join(to, 'metadata/timestamp.json')));
});

test('what is no channel is told, and no lock is left in it', async () => {
  const folder = tempFolder();
  const [at, keys] = [join(folder, 'channel'), join(folder, 'keys')];
  mkdirSync(keys);
  for (const command of [
    ['refresh', at],
    ['renew', at],
    ['add', at, releaseOf('1.1.0')],
    ['promote', at, releaseOf('1.1.0')],
    ['withdraw', at, '1.1.0', '--reason', 'x'],
  ]) {
    const { exit, told } = await channel(...command, '--keys', keys);
    assert.equal([exit, told.code], [2, 'channel-invalid'], command[0]);
    assert.match(told.message, 'is no channel');
  }
  assert.equal(readdirSync(folder), ['keys']);
});

test('files that options name and can not be read are mistakes of the command line', async () => {
  const at = join(tempFolder(), 'channel');
  const none = join(tempFolder(), 'none');
  const wrong = [
    ['add', at, releaseOf('1.1.0'), '--keys', 'keys', '--notes', none],
    ['mirror', at, join(at, 'to'), '--root', none],
    ['init', at, '--keys', 'a', '--keys', 'b'],
    ['init', at, '--keys', 'a', '--root-keys', '0'],
  ];
  for (const command of wrong) {
    const { exit, told } = await channel(...command);
    assert.equal([exit, told.code], [2, 'usage'], command.join(' '));
  }
  assert.not(existsSync(at));
});

test.run();
