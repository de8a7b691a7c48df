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
 * Where the user `kiln-fetch`, who fetches for the updater and is shut in otherwise, may go for the moment. The channel can be
 * asked while a bundle is being fetched: it is shut when the last of them is over.
 */
export class Firewall {
  readonly #run: typeof runCommand;
  readonly #open = new Set<readonly Destination[]>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(run = runCommand) {
    this.#run = run;
  }

  /**
   * Lets it reach these destinations, and ask for names, until the work is over.
   * @throws {CommandError} and what the work throws
   */
  async during<T>(destinations: readonly Destination[], work: () => Promise<T>): Promise<T> {
    const own = [...destinations];
    this.#open.add(own);
    try {
      await this.#apply();
      return await work();
    } finally {
      this.#open.delete(own);
      await this.#apply();
    }
  }

  /** Shuts it in, whatever was open: what another process of the updater left. @throws {CommandError} */
  async shut(): Promise<void> {
    this.#open.clear();
    await this.#apply();
  }

  /** One after the other, each with what is open when its turn comes: an older one never has the last word. */
  #apply(): Promise<void> {
    const applied = this.#last.then(() => this.#load());
    this.#last = applied.catch(() => undefined);
    return applied;
  }

  /** One change of the rules: it holds as a whole or not at all. */
  async #load(): Promise<void> {
    const added = [...this.#open]
      .flat()
      .map(
        ({ address, port }) =>
          `add element inet kiln ${isIPv6(address) ? 'fetch6' : 'fetch4'} { ${address} . ${port} }`,
      );
    const names = added.length === 0 ? [] : ['add element inet kiln fetch-names { 53 }'];
    const flushes = SETS.map((set) => `flush set inet kiln ${set}`);
    await this.#run('nft', ['-f', '-'], LIMIT_SECONDS, `${[...flushes, ...new Set(added), ...names].join('\n')}\n`);
  }
}
