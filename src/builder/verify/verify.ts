import { mkdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Release } from '../../contract/release.ts';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import type { DiskImage } from '../formats/disk-image.ts';
import type { Gpt } from '../formats/gpt.ts';
import { surveyDisk } from '../formats/survey.ts';
import { WorkPool } from '../formats/work/pool.ts';
import { type ArtifactKind, CHECKSUM_FILE } from '../names.ts';
import { openArtifact } from '../smoke/open/open-artifact.ts';
import { type ListedArtifact, listArtifacts, readRelease } from '../smoke/release-folder.ts';
import { verifyArtifacts } from '../smoke/verify.ts';
import { checkQcow2Image, convertToRaw } from '../tools/qemu-disk.ts';
import { readDiskImage } from '../tools/qemu-img.ts';
import { checkAws, checkGce } from './archives.ts';
import { checkBundle } from './bundle.ts';
import { Bytes } from './bytes.ts';
import { checkSums } from './checksums.ts';
import { checkEsp } from './esp.ts';
import { checkKernel } from './kernel.ts';
import { checkOva } from './ova.ts';
import { checkPartitions } from './partitions.ts';
import { checkQcow2 } from './qcow2.ts';
import type { Finding } from './rule.ts';
import { rules, type Tell } from './rules.ts';
import { checkVhd } from './vhd.ts';
import { checkVhdx } from './vhdx.ts';

export interface VerifyOptions {
  /** Absolute folder of a release. */
  readonly folder: string;
  /** Absent means all artifacts of the release. */
  readonly only?: readonly ArtifactKind[];
  /** Whether files have to have the lengths and digests of release.json before they are looked into. */
  readonly checksums: boolean;
}

