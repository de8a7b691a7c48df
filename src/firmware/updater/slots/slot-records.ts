import { join } from 'node:path';
import { type SlotName, slotNames } from '../../../contract/updates/state.ts';
import { isVersion } from '../../../contract/version.ts';
import { removeDurably, replaceAtomically } from '../../platform/atomic-file.ts';
import { readIfThere } from '../../platform/read-if-there.ts';

/** Version of the system in each slot that came up and was kept; `null`: none, or one that did not. */
export type KeptVersions = Readonly<Record<SlotName, string | null>>;

const NONE: KeptVersions = { A: null, B: null };

/** What is noted of the slots beside the boot loader, on the data partition: both slots read it. */
export class SlotRecords {
  readonly #versions: string;
  readonly #onTrial: string;

  /** @param folder of the updates */
  constructor(folder: string) {
    this.#versions = join(folder, 'slots.json');
    this.#onTrial = join(folder, 'on-trial');
  }

  /** @returns nothing kept where the file is not there or can not be read: then there is no way back that is known */
  async versions(): Promise<KeptVersions> {
    try {
      const read: unknown = JSON.parse((await readIfThere(this.#versions)) || '{}');
      if (typeof read !== 'object' || read === null) return NONE;
      const of = (slot: SlotName): string | null => {
        const value = (read as Record<string, unknown>)[slot];
        return typeof value === 'string' && isVersion(value) ? value : null;
      };
      return { A: of('A'), B: of('B') };
    } catch (error) {
      if (error instanceof SyntaxError) return NONE;
      throw error;
    }
  }

  /** Notes what a slot holds. */
  async keep(slot: SlotName, version: string | null): Promise<void> {
    const before = await this.versions();
    if (before[slot] === version) return;
    await this.#write(this.#versions, `${JSON.stringify({ ...before, [slot]: version })}\n`);
  }

  /**
   * Notes that a slot is on trial. As long as it is, its start is not confirmed to the boot loader, whatever comes up of it
   * (`boot-choice confirm`), and a start that gets nowhere is ended (`trial-over`).
   */
  async beginTrial(slot: SlotName): Promise<void> {
    await this.#write(this.#onTrial, `${slot}\n`);
  }

  /** @returns the slot that is on trial */
  async onTrial(): Promise<SlotName | undefined> {
    const text = (await readIfThere(this.#onTrial)).trim();
    return slotNames.find((slot) => slot === text);
  }

  async endTrial(): Promise<void> {
    if ((await readIfThere(this.#onTrial)) !== '') await removeDurably(this.#onTrial);
  }

  #write(path: string, content: string): Promise<void> {
    return replaceAtomically(path, { content, mode: 0o644, gid: process.getegid?.() ?? 0 });
  }
}
