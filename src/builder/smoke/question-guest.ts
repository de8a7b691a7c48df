import { join } from 'node:path';
import type { GuestReport } from '../report/smoke-report.ts';
import type { CheckLog, CheckName } from './check-log.ts';
import type { Outcome } from './checks/check.ts';
import { checks } from './checks/index.ts';
import { Guest } from './guest/guest.ts';
import { login, type SshShell } from './guest/shell.ts';
import { limitsFor } from './limits.ts';
import type { PreparedGuest } from './prepare-guest.ts';
import type { SmokeRun } from './smoke-run.ts';

const TAIL_LINES = 40;

export const reachesLogin: CheckName = { id: 'login', title: 'the guest let us in over SSH' };
export const powersOff: CheckName = { id: 'power-off', title: 'the guest powered off when it was told to' };

/** What is kept of a running guest besides the answers. */
export interface Evidence extends Pick<GuestReport, 'secondsToLogin' | 'consoleTail' | 'screenshot'> {
  /** Whether its disk is as an orderly power-off leaves it. */
  readonly poweredOff: boolean;
}

/** Names of a profile's files beside the report. */
export const evidenceFiles = {
  serialLog: (profile: string) => `${profile}.serial.log`,
  screenshot: (profile: string) => `${profile}.png`,
} as const;

interface Visit {
  guest?: Guest;
  shell?: SshShell;
  secondsToLogin: number | null;
}

/** Powers a guest on, logs in, asks every check, and powers it off. */
export async function questionGuest(
  run: SmokeRun,
  log: CheckLog,
  profile: string,
  prepared: PreparedGuest,
  onConsoleLine: (line: string) => void,
): Promise<Evidence> {
  const visit: Visit = { secondsToLogin: null };
  const limits = limitsFor(run.accelerator.name);
  const asked = checks.filter((check) => check.appliesTo?.(prepared.hardware) ?? true);
  try {
    await log.ask(reachesLogin, () => enter(visit, run, profile, prepared, onConsoleLine));
    const { guest, shell } = visit;
    if (guest === undefined || shell === undefined) {
      log.skip([...asked, powersOff], 'nobody was let in');
      return { ...(await observe(guest, profile, run.reportDir)), secondsToLogin: null, poweredOff: false };
    }
    const subject = { shell, sshPort: guest.sshPort, release: run.release, ...prepared };
    for (const check of asked) await log.ask(check, () => check.run(subject));
    // A guest that powers off takes its display with it.
    const seen = log.failed ? await observe(guest, profile, run.reportDir) : undefined;
    const poweredOff = await log.ask(powersOff, () => powerOff(guest, shell, limits.powerOff));
    const { consoleTail, screenshot } =
      seen ?? (poweredOff ? unremarkable : await observe(guest, profile, run.reportDir));
    return { secondsToLogin: visit.secondsToLogin, consoleTail, screenshot, poweredOff };
  } finally {
    visit.shell?.close();
    await visit.guest?.end();
  }
}

async function enter(
  visit: Visit,
  run: SmokeRun,
  profile: string,
  { folder, hardware }: PreparedGuest,
  onConsoleLine: (line: string) => void,
): Promise<Outcome> {
  const { exec, accelerator, key } = run;
  const limits = limitsFor(accelerator.name);
  const serialLog = join(run.reportDir, evidenceFiles.serialLog(profile));
  const input = { name: profile, folder, hardware, accelerator: accelerator.name, serialLog, onConsoleLine };
  const guest = await Guest.start(exec, { ...input, limitSeconds: limits.guest });
  visit.guest = guest;
  const stop = new AbortController();
  const signal = AbortSignal.any([exec.signal, stop.signal]);
  try {
    const attempt = login({ port: guest.sshPort, privateKey: key.privateKey, limitSeconds: limits.login, signal });
    visit.shell = await Promise.race([attempt, guest.hopeless]);
  } finally {
    stop.abort();
  }
  visit.secondsToLogin = guest.age;
  return { passed: true, detail: `${guest.age.toFixed(1)} s after power-on` };
}

const unremarkable = { consoleTail: [], screenshot: null } as const;

/** The end of the console, and a picture of the display. */
async function observe(guest: Guest | undefined, profile: string, reportDir: string) {
  if (guest === undefined) return unremarkable;
  const picture = evidenceFiles.screenshot(profile);
  const taken = await guest.screenshot(join(reportDir, picture));
  return { consoleTail: guest.console.tail(TAIL_LINES), screenshot: taken ? picture : null };
}

/** The connection breaks while the guest goes down, so the order itself never fails; its effect is what counts. */
async function powerOff(guest: Guest, shell: SshShell, limitSeconds: number): Promise<Outcome> {
  const ordered = guest.age;
  void shell.run('sudo systemctl poweroff', limitSeconds).catch(() => undefined);
  if (!(await guest.endsWithin(limitSeconds))) {
    return { passed: false, detail: `still running ${limitSeconds} s after the order to power off` };
  }
  const error = await guest.ended;
  if (error !== undefined) return { passed: false, detail: error instanceof Error ? error.message : String(error) };
  return { passed: true, detail: `within ${(guest.age - ordered).toFixed(1)} s` };
}
