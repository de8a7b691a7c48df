import type { CheckName } from './check-log.ts';
import { checks } from './checks/index.ts';
import { secondsToInService } from './in-service.ts';
import { evidenceFiles, rowName } from './row.ts';
import { Session } from './session.ts';
import {
  askConsole,
  askPlatform,
  consoleCheckNames,
  type Evidence,
  evidenceOf,
  type GuestSelf,
  nothingSeen,
  picture,
  powersOff,
  reachesLogin,
  readSelf,
  readUserlandTimes,
  reportsStart,
  subjectOf,
  type VisitInput,
} from './visit.ts';

export const staysItself: CheckName = {
  id: 'second-boot',
  title: 'switched on again, the guest comes up as the same one: machine id and SSH host keys are kept',
};

/** Powers a guest on, logs in, asks every check, and powers it off; twice where the profile wants it. */
export async function visitByLogin(input: VisitInput): Promise<Evidence> {
  const { run, log, row } = input;
  const name = rowName(row);
  const session = await open(input, evidenceFiles.serialLog(name));
  if (session === undefined) return nothingSeen;
  try {
    let secondsToLogin: number | null = null;
    await log.ask(reachesLogin, async () => {
      secondsToLogin = await session.login();
      return { passed: true, detail: `${secondsToLogin.toFixed(1)} s after power-on` };
    });
    const nothingMore = { secondsCloudInit: null, slowest: [] };
    if (secondsToLogin === null) {
      log.skip([reportsStart, ...asked(input), ...consoleCheckNames, powersOff], 'nobody was let in');
      const { failure, ...seen } = await evidenceOf(input, session, nothingMore);
      return { ...nothingSeen, ...seen, screenshots: { login: null, failure } };
    }
    const login = await picture(session, run.reportDir, evidenceFiles.login(name));
    await log.ask(reportsStart, async () => {
      return { passed: true, detail: `${(await session.reported()).toFixed(1)} s after power-on` };
    });
    const subject = subjectOf(input, session);
    for (const check of asked(input)) await log.ask(check, () => check.run(subject));
    await askConsole(input, session);
    await askPlatform(input);
    const userland = await readUserlandTimes(session.shell).catch(() => nothingMore);
    const inService = await secondsToInService(session.shell, session.transcript).catch(() => null);
    const self = await readSelf(session.shell).catch(() => undefined);
    // A guest that powers off takes its display with it.
    const { failure, ...seen } = await evidenceOf(input, session, userland);
    let poweredOff = await log.ask(powersOff, () => session.powerOff('shell'));
    if (poweredOff && row.profile.secondBoot === true && row.fault === undefined && self !== undefined)
      poweredOff = await bootAgain(input, self);
    return {
      ...seen,
      secondsToLogin,
      secondsToInService: inService,
      screenshots: { login, failure },
      poweredOff,
      self,
    };
  } finally {
    await session.close();
  }
}

function asked({ prepared }: VisitInput) {
  return checks.filter((check) => check.appliesTo?.(prepared.machine.hardware) ?? true);
}

/** Starting QEMU may fail too; then the login has failed. */
async function open(input: VisitInput, serialLog: string): Promise<Session | undefined> {
  const { run, log, prepared, onConsoleLine } = input;
  try {
    return await Session.powerOn({ run, prepared, serialLog, onConsoleLine });
  } catch (error) {
    await log.ask(reachesLogin, () => Promise.reject(error));
    log.skip([reportsStart, ...asked(input), ...consoleCheckNames, powersOff], 'the guest did not start');
    return undefined;
  }
}

/** @returns whether the guest was powered off in order again */
async function bootAgain(input: VisitInput, before: GuestSelf): Promise<boolean> {
  const { run, log, row, prepared, onConsoleLine } = input;
  const serialLog = evidenceFiles.serialLog(`${rowName(row)}.second`);
  return log.ask(staysItself, async () => {
    const session = await Session.powerOn({ run, prepared, serialLog, onConsoleLine });
    try {
      const seconds = await session.login();
      const after = await readSelf(session.shell);
      const same = after.machineId === before.machineId && after.hostKeys === before.hostKeys;
      const off = await session.powerOff('shell');
      if (!same)
        return { passed: false, detail: `it was ${JSON.stringify(before)} and is now ${JSON.stringify(after)}` };
      return off.passed ? { passed: true, detail: `login ${seconds.toFixed(1)} s after the second power-on` } : off;
    } finally {
      await session.close();
    }
  });
}
