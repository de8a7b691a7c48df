import { oneLine } from '../../contract/one-line.ts';
import type { AuditEntry } from '../../contract/updates/audit.ts';
import { SENTENCE_MAX_CHARACTERS } from '../../contract/updates/field-forms.ts';
import type { Refusal } from '../../contract/updates/refusal.ts';
import type { UpdateState } from '../../contract/updates/state.ts';
import type { Progress, UpdatingAppliance } from './appliance.ts';
import type { AuditLog } from './audit-log.ts';
import { ChannelError } from './channel/channel-error.ts';
import type { Known } from './channel/channel-reader.ts';
import { type Outlook, outlookOf } from './outlook.ts';
import { perform } from './perform.ts';
import type { UpdateEvent } from './rules/advance.ts';
import { advance } from './rules/advance.ts';
import { decide } from './rules/decide.ts';
import type { Decision } from './rules/decision.ts';
import type { Situation } from './rules/facts.ts';
import type { StateStore } from './state-store.ts';

/** Looked at this often, whatever is waited for: the configuration may be another one. */
const LOOK_MS = 60_000;
/** During a trial health is watched closely. */
const TRIAL_LOOK_MS = 5_000;
/** After trouble that no rule covers: a full disk, a channel that is not reached. */
const TROUBLE_MS = 60_000;

/** The update client: it looks, has the rules decide, keeps what they decided, and does it. */
export class Updater {
  readonly appliance: UpdatingAppliance;
  readonly #store: StateStore;
  readonly #audit: AuditLog;
  readonly #watchers = new Set<Progress>();
  readonly #settled = new Set<() => void>();
  /** When it is over, the updater has looked once and knows what it waits for. */
  readonly looked: Promise<void>;
  #hasLooked: () => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => undefined;
  #woken = false;
  #isRestarting = false;
  #outlook: Outlook = { next: 'it has not looked yet', until: null, refusals: [], idle: false };
  #known: Known | undefined;
  /** Manifest of the bundle whose head was read from the channel. */
  #head: string | null = null;

  constructor(appliance: UpdatingAppliance, store: StateStore, audit: AuditLog) {
    this.appliance = appliance;
    this.#store = store;
    this.#audit = audit;
    this.looked = new Promise((resolve) => {
      this.#hasLooked = resolve;
    });
  }

  get state(): UpdateState {
    return this.#store.state;
  }

  /** What it waits for. */
  get outlook(): Outlook {
    return this.#outlook;
  }

  get known(): Known | undefined {
    return this.#known;
  }

  get audit(): AuditLog {
    return this.#audit;
  }

  /** Takes over what a start, or another version of itself, left. */
  async begin(): Promise<void> {
    const { records, standing } = this.appliance;
    const { phase, slot } = this.state;
    this.#known = await this.appliance.lastKnown();
    if (phase === 'rebooting' || phase === 'trial') return;
    if (phase === 'committed' && slot !== null && (await records.onTrial()) === slot)
      await this.appliance.setSlot(slot, 'good');
    await records.endTrial();
    if (phase !== 'installing' && phase !== 'installed')
      await records.keep(standing.running.slot, standing.running.version);
  }

