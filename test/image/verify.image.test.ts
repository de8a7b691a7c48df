import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../src/builder/exec/run.ts';
import { withContext } from '../../src/builder/host/with-context.ts';
import type { ArtifactKind } from '../../src/builder/names.ts';
import { type VerifyReport, verifyRelease } from '../../src/builder/verify/verify.ts';
import { parseRelease } from '../../src/contract/parse-release.ts';
import { caught } from '../support/caught.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bakedRelease } from './support/release.ts';
import { structural } from './support/structural-flips.ts';

const release = await bakedRelease('reference');
const described = parseRelease(JSON.parse(readFileSync(join(release, 'release.json'), 'utf8')));
const signal = new AbortController().signal;
const GIB = 2 ** 30;

function fileOf(kind: ArtifactKind): string {
  const found = described.artifacts.find((artifact) => artifact.kind === kind);
  if (found === undefined) throw new Error(`the release has no ${kind}`);
  return found.file;
}

function verify(folder: string, checksums: boolean, only?: readonly ArtifactKind[]): Promise<VerifyReport> {
  const progress = {
    step: <T>(_name: string, _title: string, work: (step: never) => Promise<T>) =>
      work({ detail: () => undefined, cached: () => undefined } as never),
    note: () => undefined,
  };
  const options = { progress, cacheDir: tempFolder(), signal, scratchBytes: GIB };
  return withContext(options, (ctx) =>
    verifyRelease(ctx, { folder, checksums, ...(only === undefined ? {} : { only }) }),
  );
}

/** A release folder with copies of these artifacts and links to the others. */
function copyOf(...kinds: readonly ArtifactKind[]): string {
  const folder = tempFolder();
  for (const name of readdirSync(release)) {
    const from = join(release, name);
    if (!statSync(from).isFile()) continue;
    if (kinds.some((kind) => fileOf(kind) === name) || !name.startsWith(described.image)) {
      // The VHD is mostly holes, which have to stay holes.
      execFileSync('cp', ['--sparse=always', from, join(folder, name)]);
    } else {
      symlinkSync(from, join(folder, name));
    }
  }
  return folder;
}

/** Flips one bit. @param at byte; from the end when negative */
function flip(file: string, at: number): void {
  const fd = openSync(file, 'r+');
  try {
    const place = at < 0 ? statSync(file).size + at : at;
    const byte = Buffer.alloc(1);
    readSync(fd, byte, 0, 1, place);
    byte[0] = (byte[0] ?? 0) ^ 1;
    writeSync(fd, byte, 0, 1, place);
  } finally {
    closeSync(fd);
  }
}

test('a release as it was baked keeps every rule', async () => {
  const { findings, artifacts } = await verify(release, true);
  assert.equal(findings, []);
  assert.is(artifacts.length, 7);
});

