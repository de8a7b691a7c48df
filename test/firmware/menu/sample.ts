import { type Configuration, defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { completeConfiguration } from '../../../src/contract/configuration/parse-configuration.ts';
import type { Status } from '../../../src/contract/health.ts';
import type { Appliance } from '../../../src/firmware/menu/appliance.ts';
import type { Configuring } from '../../../src/firmware/menu/configuring.ts';
import type { Effect, Outcome } from '../../../src/firmware/menu/effects.ts';
import type { Key } from '../../../src/firmware/menu/key.ts';
import { perform } from '../../../src/firmware/menu/perform.ts';
import { render } from '../../../src/firmware/menu/render.ts';
import { type Facts, firstState, type State } from '../../../src/firmware/menu/state.ts';
import { update } from '../../../src/firmware/menu/update.ts';
import type { Size } from '../../../src/firmware/menu/view.ts';

export const sampleStatus: Status = {
  schemaVersion: 1,
  image: 'reference',
  version: '1.0.0',
  slot: 'A',
  inService: false,
  drained: false,
  firstInServiceSeconds: null,
  checks: [
    {
      id: 'disk',
      core: false,
      verdict: 'healthy',
      detail: '1 % of the data partition is used.',
      advice: null,
      seconds: 0.1,
    },
    {
      id: 'time',
      core: false,
      verdict: 'failing',
      detail: 'The clock follows no time server.',
      advice: 'Name a time server that can be reached.',
      seconds: 0.1,
    },
  ],
};

export const sampleFacts: Facts = {
  title: 'Kiln Reference Appliance 1.0.0, slot A',
  hostname: 'appliance-1',
  addresses: ['192.0.2.10/24'],
  access: 'open',
  status: sampleStatus,
  confirmBefore: null,
};

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
export const VT: Size = { columns: 80, rows: 24 };
export const PASSWORD = 'correct horse battery';

/** Keys as a person would name them: text in quotes is typed. */
export function keys(...names: string[]): Key[] {
  return names.flatMap((name): Key[] =>
    name.startsWith("'")
      ? [...name.slice(1, -1)].map((text) => ({ name: 'text', text }))
      : [{ name } as Exclude<Key, { name: 'text' }>],
  );
}

/** An appliance in memory, which remembers what was done to it. */
export class Sample {
  state: State;
  configuration: Configuration;
  readonly done: string[] = [];
  password: string | undefined;
  facts: Facts;
  fails: string | undefined;
  confirmSeconds = 0;

  constructor(facts: Partial<Facts> = {}, size = VT, configuration = defaultConfiguration) {
    this.facts = { ...sampleFacts, ...facts };
    this.state = firstState(this.facts, NOW, size);
    this.configuration = configuration;
  }

  readonly appliance: Appliance = {
    facts: async () => this.facts,
    fingerprints: async () => [{ of: 'SSH host key, ed25519', fingerprint: 'SHA256:abc' }],
    authenticate: async (password) => password === PASSWORD,
    setPassword: async (password) => void this.done.push(`password ${password}`),
    drain: async (on) => {
      this.facts = { ...this.facts, status: { ...sampleStatus, drained: on } };
    },
    restart: async () => void this.done.push('restart'),
    powerOff: async () => void this.done.push('power off'),
  };

  readonly configuring: Configuring = {
    current: async () => this.configuration,
    change: async (edit, who) => {
      if (this.fails !== undefined) throw new Error(this.fails);
      this.configuration = completeConfiguration(edit(this.configuration));
      this.done.push(`configured by ${who}`);
      return { version: 1, changed: true, confirmBefore: this.deadline() };
    },
    pending: async () => {
      const confirmBefore = this.deadline();
      return confirmBefore === null ? null : { confirmBefore };
    },
    confirm: async () => void this.done.push('confirm'),
    revert: async () => void this.done.push('revert'),
    history: async () => [
      { version: 2, time: '2026-01-02T03:04:05.000Z', who: 'admin', channel: 'console' },
      { version: 1, time: '2026-01-01T00:00:00.000Z', who: 'ada', channel: 'appliancectl' },
    ],
    rollback: async (version) => {
      this.done.push(`rollback ${version}`);
      return { version: 3, changed: true, confirmBefore: null };
    },
  };

  /** Presses keys, and does what they ask for before the next. */
  async press(...names: string[]): Promise<this> {
    for (const key of keys(...names)) {
      const { state, effect } = update(this.state, { kind: 'key', key });
      this.state = state;
      await this.#carryOut(effect);
    }
    return this;
  }

  clock(now: number): void {
    this.state = update(this.state, { kind: 'clock', now }).state;
  }

  /** What is on the screen, without blanks at the ends of lines. */
  get screen(): string {
    return render(this.state)
      .rows.map(({ text }) => text.trimEnd())
      .join('\n');
  }

  private deadline(): Date | null {
    return this.confirmSeconds === 0 ? null : new Date(NOW + this.confirmSeconds * 1000);
  }

  async #carryOut(effect: Effect | null): Promise<void> {
    for (let next = effect; next !== null; ) {
      if (next.kind === 'leave') return void this.done.push('leave');
      const { appliance, configuring } = this;
      const outcome: Outcome = await perform(next, { appliance, configuring, authenticated: this.state.authenticated });
      this.state = update(this.state, { kind: 'facts', facts: this.facts }).state;
      const step = update(this.state, { kind: 'outcome', outcome });
      this.state = step.state;
      next = step.effect;
    }
  }
}
