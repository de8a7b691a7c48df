import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createExec } from '../../src/builder/exec/run.ts';
import { tempFolder } from './temp-folder.ts';

const { run } = createExec(new AbortController().signal);
const PATIENCE_MS = 30_000;

/** A program in a terminal of its own, with somebody who types and looks: tmux(1) is the terminal. */
export class RealTerminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** @param command for a shell. Whoever opens a terminal closes it. */
  static async open(command: string, columns: number, rows: number): Promise<RealTerminal> {
    const terminal = new RealTerminal(join(tempFolder(), 'tmux'));
    const size = ['-x', String(columns), '-y', String(rows)];
    await terminal.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, command);
    return terminal;
  }

  /** @param keys as tmux names them: `Enter`, `Down`, `C-l`; anything else is typed */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#tmux('send-keys', key);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  screen(): Promise<string> {
    return this.#tmux('capture-pane', '-p');
  }

  /** @returns the screen as soon as it shows this. @throws {Error} with the screen when it never does */
  shows(sign: RegExp | string): Promise<string> {
    return this.#until(`shows ${sign}`, (screen) =>
      typeof sign === 'string' ? screen.includes(sign) : sign.test(screen),
    );
  }

  /** The same for a text that is to go. */
  hides(text: string): Promise<string> {
    return this.#until(`hides ${text}`, (screen) => !screen.includes(text));
  }

  async #until(what: string, holds: (screen: string) => boolean): Promise<string> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const screen = await this.screen();
      if (holds(screen)) return screen;
      if (performance.now() > deadline) throw new Error(`the terminal never ${what}:\n${screen}`);
      await sleep(50);
    }
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined);
  }

  async #tmux(...args: string[]): Promise<string> {
    const { stdout } = await run(['tmux', '-S', this.#socket, ...args], {
      purpose: 'drive a terminal',
      timeoutSeconds: 30,
    });
    return stdout;
  }
}
