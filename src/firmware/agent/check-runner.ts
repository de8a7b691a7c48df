import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckState } from '../../contract/health.ts';
import type { Check, Surroundings, Verdict } from './checks/check.ts';

/** What is not well is asked again after these; a core check decides whether work comes back. */
const RETRY_SECONDS = { core: 2, other: 15 } as const;

/** What is the same for all checks. */
type Around = Omit<Surroundings, 'now' | 'signal'>;

/**
 * Asks checks, each at its own pace, and remembers the last answers: whoever wants to know gets them at once. A check
 * that fails or hangs is told as such and holds up no other.
 */
export class CheckRunner {
  readonly #checks: readonly Check[];
  readonly #surroundings: () => Around;
  readonly #states = new Map<string, CheckState>();
  readonly #asking = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #open = new Set<AbortController>();
  readonly #onAnswer: () => void;
  #stopped = false;

  /**
   * @param surroundings asked anew each time, so that a changed threshold counts at once
   * @param onAnswer told after each answer
   */
  constructor(checks: readonly Check[], surroundings: () => Around, onAnswer = () => {}) {
    this.#checks = checks;
    this.#surroundings = surroundings;
    this.#onAnswer = onAnswer;
    for (const { id, core } of checks) {
      this.#states.set(id, { id, core, verdict: 'unknown', detail: 'not asked yet', advice: null, seconds: 0 });
    }
  }

  get states(): readonly CheckState[] {
    return this.#wanted.flatMap(({ id }) => this.#states.get(id) ?? []);
  }

  get #wanted(): readonly Check[] {
    const { configuration } = this.#surroundings();
    return this.#checks.filter(({ isWanted }) => isWanted?.(configuration) ?? true);
  }

  /** @returns undefined for a check that this appliance has not */
  state(id: string): CheckState | undefined {
    return this.states.find((one) => one.id === id);
  }

  /** Whether no core check fails or is still unknown. */
  get coreHealthy(): boolean {
    for (const { core, verdict } of this.states) if (core && verdict !== 'healthy') return false;
    return true;
  }

  start(): void {
    for (const check of this.#checks) void this.#keepAsking(check);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const question of this.#open) question.abort();
  }

  /** What is not well is asked again soon: nobody should wait for a whole interval once it is mended. */
  async #keepAsking(check: Check): Promise<void> {
    if (check.isWanted?.(this.#surroundings().configuration) ?? true) await this.ask(check);
    if (this.#stopped) return;
    const soon =
      this.state(check.id)?.verdict === 'healthy'
        ? check.intervalSeconds
        : RETRY_SECONDS[check.core ? 'core' : 'other'];
    const delay = Math.min(soon, check.intervalSeconds) * 1000;
    this.#timers.set(
      check.id,
      setTimeout(() => void this.#keepAsking(check), delay),
    );
  }

  /** Asks all again: after a change of the configuration. */
  async refresh(): Promise<void> {
    await Promise.all(this.#wanted.map((check) => this.ask(check)));
  }

  /** Asks once. While an earlier question to the same check is open, none is added. */
  async ask(check: Check): Promise<void> {
    if (this.#asking.has(check.id)) return;
    this.#asking.add(check.id);
    const started = performance.now();
    const stop = new AbortController();
    const question = new AbortController();
    this.#open.add(question);
    const late = sleep(check.limitSeconds * 1000, undefined, { signal: stop.signal }).then((): Verdict => {
      question.abort();
      const advice = 'The appliance may be overloaded; look at its processors and disk.';
      return { healthy: false, detail: `no answer within ${check.limitSeconds} s`, advice };
    });
    late.catch(() => undefined);
    const answer = Promise.resolve()
      .then(() => check.judge({ ...this.#surroundings(), now: new Date(), signal: question.signal }))
      .catch((error: unknown): Verdict => {
        const reason = error instanceof Error ? error.message : String(error);
        return { healthy: false, detail: `could not be found out: ${reason}`, advice: 'See journalctl -u kiln-agent.' };
      })
      .finally(() => {
        this.#asking.delete(check.id);
        this.#open.delete(question);
      });
    const { healthy, detail, advice } = await Promise.race([answer, late]);
    stop.abort();
    this.#states.set(check.id, {
      id: check.id,
      core: check.core,
      verdict: healthy === null ? 'unknown' : healthy ? 'healthy' : 'failing',
      detail,
      advice: healthy ? null : (advice ?? null),
      seconds: (performance.now() - started) / 1000,
    });
    this.#onAnswer();
  }
}