test('a flipped bit in a structure is told by the rule about it, without any checksum of the file', async () => {
  const folder = copyOf(...new Set(structural.map(([kind]) => kind)));
  try {
    for (const [kind, places] of structural) {
      const file = join(folder, fileOf(kind));
      const flips = places.map(([place, rule]) => ({ at: place(file), rule }));
      for (const { at } of flips) flip(file, at);
      const { findings } = await verify(folder, false, [kind]);
      for (const { rule, at } of flips) {
        const told = findings.filter((finding) => finding.rule === rule).length;
        const expected = flips.filter((other) => other.rule === rule).length;
        assert.ok(
          told >= expected,
          `${kind}, byte ${at}: expected ${expected} of ${rule}, got ${JSON.stringify(findings)}`,
        );
      }
      for (const { at } of flips) flip(file, at);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A file of some hundred MB is hashed for each; hundreds of flips are made in a small release, by a tool test. */
const FLIPS_A_KIND = 4;

test('a flipped bit anywhere in an artifact is found', async () => {
  const kinds = ['vmware', 'hyperv', 'aws', 'gce', 'kvm'] as const;
  const folder = copyOf(...kinds);
  try {
    for (let i = 0; i < FLIPS_A_KIND; i++) {
      const flips = kinds.map((kind) => {
        const file = join(folder, fileOf(kind));
        // Spread over the whole file, by a step that meets headers, data and ends.
        return { file, at: Math.floor((((i * 7919 + 13) % 10_007) / 10_007) * statSync(file).size) };
      });
      for (const { file, at } of flips) flip(file, at);
      const { message } = await caught('release-invalid', () => verify(folder, true, kinds));
      for (const { file } of flips) assert.match(message, `${file} has the SHA-256`);
      for (const { file, at } of flips) flip(file, at);
    }
    assert.equal((await verify(folder, true, ['kvm'])).findings, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('data that is not the same in one artifact is told, though its structure is sound', async () => {
  const folder = copyOf('azure');
  try {
    // In the middle of slot A.
    flip(join(folder, fileOf('azure')), 600 * 2 ** 20);
    const { findings } = await verify(folder, false, ['azure']);
    assert.equal(
      findings.map(({ rule }) => rule),
      // The one artifact that is looked at is also what the update bundle is compared with.
      ['disk-same-bytes', 'bundle-same-bytes'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('files that are swapped, cut short or missing end it at once, with their path', async () => {
  const swapped = ['hyperv', 'kvm'] as const;
  const folder = copyOf(...swapped);
  try {
    const [one, other] = [join(folder, fileOf('hyperv')), join(folder, fileOf('kvm'))];
    const swap = (): void => {
      renameSync(one, `${one}.kept`);
      renameSync(other, one);
      renameSync(`${one}.kept`, other);
    };
    const [oneBytes, otherBytes] = [one, other].map((file) => statSync(file).size);
    swap();
    assert.is(
      (await caught('release-invalid', () => verify(folder, true, swapped))).message,
      [
        '2 files are not those of release.json:',
        `  ${one} has ${otherBytes} bytes; release.json says ${oneBytes}`,
        `  ${other} has ${oneBytes} bytes; release.json says ${otherBytes}`,
      ].join('\n'),
    );
    swap();
    truncateSync(other, 1000);
    assert.match(
      (await caught('release-invalid', () => verify(folder, true, swapped))).message,
      `${other} has 1000 bytes`,
    );
    rmSync(other);
    assert.match((await caught('release-invalid', () => verify(folder, true, swapped))).message, `${other} is missing`);
    rmSync(join(folder, 'release.json'));
    const error = await caught('release-missing', () => verify(folder, true, swapped));
    assert.is(error.exitCode, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a list of checksums that tells another digest, or is gone, is told', async () => {
  const folder = copyOf('kvm');
  try {
    const sums = join(folder, 'SHA256SUMS');
    writeFileSync(sums, readFileSync(sums, 'utf8').replace(/^[0-9a-f]{8}/, '00000000'));
    const { findings } = await verify(folder, true, ['kvm']);
    assert.equal(
      findings.map(({ rule }) => rule),
      ['release-checksums'],
    );
    assert.is(described.monitoring.length, 2);
    for (const { file } of described.monitoring) {
      rmSync(join(folder, file));
      writeFileSync(join(folder, file), 'changed');
    }
    assert.is((await verify(folder, true, ['kvm'])).findings.length, 3);
    rmSync(sums);
    assert.is((await verify(folder, true, ['kvm'])).findings[0]?.rule, 'release-checksums');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('qemu-img, a reader of its own, finds nothing against any of the disks', async () => {
  const { run } = createExec(signal);
  const folder = tempFolder();
  mkdirSync(join(folder, 'ova'));
  await run(['tar', '-xf', join(release, fileOf('vmware')), '-C', join(folder, 'ova')], {
    purpose: 'unpack the OVA',
    timeoutSeconds: 120,
  });
  const vmdk = readdirSync(join(folder, 'ova')).find((name) => name.endsWith('.vmdk')) ?? '';
  for (const [format, path] of [
    ['vmdk', join(folder, 'ova', vmdk)],
    ['vhdx', join(release, fileOf('hyperv'))],
    ['qcow2', join(release, fileOf('kvm'))],
  ] as const) {
    const { stdout } = await run(['qemu-img', 'check', '-f', format, path], {
      purpose: `check the ${format}`,
      timeoutSeconds: 300,
    });
    assert.match(stdout, 'No errors were found', format);
  }
  for (const [format, path] of [
    ['vhdx', join(release, fileOf('hyperv'))],
    ['vmdk', join(folder, 'ova', vmdk)],
    ['vpc', join(release, fileOf('azure'))],
  ] as const) {
    const { stdout } = await run(
      ['qemu-img', 'compare', '-f', 'qcow2', '-F', format, join(release, fileOf('kvm')), path],
      {
        purpose: `compare the ${format}`,
        timeoutSeconds: 600,
      },
    );
    assert.match(stdout, 'Images are identical', format);
  }
  rmSync(folder, { recursive: true });
});

test.run();
