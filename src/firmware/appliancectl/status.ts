import { get } from 'node:http';
import { styleText } from 'node:util';
import type { CheckState, Status } from '../../contract/health.ts';
import { Failure } from './failure.ts';

const LIMIT_MS = 10_000;

/** Asks the agent. @throws {Failure} when it does not answer */
export function askStatus(port: number): Promise<Status> {
  const hint = 'See whether it runs: systemctl status kiln-agent';
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/status', timeout: LIMIT_MS, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()) as Status);
        else reject(new Failure(`the agent answered ${response.statusCode}`, hint));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)));
    request.on('error', (error) => reject(new Failure(`the agent can not be asked: ${error.message}`, hint)));
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
