import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckName } from '../../check-log.ts';
import { checks } from '../../checks/index.ts';
import { evidenceFiles, rowName } from '../../row.ts';
import { Session } from '../../session.ts';
import {
  askConsole,
  type Evidence,
  evidenceOf,
  nothingSeen,
  picture,
  powersOff,
  reachesLogin,
  readSelf,
  reportsStart,
  subjectOf,
  type VisitInput,
} from '../../visit.ts';
import { cutMoments } from './moments.ts';
import { brokenRecords, keepWriting } from './records.ts';

const firstCut: CheckName = { id: 'first-cut', title: 'the power was cut during the first start, or right after it' };
const secondCut: CheckName = { id: 'second-cut', title: 'the power was cut during the second start' };
const intact: CheckName = { id: 'data-intact', title: 'everything that was flushed to the disk is still there' };
/** What has to hold after power cuts as it does without; the rest does not depend on them. */
const asked = ['system-running', 'cloud-init', 'settings', 'slot', 'root-read-only', 'data-grown', 'kernel-log'];
/** Without a start of the same profile to go by. */
const USUAL_START_SECONDS = 90;
const POLL_MS = 100;

/** Cuts the power at a random moment of the first start and again of the second: the third has to come up. */
export async function visitWithPowerCuts(input: VisitInput): Promise<Evidence> {
  const { run, log, row } = input;
  const seed = `${run.id}/${rowName(row)}`;
  const moments = cutMoments(seed, run.usualSeconds.get(row.profile.id) ?? USUAL_START_SECONDS);
  let told = 0;
  await log.ask(firstCut, async () => {
    const { seconds } = await cut(input, 'first', row.fault?.firstCut ?? moments.first);
    const why = row.fault?.firstCut === undefined ? `seed ${seed}` : 'when the start was reported';
    return { passed: true, detail: `${seconds.toFixed(1)} s after power-on (${why})` };
  });
  await log.ask(secondCut, async () => {
    told = (await cut(input, 'second', moments.second)).told;
    const written = told === 0 ? 'before anybody could write' : `after ${told} records were flushed`;
    return { passed: true, detail: `${moments.second.toFixed(1)} s after power-on, ${written}` };
  });
  return comeUp(input, told);
}

/** @returns the number of records that were on the disk when the power went, and when that was */
async function cut(
  input: VisitInput,
  which: string,
  moment: number | 'report',
): Promise<{ readonly told: number; readonly seconds: number }> {
  const { run, row, prepared, onConsoleLine } = input;
  const serialLog = evidenceFiles.serialLog(`${rowName(row)}.${which}`);
  const session = await Session.powerOn({ run, prepared, serialLog, onConsoleLine });
  let told = (): number => 0;
  try {
    const writing = session.login().then(() => {
      told = keepWriting(session.shell);
    });
    // Mostly the power goes before anybody is let in.
    writing.catch(() => undefined);
    if (moment === 'report') await session.reported();
    else while (session.guest.age < moment) await sleep(POLL_MS, undefined, { signal: run.exec.signal });
    const seconds = session.guest.age;
    await session.guest.cutPower();
    return { told: told(), seconds };
  } finally {
    await session.close();
  }
}

async function comeUp(input: VisitInput, told: number): Promise<Evidence> {
  const { run, log, row, prepared, onConsoleLine } = input;
  const name = rowName(row);
  const session = await Session.powerOn({
    run,
    prepared,
    serialLog: evidenceFiles.serialLog(name),
    onConsoleLine,
  });
  try {
    let secondsToLogin: number | null = null;
    await log.ask(reachesLogin, async () => {
      secondsToLogin = await session.login();
      return { passed: true, detail: `${secondsToLogin.toFixed(1)} s after the third power-on` };
    });
    const nothingMore = { secondsCloudInit: null, slowest: [] };
    if (secondsToLogin === null) {
      log.skip([reportsStart, intact, powersOff], 'nobody was let in');
      const { failure, ...seen } = await evidenceOf(input, session, nothingMore);
      return { ...nothingSeen, ...seen, screenshots: { login: null, failure } };
    }
    const login = await picture(session, run.reportDir, evidenceFiles.login(name));
    await log.ask(reportsStart, async () => {
      return { passed: true, detail: `${(await session.reported()).toFixed(1)} s after power-on` };
    });
    const { shell } = session;
    await log.ask(intact, async () => {
      const broken = await brokenRecords(shell, told);
      return { passed: broken === '', detail: broken === '' ? `${told} records` : broken };
    });
    const subject = subjectOf(input, session);
    for (const check of checks.filter(({ id }) => asked.includes(id))) await log.ask(check, () => check.run(subject));
    await askConsole(input, session);
    const self = await readSelf(shell).catch(() => undefined);
    const { failure, ...seen } = await evidenceOf(input, session, nothingMore);
    const poweredOff = await log.ask(powersOff, () => session.powerOff('shell'));
    return { ...seen, secondsToLogin, secondsToInService: null, screenshots: { login, failure }, poweredOff, self };
  } finally {
    await session.close();
  }
}
