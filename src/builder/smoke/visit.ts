import { join } from 'node:path';
import type { BootTimes, GuestReport } from '../report/smoke-report.ts';
import type { CheckLog, CheckName } from './check-log.ts';
import type { Subject } from './checks/check.ts';
import { cloudInitSeconds } from './checks/cloud-init.ts';
import { bootTimes, type UserlandTimes } from './console/boot-times.ts';
import { consoleChecks } from './console/index.ts';
import type { Shell } from './guest/shell.ts';
import { limitsFor } from './limits.ts';
import type { PreparedGuest } from './prepare-guest.ts';
import { nothingAbsent } from './profiles/profile.ts';
import { evidenceFiles, type Row, rowName } from './row.ts';
import type { Session } from './session.ts';
import type { SmokeRun } from './smoke-run.ts';

export const reachesLogin: CheckName = { id: 'login', title: 'the guest let us in over SSH' };
export const reportsStart: CheckName = { id: 'healthy', title: 'the appliance reported that its start is over' };
export const platformTalk: CheckName = {
  id: 'platform-talk',
  title: 'the guest asked the platform’s services as it should, and told them what they wait for',
};
export const powersOff: CheckName = { id: 'power-off', title: 'the guest powered off when it was told to' };

/** Who a guest is: another one for each clone, the same one after each start. */
export interface GuestSelf {
  readonly machineId: string;
  /** SHA-256 of its SSH server's public keys. */
  readonly hostKeys: string;
}

/** What is kept of a guest besides the answers. */
export interface Evidence
  extends Pick<
    GuestReport,
    'secondsToLogin' | 'secondsToHealthy' | 'secondsToInService' | 'boot' | 'datasource' | 'consoleTail' | 'screenshots'
  > {
  /** Whether its disk is as an orderly power-off leaves it. */
  readonly poweredOff: boolean;
  readonly self: GuestSelf | undefined;
}

export interface VisitInput {
  readonly run: SmokeRun;
  readonly log: CheckLog;
  readonly row: Row;
  readonly prepared: PreparedGuest;
  readonly onConsoleLine: (line: string) => void;
}

const TAIL_LINES = 40;
const SLOWEST = 8;

/** Nothing was seen of the guest. */
export const nothingSeen: Evidence = {
  secondsToLogin: null,
  secondsToHealthy: null,
  secondsToInService: null,
  boot: null,
  datasource: null,
  consoleTail: [],
  screenshots: { login: null, failure: null },
  poweredOff: false,
  self: undefined,
};

/** What the console of a start told, and a picture of the display if something failed. */
export async function evidenceOf(
  { run, log, row, prepared }: VisitInput,
  session: Session,
  userland: UserlandTimes,
): Promise<Pick<Evidence, 'secondsToHealthy' | 'boot' | 'datasource' | 'consoleTail'> & { failure: string | null }> {
  const { transcript, guest } = session;
  const datasource = transcript.bootReport?.report.datasource ?? 'none';
  return {
    secondsToHealthy: transcript.bootReport?.seconds ?? null,
    boot: bootTimes(transcript, guest.biosSeconds(), userland),
    datasource: prepared.channel.datasource === null || datasource === 'none' ? null : datasource,
    consoleTail: guest.console.tail(TAIL_LINES),
    failure: log.failed ? await picture(session, run.reportDir, evidenceFiles.failure(rowName(row))) : null,
  };
}

/** @returns the name of a picture of the display; null when QEMU gave none */
export async function picture({ guest }: Session, reportDir: string, name: string): Promise<string | null> {
  return (await guest.screenshot(join(reportDir, name))) ? name : null;
}

/** A guest as checks over SSH see it. */
export function subjectOf({ run, row, prepared }: VisitInput, { shell, guest }: Session): Subject {
  const { hostname, channel, gpt, machine } = prepared;
  const absent = row.profile.absent ?? nothingAbsent;
  const sshPort = guest.sshPort ?? 0;
  return {
    shell,
    sshPort,
    release: run.release,
    hardware: machine.hardware,
    hostname,
    channel,
    absent,
    gpt,
    emulated: isEmulated(run),
  };
}

function isEmulated({ accelerator }: SmokeRun): boolean {
  return accelerator.name === 'tcg';
}

/** Everything the serial console alone can answer. */
export async function askConsole({ run, log, row, prepared }: VisitInput, { transcript }: Session): Promise<void> {
  const { machine, channel, hostname, gpt } = prepared;
  const writeProtected = machine.disk.writeProtected === true;
  const absentUnits = row.profile.absent?.units ?? [];
  const emulated = isEmulated(run);
  const { hardware } = machine;
  const subject = { transcript, hardware, channel, hostname, gpt, absentUnits, emulated, writeProtected };
  for (const check of consoleChecks) {
    if (check.appliesTo?.(subject) ?? true) await log.ask(check, async () => check.judge(subject));
  }
}

/** Names of the checks above, for a guest that never came so far. */
export const consoleCheckNames: readonly CheckName[] = consoleChecks;

/** What the platform's services have to say, where it has any. */
export async function askPlatform({ log, prepared, run }: VisitInput): Promise<void> {
  const { judge } = prepared.open;
  const first = judge();
  if (first === undefined) return;
  await log.ask(platformTalk, async () => {
    // The last word (a report of readiness, say) may come after the guest has let us in.
    const deadline = performance.now() + limitsFor(run.accelerator.name).powerOff * 1000;
    for (;;) {
      const outcome = judge() ?? first;
      if (outcome.passed || performance.now() > deadline || run.exec.signal.aborted) return outcome;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  });
}

const POLL_MS = 1000;

/** @throws {Error} when the guest does not answer */
export async function readSelf(shell: Shell): Promise<GuestSelf> {
  const { stdout } = await shell.run('cat /etc/machine-id; cat /etc/ssh/ssh_host_*_key.pub | sha256sum');
  const [machineId = '', hostKeys = ''] = stdout.split('\n').map((line) => line.trim().split(' ')[0]);
  return { machineId, hostKeys };
}

/** Where userland's time went, told by the guest itself. */
export async function readUserlandTimes(shell: Shell): Promise<UserlandTimes> {
  const status = await shell.run('cat /run/cloud-init/status.json');
  const blame = await shell.run('systemd-analyze blame --no-pager');
  return { secondsCloudInit: cloudInitSeconds(status.stdout), slowest: parseBlame(blame.stdout).slice(0, SLOWEST) };
}

/** @param text of `systemd-analyze blame`: a line like `1min 2.345s ssh.service` or `345ms x.service` a unit */
export function parseBlame(text: string): BootTimes['slowest'] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*((?:[\d.]+(?:min|s|ms)\s+)+)(\S+)$/.exec(line);
    if (match === null) return [];
    const parts = [...(match[1] ?? '').matchAll(/([\d.]+)(min|s|ms)/g)];
    const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0), 0);
    return [{ unit: match[2] ?? '', seconds }];
  });
}

const units: Readonly<Record<string, number>> = { min: 60, s: 1, ms: 0.001 };
