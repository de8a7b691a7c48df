import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestReport } from '../report/smoke-report.ts';
import { afterChecks } from './after/index.ts';
import { CheckLog, type CheckName } from './check-log.ts';
import { checkDelay } from './faults/delay.ts';
import { visitWithPowerCuts } from './faults/power-cut/visit.ts';
import { describeHardware } from './guest/hardware.ts';
import { fileState, type PreparedGuest, prepareGuest } from './prepare-guest.ts';
import { evidenceFiles, type Row, rowName } from './row.ts';
import type { SmokeRun } from './smoke-run.ts';
import { consoleCheckNames, type Evidence, type GuestSelf, nothingSeen, powersOff, reportsStart } from './visit.ts';
import { visitByConsole } from './visit-console.ts';
import { visitByLogin } from './visit-login.ts';

/** QEMU itself, its translation cache and its display. */
const QEMU_BYTES = 512 * 2 ** 20;

const opens: CheckName = { id: 'opens', title: 'the platform can open the artifact' };
const untouched: CheckName = { id: 'untouched', title: 'the artifact was not written to' };

export interface BootedGuest {
  readonly report: GuestReport;
  /** Undefined when nobody could ask. */
  readonly self: GuestSelf | undefined;
}

/** Boots one row of a run. Whatever the guest does wrong is in the report; only an interruption is thrown. */
export async function bootGuest(run: SmokeRun, row: Row, onConsoleLine: (line: string) => void): Promise<BootedGuest> {
  const started = performance.now();
  const log = new CheckLog(run.exec.signal);
  const { artifact, profile, fault } = row;
  const before = await fileState(artifact.path);
  const folder = join(run.scratch, `guest-${rowName(row)}`);
  let prepared: PreparedGuest | undefined;
  try {
    prepared = await prepare(run, log, row, folder);
    const { seen, secondsWaited } = await visit(run, log, row, prepared, onConsoleLine);
    if (fault?.mustNotDelay === true) await checkDelay(run, log, profile.id, seen.secondsToHealthy);
    await log.ask(untouched, async () => {
      const passed = (await fileState(artifact.path)) === before;
      return { passed, detail: passed ? 'same file, length and times' : `${artifact.path} was changed while it ran` };
    });
    const { poweredOff: _, self, ...evidence } = seen;
    const report: GuestReport = {
      name: rowName(row),
      profile: profile.id,
      fault: fault === undefined ? null : { id: fault.id, title: fault.title },
      hardware: prepared === undefined ? 'never started' : describeHardware(prepared.machine.hardware),
      notes: profile.notes,
      artifact: { kind: artifact.kind, file: artifact.file, sha256: artifact.sha256 },
      verdict: log.failed ? 'failed' : 'passed',
      ...evidence,
      seconds: (performance.now() - started) / 1000 - secondsWaited,
      checks: log.results,
      requests: prepared?.open.requests() ?? [],
      serialLog: evidenceFiles.serialLog(rowName(row)),
    };
    return { report, self };
  } finally {
    await prepared?.open.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const procedures = { login: visitByLogin, console: visitByConsole, 'power-cut': visitWithPowerCuts } as const;

async function visit(
  run: SmokeRun,
  log: CheckLog,
  row: Row,
  prepared: PreparedGuest | undefined,
  onConsoleLine: (line: string) => void,
): Promise<{ seen: Evidence; secondsWaited: number }> {
  if (prepared === undefined) {
    log.skip([reportsStart, ...consoleCheckNames, powersOff, ...afterChecks], 'the artifact was not opened');
    return { seen: nothingSeen, secondsWaited: 0 };
  }
  const ready = performance.now();
  let secondsWaited = 0;
  const procedure = row.fault?.procedure ?? (prepared.channel.user === null ? 'console' : 'login');
  const seen = await run.memory.with(prepared.machine.hardware.memoryBytes + QEMU_BYTES, () => {
    secondsWaited = (performance.now() - ready) / 1000;
    return procedures[procedure]({ run, log, row, prepared, onConsoleLine });
  });
  if (seen.poweredOff) await questionDisk(run, log, prepared);
  else log.skip(afterChecks, 'the guest did not power off in order');
  return { seen, secondsWaited };
}

async function prepare(run: SmokeRun, log: CheckLog, row: Row, folder: string): Promise<PreparedGuest | undefined> {
  const { exec, key, id } = run;
  const { artifact } = row;
  const made: PreparedGuest[] = [];
  await log.ask(opens, async () => {
    const disk = await run.open(artifact);
    const hostname = `smoke-${rowName(row)}-${id}`;
    made.push(await prepareGuest({ exec, row, folder, disk, hostname, publicKey: key.publicKey }));
    return { passed: true, detail: `${disk.block.driver}, ${artifact.virtualSizeBytes} bytes` };
  });
  return made[0];
}

async function questionDisk({ exec }: SmokeRun, log: CheckLog, guest: PreparedGuest): Promise<void> {
  const { disk, overlay, gpt, folder, machine } = guest;
  const remains = { exec, before: disk.block, overlay, gpt, scratch: folder };
  if (machine.disk.writeProtected === true) return;
  for (const check of afterChecks) await log.ask(check, () => check.run(remains));
}
