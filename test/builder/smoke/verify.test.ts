import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Context } from '../../../src/builder/context.ts';
import type { ArtifactKind } from '../../../src/builder/names.ts';
import type { ListedArtifact } from '../../../src/builder/smoke/release-folder.ts';
import { verifyArtifacts } from '../../../src/builder/smoke/verify.ts';
import { caught } from '../../support/caught.ts';
import { fakeExec, toolFailure } from '../../support/fake-exec.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function artifact(folder: string, kind: ArtifactKind, content: string): Promise<ListedArtifact> {
  const path = join(folder, kind);
  await writeFile(path, content);
  const sizeBytes = content.length;
  return { kind, file: kind, path, sizeBytes, sha256: sha256(content), virtualSizeBytes: 2 ** 30 };
}

/** A host on which looking at one file takes longer than at the others, or fails. */
function host(slow: string, failing: readonly string[] = []): Context {
  const { exec } = fakeExec(async ({ argv }) => {
    const file = basename(argv.at(-1) ?? '');
    if (file === slow) await sleep(30);
    if (failing.includes(file)) throw toolFailure(`can not read ${file}`);
    return '[{"start":0,"length":4096,"data":true,"zero":false}]';
  });
  const progress: Context['progress'] = {
    step: (_name, _title, work) => work({ detail: () => undefined, cached: () => undefined }),
    note: () => undefined,
  };
  return { exec, progress, scratch: '/nonexistent', cacheDir: '/nonexistent' };
}

async function sample(): Promise<ListedArtifact[]> {
  const folder = tempFolder();
  const kinds = ['vmware', 'hyperv', 'gce', 'kvm'] as const;
  return Promise.all(kinds.map((kind) => artifact(folder, kind, `content of ${kind}`.padEnd(40))));
}

test('files that are those of release.json pass', async () => {
  await verifyArtifacts(host('vmware'), await sample());
});

test('all files that differ are told at once, in the order of the release, whichever is looked at first', async () => {
  const artifacts = await sample();
  const [vmware, hyperv, gce, kvm] = artifacts.map(({ path }) => path);
  const other = 'other content'.padEnd(40);
  await writeFile(vmware ?? '', other);
  await writeFile(hyperv ?? '', 'short');
  await rm(gce ?? '');
  await writeFile(kvm ?? '', other);
  for (const slow of ['vmware', 'kvm']) {
    const error = await caught('release-invalid', () => verifyArtifacts(host(slow), artifacts));
    assert.is(
      error.message,
      [
        '4 files are not those of release.json:',
        `  ${vmware} has the SHA-256 ${sha256(other)}; release.json says ${artifacts[0]?.sha256}`,
        `  ${hyperv} has 5 bytes; release.json says 40`,
        `  ${gce} is missing though release.json names it`,
        `  ${kvm} has the SHA-256 ${sha256(other)}; release.json says ${artifacts[3]?.sha256}`,
      ].join('\n'),
    );
    assert.is(error.exitCode, 2);
  }
});

test('one file that differs is told in one line', async () => {
  const artifacts = await sample();
  const { path = '' } = artifacts[2] ?? {};
  await writeFile(path, 'short');
  const error = await caught('release-invalid', () => verifyArtifacts(host('kvm'), artifacts));
  assert.is(error.message, `${path} has 5 bytes; release.json says 40`);
});

test('of several that can not be looked at, the first of the release is told', async () => {
  const artifacts = await sample();
  for (const slow of ['hyperv', 'kvm']) {
    const error = await caught('tool-failed', () => verifyArtifacts(host(slow, ['kvm', 'hyperv']), artifacts));
    assert.match(error.message, 'can not read hyperv');
  }
});

test.run();
