import type { Check } from './check.ts';

const SYNCED = /^node_timex_sync_status (\d)/m;

/**
 * Whether the kernel's clock follows a time server: chrony tells the kernel, and node-exporter reads it there
 * (adjtimex(2), STA_UNSYNC).
 * @param timex what node-exporter's collector of that name says, in Prometheus text
 */
export function time(timex: () => Promise<string>): Check {
  return {
    id: 'time',
    core: false,
    intervalSeconds: 60,
    limitSeconds: 10,
    async judge() {
      const status = SYNCED.exec(await timex())?.[1];
      if (status === undefined) throw new Error('node-exporter does not tell');
      if (status === '1') return { healthy: true, detail: 'the clock follows a time server' };
      return {
        healthy: false,
        detail: 'the clock follows no time server',
        advice: 'See which servers are asked: sudo chronyc -n sources. UDP port 123 has to be let out.',
      };
    },
  };
}