  /**
   * Works until it is told to stop, or has nothing to wait for.
   * @param isNeeded whether somebody is being answered
   */
  async run(signal: AbortSignal, isNeeded: () => boolean): Promise<void> {
    let idle = 0;
    while (!signal.aborted) {
      this.#woken = false;
      const waitMs = await this.step();
      // Who asked during that step is told only what was decided after it.
      if (waitMs === 0 || this.#mayLook) continue;
      for (const tell of this.#settled) tell();
      idle = this.#outlook.idle && !isNeeded() ? idle + 1 : 0;
      if (idle === 2) return;
      await this.#sleep(waitMs, signal);
    }
  }

  /** Does one thing. @returns how long it has nothing to do, in milliseconds */
  async step(): Promise<number> {
    this.#isRestarting = false;
    try {
      const [situation, decision] = await this.exclusively(async () => {
        const found = await this.situation();
        return [found, decide(found)] as const;
      });
      this.#outlook = outlookOf(decision, situation);
      this.#hasLooked();
      if (this.#waits(decision, situation)) return this.#pause(situation);
      return await perform(this, decision, situation);
    } catch (error) {
      this.appliance.tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#outlook = { ...this.#outlook, next: `it tries again: ${(error as Error).message}`, idle: false };
      return TROUBLE_MS;
    } finally {
      this.#hasLooked();
    }
  }

  /** All that decides, as it is now. */
  async situation(): Promise<Situation> {
    const configuration = await this.appliance.configuration();
    const now = this.appliance.now();
    if (this.#known !== undefined && this.#known.expires <= now) this.#known = undefined;
    const facts = await this.appliance.facts();
    const { manifestHash } = this.state;
    const isCarried = manifestHash !== null && (await this.appliance.carried(manifestHash)) !== undefined;
    const fetched = isCarried || (manifestHash !== null && this.#head === manifestHash) ? manifestHash : null;
    return {
      state: this.state,
      metadata: this.#known?.metadata ?? null,
      configuration,
      now,
      facts: { ...facts, fetched },
    };
  }

  /** Keeps what happened or is about to be done; when this is over, a power cut does not undo it. */
  async keep(event: UpdateEvent): Promise<void> {
    const { now, standing } = { now: this.appliance.now(), standing: this.appliance.standing };
    await this.#store.save(advance(this.state, event, now, standing));
  }

  /** Asks the channel. Why it can not be asked, or is not believed, is told and kept. */
  async check(who: string): Promise<ChannelError | undefined> {
    await this.keep({ kind: 'checked' });
    try {
      this.#known = await this.appliance.askChannel(await this.appliance.configuration());
      return undefined;
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      await this.log(who, 'check', null, 'failed', `[${error.fault}] ${error.message}`);
      return error;
    }
  }

  /** What was carried over counts as the channel's word: it is checked the same. */
  take(known: Known): void {
    this.#known = known;
  }

  /** The head of this bundle was read and holds. `null`: of none. */
  headOf(manifestHash: string | null): void {
    this.#head = manifestHash;
  }

  async log(
    who: string,
    what: string,
    version: string | null,
    result: AuditEntry['result'],
    detail: string,
  ): Promise<void> {
    const text = oneLine(detail, SENTENCE_MAX_CHARACTERS) || 'done';
    await this.#audit.add({ time: this.appliance.now().toISOString(), who, what, version, result, detail: text });
    this.appliance.tell(`${what} ${version ?? ''} by ${who}: ${result}: ${text}`);
  }

  /** Refuses for good, and says so. */
  async refuse(who: string, what: string, version: string | null, refusals: readonly Refusal[]): Promise<void> {
    const detail = refusals.map(({ rule, message }) => `[${rule}] ${message}`).join('; ');
    await this.log(who, what, version, 'refused', detail);
  }

  /** One after the other: what was decided holds until it is kept. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  readonly progress: Progress = (step, percent) => {
    for (const watcher of this.#watchers) watcher(step, percent);
  };

  /** Orders a restart: nothing is decided any more until it happens, or failed to. */
  async restart(): Promise<void> {
    this.#isRestarting = true;
    await this.appliance.restart();
  }

  /** Looks again now. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Goes on, and waits until there is nothing to do at the moment. */
  async settle(progress: Progress, gone: AbortSignal): Promise<void> {
    if (this.#isRestarting) return;
    this.#watchers.add(progress);
    try {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          this.#settled.delete(end);
          resolve();
        };
        this.#settled.add(end);
        gone.addEventListener('abort', end, { once: true });
        this.wake();
      });
    } finally {
      this.#watchers.delete(progress);
    }
  }

  get #mayLook(): boolean {
    return this.#woken && !this.#isRestarting;
  }

  /** Whether there is nothing to do about a decision but wait. */
  #waits(decision: Decision, { state }: Situation): boolean {
    if (decision.do === 'wait-for-window') return state.phase === 'scheduled' || state.phase === 'installed';
    if (decision.do === 'refuse') return decision.refusals.every(({ passes }) => passes) || state.phase === 'rebooting';
    return decision.do === 'nothing' || decision.do === 'wait-for-approval';
  }

  #pause({ state, now }: Situation): number {
    const until =
      this.#outlook.until === null ? Number.POSITIVE_INFINITY : Date.parse(this.#outlook.until) - now.getTime();
    return Math.max(1000, Math.min(until, state.phase === 'trial' ? TRIAL_LOOK_MS : LOOK_MS));
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#wake = () => {
        if (this.#mayLook) end();
      };
      signal.addEventListener('abort', end, { once: true });
      // It may have come during the step.
      if (signal.aborted) end();
    });
  }
}
