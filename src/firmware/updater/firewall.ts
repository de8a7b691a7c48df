import { isIPv6 } from 'node:net';
import { runCommand } from '../platform/run-command.ts';

const LIMIT_SECONDS = 60;
/** Sets of /etc/nftables.conf: where the user that fetches may go. Empty at a start, and whenever the rules are loaded. */
const SETS = ['fetch4', 'fetch6', 'fetch-names'] as const;

/** An address and port that the updater may reach. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

/**
 * Lets the user `kiln-fetch`, who fetches for the updater and is shut in otherwise, reach these destinations and ask for
 * names. One change of the rules: it holds as a whole or not at all.
 * @throws {CommandError}
 */
export async function openFirewall(destinations: readonly Destination[], run = runCommand): Promise<void> {
  const added = destinations.map(({ address, port }) =>
    isIPv6(address)
      ? `add element inet kiln fetch6 { ${address} . ${port} }`
      : `add element inet kiln fetch4 { ${address} . ${port} }`,
  );
  await run(
    'nft',
    ['-f', '-'],
    LIMIT_SECONDS,
    `${[...flushes, ...added, 'add element inet kiln fetch-names { 53 }'].join('\n')}\n`,
  );
}

/** Shuts it in again. @throws {CommandError} */
export async function shutFirewall(run = runCommand): Promise<void> {
  await run('nft', ['-f', '-'], LIMIT_SECONDS, `${flushes.join('\n')}\n`);
}

const flushes = SETS.map((set) => `flush set inet kiln ${set}`);
