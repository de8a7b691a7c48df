import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestReport } from '../report/smoke-report.ts';
import { afterChecks } from './after/index.ts';
import { CheckLog, type CheckName } from './check-log.ts';
import { checks } from './checks/index.ts';
import { describeHardware } from './guest/hardware.ts';
import { fileState, type PreparedGuest, prepareGuest } from './prepare-guest.ts';
import type { PlatformProfile } from './profiles/profile.ts';
import { evidenceFiles, powersOff, questionGuest, reachesLogin } from './question-guest.ts';
import type { ListedArtifact } from './release-folder.ts';
import type { SmokeRun } from './smoke-run.ts';

/** QEMU itself, its translation cache and its display. */
const QEMU_BYTES = 512 * 2 ** 20;

const opens: CheckName = { id: 'opens', title: 'the platform can open the artifact' };
const untouched: CheckName = { id: 'untouched', title: 'the artifact was not written to' };

/** Boots one artifact on one profile. Whatever the guest does wrong is in the report; only an interruption is thrown. */
export async function bootGuest(
  run: SmokeRun,
  artifact: ListedArtifact,
  profile: PlatformProfile,
  onConsoleLine: (line: string) => void,
): Promise<GuestReport> {
  const started = performance.now();
  const log = new CheckLog(run.exec.signal);
  const before = await fileState(artifact.path);
  const folder = join(run.scratch, `guest-${profile.id}`);
  try {
    const boot = await bootAndAsk(run, log, artifact, profile, folder, onConsoleLine);
    await log.ask(untouched, async () => {
      const passed = (await fileState(artifact.path)) === before;
      return { passed, detail: passed ? 'same file, length and times' : `${artifact.path} was changed while it ran` };
    });
    return {
      profile: profile.id,
      hardware: boot.hardware,
      notes: profile.notes,
      artifact: { kind: artifact.kind, file: artifact.file, sha256: artifact.sha256 },
      verdict: log.failed ? 'failed' : 'passed',
      secondsToLogin: boot.secondsToLogin,
      seconds: (performance.now() - started) / 1000 - boot.secondsWaited,
      checks: log.results,
      serialLog: boot.serialLog,
      consoleTail: boot.consoleTail,
      screenshot: boot.screenshot,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Boot extends Pick<GuestReport, 'hardware' | 'secondsToLogin' | 'consoleTail' | 'screenshot' | 'serialLog'> {
  /** For memory that other guests had. */
  readonly secondsWaited: number;
}

async function bootAndAsk(
  run: SmokeRun,
  log: CheckLog,
  artifact: ListedArtifact,
  profile: PlatformProfile,
  folder: string,
  onConsoleLine: (line: string) => void,
): Promise<Boot> {
  const serialLog = evidenceFiles.serialLog(profile.id);
  const guest = await prepare(run, log, artifact, profile, folder);
  if (guest === undefined) {
    log.skip([reachesLogin, ...checks, powersOff, ...afterChecks], 'the artifact was not opened');
    const nothing = { secondsToLogin: null, consoleTail: [], screenshot: null, secondsWaited: 0 };
    return { hardware: 'never started', serialLog, ...nothing };
  }
  const memory = guest.hardware.memoryBytes + QEMU_BYTES;
  const ready = performance.now();
  let secondsWaited = 0;
  const seen = await run.memory.with(memory, () => {
    secondsWaited = (performance.now() - ready) / 1000;
    return questionGuest(run, log, profile.id, guest, onConsoleLine);
  });
  if (seen.poweredOff) await questionDisk(run, log, guest);
  else log.skip(afterChecks, 'the guest did not power off in order');
  const { secondsToLogin, consoleTail, screenshot } = seen;
  const hardware = describeHardware(guest.hardware);
  return { hardware, secondsToLogin, consoleTail, screenshot, serialLog, secondsWaited };
}

async function prepare(
  run: SmokeRun,
  log: CheckLog,
  artifact: ListedArtifact,
  profile: PlatformProfile,
  folder: string,
): Promise<PreparedGuest | undefined> {
  const { exec, key, id } = run;
  const made: PreparedGuest[] = [];
  await log.ask(opens, async () => {
    const disk = await run.open(artifact);
    const hostname = `smoke-${profile.id}-${id}`;
    made.push(await prepareGuest({ exec, artifact, profile, folder, disk, hostname, publicKey: key.publicKey }));
    return { passed: true, detail: `${disk.block.driver}, ${artifact.virtualSizeBytes} bytes` };
  });
  return made[0];
}

async function questionDisk({ exec }: SmokeRun, log: CheckLog, guest: PreparedGuest): Promise<void> {
  const { disk, overlay, gpt, folder } = guest;
  const remains = { exec, before: disk.block, overlay, gpt, scratch: folder };
  for (const check of afterChecks) await log.ask(check, () => check.run(remains));
}
