import { connect } from 'node:net';
import type { PayloadCheck } from '../../../contract/payload-checks/payload-checks.ts';
import { runProbe } from '../../platform/run-command.ts';
import type { Check, Verdict } from '../checks/check.ts';
import type { UnitState } from '../checks/services.ts';
import { sendRequest } from './http-request.ts';
import { objection, walk } from './walk.ts';

/** How systemd is asked. */
export type ReadUnits = (units: readonly string[]) => Promise<UnitState[]>;

/** A check of the recipe as one that the agent can ask. */
export function payloadCheck(told: PayloadCheck, readUnits: ReadUnits): Check {
  return {
    id: told.id,
    core: told.core,
    intervalSeconds: told.intervalSeconds,
    limitSeconds: told.timeoutSeconds,
    judge: ({ signal }) => judge(told, signal, readUnits),
  };
}

async function judge(told: PayloadCheck, signal: AbortSignal, readUnits: ReadUnits): Promise<Verdict> {
  switch (told.kind) {
    case 'http': {
      const request = { method: 'GET', url: new URL(told.url), headers: {}, body: null };
      const wrong = objection(await sendRequest(request, signal), told);
      const advice = 'Look at the service behind this address and at its log.';
      if (wrong !== undefined) return { healthy: false, detail: `${told.url}: ${wrong}`, advice };
      return { healthy: true, detail: `${told.url} answered ${told.status}` };
    }
    case 'tcp':
      await connected(told.port, signal);
      return { healthy: true, detail: `port ${told.port} takes connections` };
    case 'command': {
      const [program = '', ...args] = told.command;
      const { exitCode, said } = await runProbe(program, args, signal);
      const detail = `${program} ended with ${exitCode}${said === '' ? '' : `: ${said}`}`;
      return { healthy: exitCode === 0, detail, advice: `Run it by hand: ${program}` };
    }
    case 'unit': {
      const [state] = await readUnits([told.unit]);
      const active = state?.active || 'not known';
      return {
        healthy: active === 'active',
        detail: `${told.unit} is ${active}`,
        advice: `Look why: journalctl -b -u ${told.unit}.`,
      };
    }
    case 'transaction':
      return walk(told.url, told.steps, signal);
  }
}

function connected(port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
