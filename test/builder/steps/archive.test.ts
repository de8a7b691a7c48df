import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Context } from '../../../src/builder/context.ts';
import { KilnError } from '../../../src/builder/errors.ts';
import { resolveArchive } from '../../../src/builder/steps/archive.ts';
import { caught } from '../../support/caught.ts';
import { fakeExec, toolFailure } from '../../support/fake-exec.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const MIRROR = 'http://m.example/debian';
const inRelease: Readonly<Record<string, string>> = {
  trixie: 'Date: Sat, 09 Aug 2025 10:00:00 UTC\n',
  'trixie-updates': 'Date: Sun, 10 Aug 2025 10:00:00 UTC\n',
  'trixie-security': 'Date: Fri, 08 Aug 2025 10:00:00 UTC\n',
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A mirror that answers, or fails with an error; `notes` keeps what the user is told. */
function host(cacheDir: string, failure?: Error): { ctx: Context; notes: string[] } {
  const notes: string[] = [];
  const { exec } = fakeExec(({ argv }) => {
    if (failure !== undefined) throw failure;
    const suite = /dists\/([^/]+)\//.exec(argv.at(-2) ?? '')?.[1] ?? '';
    writeFileSync(argv.at(-1) ?? '', inRelease[suite] ?? '');
    return '';
  });
  const progress = {
    step: () => assert.unreachable('no step here') as never,
    note: (line: string) => notes.push(line),
  };
  return { ctx: { exec, cacheDir, scratch: tempFolder(), progress }, notes };
}
const noAnswer = toolFailure('Could not resolve m.example');

test('the state of a mirror is the hash of each release file and the newest of their dates', async () => {
  const { ctx, notes } = host(tempFolder());
  const archive = await resolveArchive(ctx, MIRROR, 'trixie');
  assert.equal(
    archive.releases,
    Object.fromEntries(Object.entries(inRelease).map(([suite, text]) => [suite, sha256(text)])),
  );
  assert.is(archive.date, Date.UTC(2025, 7, 10, 10) / 1000);
  assert.is(archive.suites[2]?.uri, 'http://m.example/debian-security');
  assert.equal(notes, []);
});

test('what a mirror had when it last answered stands in, and the user is told', async () => {
  const cacheDir = tempFolder();
  const archive = await resolveArchive(host(cacheDir).ctx, MIRROR, 'trixie');
  const { ctx, notes } = host(cacheDir, noAnswer);
  assert.equal(await resolveArchive(ctx, MIRROR, 'trixie'), archive);
  assert.equal(notes, ['The mirror does not answer; using its packages as of 2025-08-10, as far as they are cached.']);
});

test('of suites that do not answer the first is told, whichever fails first', async () => {
  for (const slow of ['trixie', 'trixie-security']) {
    const { ctx } = host(tempFolder());
    const { exec } = fakeExec(async ({ argv }) => {
      if (argv.at(-2)?.includes(`/${slow}/`)) await sleep(20);
      throw noAnswer;
    });
    const error = await caught('mirror-unreachable', () => resolveArchive({ ...ctx, exec }, MIRROR, 'trixie'));
    assert.match(error.message, `${MIRROR}/dists/trixie/InRelease`);
  }
});

test('another mirror, or another release, is not taken for this one', async () => {
  const cacheDir = tempFolder();
  await resolveArchive(host(cacheDir).ctx, MIRROR, 'trixie');
  const { ctx } = host(cacheDir, noAnswer);
  await caught('mirror-unreachable', () => resolveArchive(ctx, 'http://other.example/debian', 'trixie'));
  await caught('mirror-unreachable', () => resolveArchive(ctx, MIRROR, 'forky'));
});

test('a memory that is damaged is none', async () => {
  for (const damage of ['', '{"suites":', 'null', '[]', '{}', '"text"', '{"suites":[],"releases":{},"date":"x"}']) {
    const cacheDir = tempFolder();
    await resolveArchive(host(cacheDir).ctx, MIRROR, 'trixie');
    const [file = ''] = readdirSync(join(cacheDir, 'archives'));
    writeFileSync(join(cacheDir, 'archives', file), damage);
    await caught('mirror-unreachable', () => resolveArchive(host(cacheDir, noAnswer).ctx, MIRROR, 'trixie'));
  }
});

test('failures of the host are not answered from memory', async () => {
  const cacheDir = tempFolder();
  await resolveArchive(host(cacheDir).ctx, MIRROR, 'trixie');
  for (const code of ['interrupted', 'tool-missing', 'disk-full'] as const) {
    const { ctx } = host(cacheDir, new KilnError({ code, message: 'x', hint: 'y' }));
    await caught(code, () => resolveArchive(ctx, MIRROR, 'trixie'));
  }
});

test.run();
