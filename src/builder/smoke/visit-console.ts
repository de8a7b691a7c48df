import { evidenceFiles, rowName } from './row.ts';
import { Session } from './session.ts';
import {
  askConsole,
  askPlatform,
  consoleCheckNames,
  type Evidence,
  evidenceOf,
  nothingSeen,
  picture,
  powersOff,
  reportsStart,
  type VisitInput,
} from './visit.ts';

/** Powers a guest on, reads its serial console and nothing else, and presses the power button. */
export async function visitByConsole(input: VisitInput): Promise<Evidence> {
  const { run, log, row, prepared, onConsoleLine } = input;
  const name = rowName(row);
  let session: Session | undefined;
  try {
    const healthy = await log.ask(reportsStart, async () => {
      session = await Session.powerOn({ run, prepared, serialLog: evidenceFiles.serialLog(name), onConsoleLine });
      return { passed: true, detail: `${(await session.reported()).toFixed(1)} s after power-on` };
    });
    if (session === undefined) {
      log.skip([...consoleCheckNames, powersOff], 'the guest did not start');
      return nothingSeen;
    }
    const login = healthy ? await picture(session, run.reportDir, evidenceFiles.login(name)) : null;
    await askConsole(input, session);
    await askPlatform(input);
    const { failure, ...seen } = await evidenceOf(input, session, { secondsCloudInit: null, slowest: [] });
    const button = session;
    const poweredOff = await log.ask(powersOff, () => button.powerOff('button'));
    return { ...nothingSeen, ...seen, screenshots: { login, failure }, poweredOff };
  } finally {
    await session?.close();
  }
}
