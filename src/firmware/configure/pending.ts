import { removeDurably, replaceAtomically } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/read-if-there.ts';
import type { runCommand } from '../platform/run-command.ts';

/** A change that is undone unless somebody confirms it: whoever made it may have cut themselves off. */
export interface Pending {
  /** The version that waits. */
  readonly version: number;
  /** The version that comes back. */
  readonly previous: number;
  /** RFC 3339; for people. The timer counts seconds and no clock. */
  readonly confirmBefore: string;
}

/** Somebody is cut off until it succeeds. */
const again = ['Restart=on-failure', 'RestartSec=15s', 'StartLimitIntervalSec=0'].map((one) => `--property=${one}`);
const UNIT = 'kiln-configuration-revert';
const LIMIT_SECONDS = 60;

/** The change that waits, if one does: kept on the disk, so that a restart does not confirm it. */
export class PendingChange {
  readonly #path: string;
  readonly #run: typeof runCommand;

  constructor(path: string, run: typeof runCommand) {
    this.#path = path;
    this.#run = run;
  }

  async read(): Promise<Pending | null> {
    const text = await readIfThere(this.#path);
    return text === '' ? null : (JSON.parse(text) as Pending);
  }

  /** Notes the change and starts systemd's timer, which outlives the session that made it. */
  async begin(pending: Pending, seconds: number): Promise<void> {
    await replaceAtomically(this.#path, {
      content: `${JSON.stringify(pending)}\n`,
      mode: 0o644,
      gid: process.getegid?.() ?? 0,
    });
    const undo = ['/usr/bin/appliancectl', 'config', 'revert', '--unconfirmed', String(pending.version)];
    const timer = [
      `--unit=${UNIT}`,
      '--quiet',
      '--collect',
      `--on-active=${seconds}s`,
      '--timer-property=AccuracySec=1s',
      ...again,
    ];
    await this.#run('systemd-run', [...timer, ...undo], LIMIT_SECONDS);
  }

  async end(): Promise<void> {
    await removeDurably(this.#path);
    // The timer may have ended by itself: it is what calls this.
    await this.#run('systemctl', ['stop', `${UNIT}.timer`], LIMIT_SECONDS).catch(() => undefined);
  }
}
