import { styleText } from 'node:util';
import type { CheckState, Status } from '../../contract/health.ts';
import { askAgent } from '../platform/ask-agent.ts';
import { Failure } from './failure.ts';

/** Asks the agent. @throws {Failure} when it does not answer */
export function askStatus(port: number): Promise<Status> {
  return askAgent(port).catch((error: Error) => {
    throw new Failure(error.message, 'See whether it runs: systemctl status kiln-agent');
  });
}

const words = { healthy: 'ok', failing: 'FAILING', unknown: 'not known yet' } as const;

/** The status as a person reads it. @param colours whether the reader is a terminal */
export function statusText(status: Status, colours: boolean): string {
  const paint = (check: CheckState, text: string): string => {
    const colour = { healthy: 'green', failing: 'red', unknown: 'yellow' } as const;
    return colours ? styleText(colour[check.verdict], text, { validateStream: false }) : text;
  };
  const width = Math.max(...status.checks.map(({ id }) => id.length));
  const state = status.drained ? 'drained by an operator' : status.inService ? 'in service' : 'NOT in service';
  return [
    `${status.image} ${status.version}${status.slot === null ? '' : `, slot ${status.slot}`}: ${state}`,
    ...status.checks.flatMap((check) => [
      `  ${check.id.padEnd(width)}  ${paint(check, words[check.verdict].padEnd(7))}  ${check.detail}`,
      ...(check.advice === null ? [] : [`  ${' '.repeat(width)}           ${check.advice}`]),
    ]),
    '',
  ].join('\n');
}
