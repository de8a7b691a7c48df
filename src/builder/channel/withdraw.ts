import { changeTargets, type Write } from './change.ts';
import { type Entry, entryOf, withEntry } from './entries.ts';

/**
 * Takes a version back: appliances that have not begun to install it will not, and say why. The entry and its file stay,
 * for those that have begun, and for whoever asks what became of it.
 * @throws {KilnError} `channel-invalid`
 */
export async function withdrawFromChannel(write: Write, version: string, reason: string): Promise<Entry> {
  let withdrawn: Entry | undefined;
  await changeTargets(write, (targets, { now, lifetimes }) => {
    const entry = entryOf(targets, version);
    const at = `${now.toISOString().slice(0, 19)}Z`;
    withdrawn = { ...entry, offer: { ...entry.offer, withdrawn: { at, reason } } };
    return withEntry(targets, withdrawn, now, lifetimes);
  });
  if (withdrawn === undefined) throw new Error('changeTargets has to call back');
  return withdrawn;
}
