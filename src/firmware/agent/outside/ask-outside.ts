import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import type { Configuration } from '../../../contract/configuration/configuration.ts';
import { askInternet } from './ask-internet.ts';
import { askMailServer } from './ask-mail-server.ts';
import type { OutsideResult } from './results.ts';
import { type OutsideCheckId, outsideCheckIds, targetOf } from './targets.ts';

const LIMIT_MS = 20_000;
const DETAIL_CHARACTERS = 500;

/**
 * Asks what the operator ordered to be asked, all at once. Without an order nothing is contacted.
 * @param authorityFile PEM of the authorities that this appliance trusts
 */
export async function askOutside(configuration: Configuration, authorityFile: string): Promise<OutsideResult[]> {
  const ids = outsideCheckIds.filter((id) => targetOf(id, configuration) !== null);
  if (ids.length === 0) return [];
  const authorities = await readFile(authorityFile, 'utf8');
  return Promise.all(
    ids.map(async (id) => {
      const target = targetOf(id, configuration) ?? '';
      const signal = AbortSignal.timeout(LIMIT_MS);
      const found = await ask(id, configuration, authorities, signal).then(
        (detail) => ({ healthy: true, detail }),
        (error: Error) => ({ healthy: false, detail: `${target}: ${reasonOf(error)}` }),
      );
      const detail = found.detail.slice(0, DETAIL_CHARACTERS);
      return { id, target, healthy: found.healthy, detail, advice: advice[id], atUptimeSeconds: uptime() };
    }),
  );
}

const advice: Readonly<Record<OutsideCheckId, string>> = {
  email: 'See the settings of smtp, and whether the network lets the appliance reach this server and port.',
  internet: 'See that the network, name servers and proxy let the appliance reach this address.',
};

function ask(
  id: OutsideCheckId,
  configuration: Configuration,
  authorities: string,
  signal: AbortSignal,
): Promise<string> {
  const { smtp, proxy, monitoring } = configuration;
  if (id === 'email' && smtp !== null) return askMailServer(smtp, authorities, signal);
  return askInternet(new URL(monitoring.internetCheck?.url ?? ''), proxy, authorities, signal);
}

/** Several addresses of one name fail with one error that says nothing itself. */
function reasonOf(error: Error): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no answer within ${LIMIT_MS / 1000} s`;
  if (error instanceof AggregateError) return [...new Set(error.errors.map(({ message }) => message))].join(', ');
  return error.message;
}
