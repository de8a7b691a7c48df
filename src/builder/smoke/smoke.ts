import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { availableMemoryBytes } from '../host/memory.ts';
import type { ArtifactKind } from '../names.ts';
import { failedChecks, type SmokeReport } from '../report/smoke-report.ts';
import { makeKeyPair } from '../tools/ssh-keygen.ts';
import { type Accelerator, chooseAccelerator } from './accelerator.ts';
import { type BootedGuest, bootGuest } from './boot-guest.ts';
import { Budget, mapAtMost } from './budget.ts';
import { openArtifact } from './open/open-artifact.ts';
import type { OpenedDisk } from './open/opened-disk.ts';
import { withOwnSelves } from './own-selves.ts';
import { type ListedArtifact, listArtifacts, readRelease } from './release-folder.ts';
import { clearReports, failIfFailed, writeReports } from './reports.ts';
import { type Row, rowName } from './row.ts';
import { chooseRows } from './rows.ts';
import type { SmokeRun } from './smoke-run.ts';
import { verifyArtifacts } from './verify.ts';

export interface SmokeOptions {
  /** Absolute folder of a release. */
  readonly releaseDir: string;
  /** Artifacts to boot; absent means all of the release. */
  readonly only?: readonly ArtifactKind[];
  /** Ids of profiles to boot; absent means all that the artifacts have. */
  readonly profiles?: readonly string[];
  /** Whether guests are put under faults as well. */
  readonly faults?: boolean;
  /** Most guests at once; absent means one for each processor, as far as memory goes. */
  readonly jobs?: number;
  /** Absolute; absent means `smoke` in the release's folder. */
  readonly reportDir?: string;
}

/** Left to the host itself. */
const RESERVED_BYTES = 2 ** 30;

/**
 * Boots every artifact of a release in QEMU, each as its platform would, and asks it questions over SSH.
 * @throws {KilnError} `release-missing`, `release-invalid`, `usage` before anything is booted; `smoke-failed` after all
 *   reports are written when a guest failed
 */
export async function smoke(ctx: Context, options: SmokeOptions): Promise<SmokeReport> {
  const started = performance.now();
  const startedAt = new Date();
  const { releaseDir, reportDir = join(releaseDir, 'smoke') } = options;
  const release = await readRelease(releaseDir);
  const artifacts = listArtifacts(release, releaseDir, options.only);
  const rows = chooseRows(artifacts, { faults: false, ...options });
  await verifyArtifacts(ctx, artifacts);
  await clearReports(reportDir);
  const scratch = join(ctx.scratch, 'smoke');
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const open = openOnce(ctx, scratch);
  const accelerator = await ctx.progress.step('smoke/accelerator', 'Find out whether KVM runs a guest here', () =>
    probe(ctx, artifacts, open, scratch),
  );
  ctx.progress.note(`Guests run under ${accelerator.name.toUpperCase()}: ${accelerator.reason}.`);
  const usualSeconds = new Map<string, number>();
  const run: SmokeRun = {
    exec: ctx.exec,
    release,
    accelerator,
    memory: new Budget(Math.max(0, (await availableMemoryBytes()) - RESERVED_BYTES)),
    key: await makeKeyPair(ctx.exec, join(scratch, 'key'), 'kiln smoke run'),
    id: randomBytes(3).toString('hex'),
    scratch,
    reportDir,
    usualSeconds,
    open,
  };
  const jobs = options.jobs ?? availableParallelism();
  const booted = await mapAtMost(rows, jobs, async (row) => {
    const guest = await guestStep(ctx, run, row);
    const { secondsToHealthy } = guest.report;
    if (row.fault === undefined && secondsToHealthy !== null) usualSeconds.set(row.profile.id, secondsToHealthy);
    return guest;
  });
  const { image, version } = release;
  const report: SmokeReport = {
    schemaVersion: 2,
    image,
    version,
    started: startedAt.toISOString(),
    accelerator,
    jobs,
    seconds: (performance.now() - started) / 1000,
    guests: withOwnSelves(booted),
  };
  await writeReports(report, reportDir);
  failIfFailed(report, reportDir);
  return report;
}

/** The step is marked failed when its guest is, and the others go on. */
async function guestStep(ctx: Context, run: SmokeRun, row: Row): Promise<BootedGuest> {
  let guest: BootedGuest | undefined;
  const { artifact, fault } = row;
  const title = `Boot ${artifact.file}${fault === undefined ? '' : `: ${fault.title}`}`;
  try {
    await ctx.progress.step(`smoke/${rowName(row)}`, title, async (step) => {
      guest = await bootGuest(run, row, (line) => step.detail(line));
      if (guest.report.verdict === 'failed') throw new Error('the guest failed');
    });
  } catch (error) {
    if (guest === undefined) throw error;
  }
  if (guest === undefined) throw new Error('the step ended without a report');
  // Nobody should have to wait for the last guest to learn what is wrong with the first.
  for (const { id, detail } of failedChecks(guest.report)) ctx.progress.note(`${rowName(row)}: ${id}: ${detail}`);
  return guest;
}

/** Profiles that boot one artifact share what it was opened to. */
function openOnce(ctx: Context, scratch: string): SmokeRun['open'] {
  const opened = new Map<ArtifactKind, Promise<OpenedDisk>>();
  return (artifact) => {
    const { kind, path } = artifact;
    const known = opened.get(kind);
    if (known !== undefined) return known;
    const folder = join(scratch, `open-${kind}`);
    const disk = mkdir(folder).then(() => openArtifact(kind, { exec: ctx.exec, path, scratch: folder }));
    opened.set(kind, disk);
    return disk;
  };
}

/** Probes with the first artifact that opens; one that does not is told of when its own turn comes. */
async function probe(
  ctx: Context,
  artifacts: readonly ListedArtifact[],
  open: SmokeRun['open'],
  scratch: string,
): Promise<Accelerator> {
  for (const artifact of artifacts) {
    try {
      return await chooseAccelerator(ctx.exec, await open(artifact), scratch);
    } catch (error) {
      if (!(error instanceof KilnError) || error.code !== 'release-invalid') throw error;
    }
  }
  return { name: 'tcg', reason: 'no artifact can be opened to try KVM with' };
}
