import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseUpdateState, UpdateStateError } from '../../contract/updates/parse-state.ts';
import { firstState, type UpdateState } from '../../contract/updates/state.ts';
import { replaceAtomically } from '../platform/atomic-file.ts';

/** The agent tells of it too; no secret is in it. */
const MODE = 0o644;

/**
 * Where an update stands, kept on the data partition: the state and the one before it, each a file that is there whole or
 * not at all. Whoever acts on a state waits for {@link save} first.
 */
export class StateStore {
  readonly #folder: string;
  #state: UpdateState;
  #saving: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, state: UpdateState) {
    this.#folder = folder;
    this.#state = state;
  }

  /**
   * Reads what is kept. A file that can not be taken is told of and put aside as it is, and the state before it counts: the
   * rules find out by themselves what became of the slots since.
   * @param tell a sentence for the journal
   */
  static async open(folder: string, now: Date, bootId: string, tell: (message: string) => void): Promise<StateStore> {
    await mkdir(folder, { recursive: true });
    // What a killed writer left.
    for (const name of await readdir(folder))
      if (/^\.[0-9a-f-]{36}\.new$/.test(name)) await rm(join(folder, name), { force: true });
    for (const name of ['state.json', 'state.before.json']) {
      const path = join(folder, name);
      const text = await textIfThere(path);
      if (text === undefined) continue;
      try {
        return new StateStore(folder, parseUpdateState(text));
      } catch (error) {
        if (!(error instanceof UpdateStateError)) throw error;
        tell(`${path} can not be taken, and is kept as ${path}.damaged: ${error.message}`);
        await rename(path, `${path}.damaged`);
      }
    }
    return new StateStore(folder, firstState(now, bootId));
  }

  /** The state that was kept last. */
  get state(): UpdateState {
    return this.#state;
  }

  /**
   * Keeps a state. When this is over, a power cut does not undo it.
   * @throws {Error} when it can not be written; then the one before still counts
   */
  async save(state: UpdateState): Promise<void> {
    const saved = this.#saving.then(() => this.#write(state));
    this.#saving = saved.catch(() => undefined);
    await saved;
  }

  async #write(state: UpdateState): Promise<void> {
    const text = textOf(state);
    // What could not be read again would be no state.
    parseUpdateState(text);
    await this.#put('state.before.json', textOf(this.#state));
    await this.#put('state.json', text);
    this.#state = state;
  }

  #put(name: string, content: string): Promise<void> {
    return replaceAtomically(join(this.#folder, name), { content, mode: MODE, gid: process.getegid?.() ?? 0 });
  }
}

function textOf(state: UpdateState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** An empty file is damage, and not the same as none. */
async function textIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
