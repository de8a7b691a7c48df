import type { StepProgress } from '../../progress.ts';
import type { Timing } from './display.ts';

/** A step that runs. */
export interface RunningStep {
  readonly name: string;
  readonly title: string;
  readonly started: number;
  /** The last thing it said of itself. */
  detail: string;
  /** Why its answer came from the cache, once it said so. */
  cached: string | null;
}

/** What a display does when something happens to a step. */
export interface StepEvents {
  started(step: RunningStep): void;
  changed(step: RunningStep): void;
  ended(step: RunningStep, outcome: 'done' | 'failed', seconds: number): void;
}

/** Keeps the list of running steps and the timings; the three displays only draw. */
export class StepLog {
  readonly timings: Timing[] = [];
  readonly running: RunningStep[] = [];
  readonly #events: StepEvents;

  constructor(events: StepEvents) {
    this.#events = events;
  }

  async run<T>(name: string, title: string, work: (step: StepProgress) => Promise<T>): Promise<T> {
    const step: RunningStep = { name, title, started: performance.now(), detail: '', cached: null };
    this.running.push(step);
    this.#events.started(step);
    let outcome: 'done' | 'failed' = 'failed';
    try {
      const answer = await work({
        detail: (text) => {
          step.detail = text;
          this.#events.changed(step);
        },
        cached: (why) => {
          step.cached = why;
          this.#events.changed(step);
        },
      });
      outcome = 'done';
      return answer;
    } finally {
      this.running.splice(this.running.indexOf(step), 1);
      const seconds = secondsOf(step);
      this.timings.push({ name, seconds, cached: step.cached !== null });
      this.#events.ended(step, outcome, seconds);
    }
  }
}

export function secondsOf(step: RunningStep): number {
  return (performance.now() - step.started) / 1000;
}
