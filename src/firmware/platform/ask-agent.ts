import { get } from 'node:http';
import type { Status } from '../../contract/health.ts';

const LIMIT_MS = 10_000;

/**
 * Asks the agent on loopback how the appliance is.
 * @throws {Error} when it does not answer
 */
export function askAgent(port: number): Promise<Status> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/status', timeout: LIMIT_MS, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()) as Status);
        else reject(new Error(`the agent answered ${response.statusCode}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)));
    request.on('error', (error) => reject(new Error(`the agent can not be asked: ${error.message}`)));
  });
}