export interface VerifyReport {
  readonly image: string;
  readonly version: string;
  readonly artifacts: readonly string[];
  readonly rules: number;
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

const GIB = 2 ** 30;

/**
 * Looks at every artifact of a release as importers do, without booting anything. Every broken rule is in the report.
 * @throws {KilnError} `release-missing`; `release-invalid` when a file is missing, cut short or another one; `usage`
 */
export async function verifyRelease(ctx: Context, options: VerifyOptions): Promise<VerifyReport> {
  const started = performance.now();
  const release = await readRelease(options.folder);
  const artifacts = listArtifacts(release, options.folder, options.only);
  const findings: Finding[] = [];
  if (options.checksums) {
    await verifyArtifacts(ctx, artifacts);
    await checkSums(options.folder, release, tellTo(findings, CHECKSUM_FILE));
  }
  const pool = new WorkPool(availableParallelism(), ctx.exec.signal);
  try {
    // Disks of one digest are one disk: partitions are looked at once for each.
    const looked = new Set<string>();
    const lookAt = bundleIn(ctx, options.folder, release, findings);
    for (const artifact of artifacts) {
      await ctx.progress.step(`verify/${artifact.kind}`, `Look into ${artifact.file}`, async (step) => {
        const before = findings.length;
        await checkArtifact(ctx, pool, release, artifact, { looked, lookAt }, tellTo(findings, artifact.file));
        if (findings.length > before) step.detail(`${findings.length - before} rules broken`);
      });
    }
  } finally {
    await pool.close();
  }
  const { image, version } = release;
  const seconds = (performance.now() - started) / 1000;
  return { image, version, artifacts: artifacts.map(({ file }) => file), rules: rules.length, findings, seconds };
}

/** A broken rule is told once for each place; after that many places of one rule the rest says nothing new. */
const MAX_PLACES = 20;

function tellTo(findings: Finding[], file: string): Tell {
  return (rule, where, message) => {
    const known = findings.filter((finding) => finding.rule === rule && finding.file === file).length;
    if (known < MAX_PLACES) findings.push({ rule, file, where, message });
  };
}

const structures: Readonly<
  Record<ArtifactKind, (path: string, bytes: Bytes, size: number, tell: Tell) => Promise<void>>
> = {
  vmware: (_, bytes, size, tell) => checkOva(bytes, size, tell),
  desktop: (_, bytes, size, tell) => checkOva(bytes, size, tell),
  hyperv: (_, bytes, size, tell) => checkVhdx(bytes, size, tell),
  azure: (_, bytes, size, tell) => checkVhd(bytes, size, tell),
  aws: (_, bytes, size, tell) => checkAws(bytes, size, tell),
  gce: checkGce,
  kvm: (_, bytes, size, tell) => checkQcow2(bytes, size, tell),
};

/** What is done once for each disk, however many artifacts hold it. */
interface Once {
  /** Digests of the disks that were looked at. */
  readonly looked: Set<string>;
  /** Looks at the update bundle beside a disk. */
  readonly lookAt: (disk: { raw: string; gpt: Gpt }, scratch: string) => Promise<void>;
}

function bundleIn({ exec }: Context, folder: string, { bundle }: Release, findings: Finding[]): Once['lookAt'] {
  if (bundle === null) return async () => undefined;
  const tell = tellTo(findings, bundle.file);
  return (disk, scratch) => checkBundle(exec, join(folder, bundle.file), disk, scratch, tell);
}

async function checkArtifact(
  ctx: Context,
  pool: WorkPool,
  release: Release,
  artifact: ListedArtifact,
  once: Once,
  tell: Tell,
): Promise<void> {
  const { kind, path } = artifact;
  const size = release.disk.sizeBytes;
  if (artifact.virtualSizeBytes !== size || size % GIB !== 0)
    tell('disk-size', 'release.json', `${artifact.virtualSizeBytes} bytes of a disk of ${size}`);
  await Bytes.with(path, async (bytes) => {
    try {
      await structures[kind](path, bytes, size, tell);
    } catch (error) {
      // A structure that points past the end: its place is told by the rules above it as well.
      if (!(error instanceof RangeError)) throw error;
      tell(damaged[kind], 'the file', error.message);
    }
  });
  if (kind === 'kvm') {
    const fault = await checkQcow2Image(ctx.exec, path);
    if (fault !== undefined) tell('qcow2-check', 'the tables', fault);
  }
  const folder = join(ctx.scratch, `verify-${kind}`);
  await mkdir(folder);
  try {
    const raw = await unpack(ctx, artifact, folder, tell);
    if (raw !== undefined) await checkDisk(ctx, pool, release, raw, folder, once, tell);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The rule that is broken when an artifact can not be opened at all. */
const damaged = {
  vmware: 'vmdk-grains',
  desktop: 'vmdk-grains',
  hyperv: 'vhdx-blocks',
  azure: 'vhd-footer',
  aws: 'aws-frame',
  gce: 'gce-archive',
  kvm: 'qcow2-check',
} as const;

/** @returns the disk as a raw file; undefined when the artifact can not be opened */
async function unpack(
  { exec }: Context,
  artifact: ListedArtifact,
  scratch: string,
  tell: Tell,
): Promise<string | undefined> {
  const { kind, path } = artifact;
  try {
    const { block } = await openArtifact(kind, { exec, path, scratch });
    if (block.driver === 'raw' && block.file.driver === 'file') return block.file.filename;
    const raw = join(scratch, 'disk.raw');
    await convertToRaw(exec, block, raw);
    return raw;
  } catch (error) {
    if (!(error instanceof KilnError) || !['release-invalid', 'tool-failed'].includes(error.code)) throw error;
    tell(damaged[kind], 'the file', error.message.split('\n')[0] ?? '');
    return undefined;
  }
}

async function checkDisk(
  { exec }: Context,
  pool: WorkPool,
  release: Release,
  raw: string,
  scratch: string,
  { looked, lookAt }: Once,
  tell: Tell,
): Promise<void> {
  const { size } = await stat(raw);
  if (size !== release.disk.sizeBytes)
    return tell('disk-size', 'the disk', `it has ${size} bytes, expected ${release.disk.sizeBytes}`);
  const disk: DiskImage = await readDiskImage(exec, raw);
  const { digest } = await surveyDisk(pool, disk);
  if (digest !== release.disk.digest)
    tell('disk-same-bytes', 'the disk', `its digest is ${digest}, expected ${release.disk.digest}`);
  if (looked.has(digest)) return;
  looked.add(digest);
  await Bytes.with(raw, async (bytes) => {
    const gpt = await checkPartitions(bytes, tell);
    if (gpt === undefined) return;
    await checkEsp(exec, raw, gpt, scratch, tell);
    await checkKernel(exec, raw, gpt, scratch, tell);
    await lookAt({ raw, gpt }, scratch);
  });
}
