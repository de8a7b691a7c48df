import type { Status } from '../../contract/health.ts';

/** Besides what keeps it in service: without these it is of no use to anybody, or soon will be. */
const VITAL = ['network', 'disk'];

/** How the appliance has been, by its own agent. */
export class HealthWatch {
  readonly #ask: () => Promise<Status>;
  readonly #monotonicMs: () => number;
  #since: number | undefined;
  #ailment: string | null = 'the agent has not been asked yet';
  #clockSynchronised = false;

  /** @param monotonicMs a clock that nobody sets */
  constructor(ask: () => Promise<Status>, monotonicMs = () => performance.now()) {
    this.#ask = ask;
    this.#monotonicMs = monotonicMs;
  }

  /** The failing check, as a sentence; `null`: healthy. */
  get ailment(): string | null {
    return this.#ailment;
  }

  get clockSynchronised(): boolean {
    return this.#clockSynchronised;
  }

  /** Healthy at every look for this long. */
  get healthySeconds(): number {
    return this.#since === undefined ? 0 : (this.#monotonicMs() - this.#since) / 1000;
  }

  /** Asks the agent. One that does not answer is an ailment. */
  async look(): Promise<void> {
    const asked = this.#monotonicMs();
    const status = await this.#ask().catch((error: Error) => error.message);
    this.#ailment = typeof status === 'string' ? status : ailmentOf(status);
    this.#clockSynchronised =
      typeof status !== 'string' && status.checks.some(({ id, verdict }) => id === 'time' && verdict === 'healthy');
    if (this.#ailment !== null) this.#since = undefined;
    else this.#since ??= asked;
  }
}

function ailmentOf({ checks }: Status): string | null {
  const [first] = checks.filter(({ id, core, verdict }) => verdict !== 'healthy' && (core || VITAL.includes(id)));
  if (first === undefined) return null;
  return `${first.id}: ${first.verdict === 'unknown' ? 'it has not answered yet' : first.detail}`;
}
