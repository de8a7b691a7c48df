import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './checks/check.ts';
import { Transcript } from './console/transcript.ts';
import { Guest } from './guest/guest.ts';
import { login, type SshShell } from './guest/shell.ts';
import { limitsFor } from './limits.ts';
import type { PreparedGuest } from './prepare-guest.ts';
import type { SmokeRun } from './smoke-run.ts';

const PROMPT_SECONDS = 60;
const POLL_MS = 250;

export interface SessionInput {
  readonly run: SmokeRun;
  readonly prepared: PreparedGuest;
  /** File name beside the report. */
  readonly serialLog: string;
  readonly onConsoleLine: (line: string) => void;
}

/** One start of a guest, from power-on to its end. Whoever opens one closes it. */
export class Session {
  readonly guest: Guest;
  readonly transcript: Transcript;
  readonly #input: SessionInput;
  #shell: SshShell | undefined;

  private constructor(guest: Guest, transcript: Transcript, input: SessionInput) {
    this.guest = guest;
    this.transcript = transcript;
    this.#input = input;
  }

  static async powerOn(input: SessionInput): Promise<Session> {
    const { run, prepared } = input;
    const transcript = new Transcript();
    prepared.open.powerOn();
    const guest = await Guest.start(run.exec, {
      ...prepared.machine,
      folder: prepared.folder,
      accelerator: run.accelerator.name,
      serialLog: join(run.reportDir, input.serialLog),
      limitSeconds: limitsFor(run.accelerator.name).guest,
      onConsoleLine: (line, seconds) => {
        transcript.add(line, seconds);
        input.onConsoleLine(line);
      },
    });
    return new Session(guest, transcript, input);
  }

  /** @throws {Error} when nobody has logged in */
  get shell(): SshShell {
    if (this.#shell === undefined) throw new Error('nobody is logged in');
    return this.#shell;
  }

  /**
   * Logs in with the key of the run.
   * @returns seconds since power-on
   * @throws {Error} at the limit, or as soon as nothing more is to be expected
   */
  async login(): Promise<number> {
    const { run, prepared } = this.#input;
    const { user } = prepared.channel;
    const { sshPort: port } = this.guest;
    if (user === null || port === undefined) throw new Error('this guest lets nobody in');
    await this.#withLimit(limitsFor(run.accelerator.name).login, async (limitSeconds, signal) => {
      this.#shell = await login({ port, user, privateKey: run.key.privateKey, limitSeconds, signal });
    });
    return this.guest.age;
  }

  /**
   * Waits until the appliance has said on its console how the start went.
   * @returns seconds since power-on
   */
  async reported(): Promise<number> {
    const { run } = this.#input;
    await this.#withLimit(limitsFor(run.accelerator.name).login, async (limitSeconds, signal) => {
      const late = sleep(limitSeconds * 1000, undefined, { signal }).then((): never => {
        throw new Error(`the appliance did not report its start within ${limitSeconds} s`);
      });
      late.catch(() => undefined);
      await Promise.race([this.transcript.reported(), late]);
      // The prompt may come a little after the report; without one the check of it fails.
      const deadline = this.guest.age + PROMPT_SECONDS;
      while (!this.#prompted() && this.guest.age < deadline) await sleep(POLL_MS, undefined, { signal });
    });
    return this.transcript.bootReport?.seconds ?? this.guest.age;
  }

  #prompted(): boolean {
    return this.transcript.seesPrompt(this.guest.console.tail(1)[0] ?? '', this.guest.age);
  }

  /** The connection breaks while the guest goes down, so the order itself never fails; its effect is what counts. */
  async powerOff(how: 'shell' | 'button'): Promise<Outcome> {
    const limitSeconds = limitsFor(this.#input.run.accelerator.name).powerOff;
    const ordered = this.guest.age;
    if (how === 'shell') void this.shell.run('sudo systemctl poweroff', limitSeconds).catch(() => undefined);
    else await this.guest.pressPower();
    if (!(await this.guest.endsWithin(limitSeconds))) {
      return { passed: false, detail: `still running ${limitSeconds} s after the order to power off` };
    }
    const error = await this.guest.ended;
    if (error !== undefined) return { passed: false, detail: error instanceof Error ? error.message : String(error) };
    return { passed: true, detail: `within ${(this.guest.age - ordered).toFixed(1)} s` };
  }

  async close(): Promise<void> {
    this.#shell?.close();
    await this.guest.end();
  }

  /** Gives up with the guest, with the user, or at the limit that `wait` keeps. */
  async #withLimit(seconds: number, wait: (seconds: number, signal: AbortSignal) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#input.run.exec.signal, stop.signal]);
    const attempt = wait(seconds, signal);
    // The loser of the race ends by the signal.
    attempt.catch(() => undefined);
    try {
      await Promise.race([attempt, this.guest.hopeless]);
    } finally {
      stop.abort();
    }
  }
}
