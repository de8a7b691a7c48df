import { changeTargets, type Write } from './change.ts';
import { type Entry, entryOf } from './entries.ts';
import { inWholeSeconds } from './lifetimes.ts';

/**
 * Takes a version back: appliances that have not begun to install it will not, and say why. The entry and its file stay,
 * for those that have begun, and for whoever asks what became of it.
 * @throws {KilnError} `channel-invalid`
 */
export function withdrawFromChannel(write: Write, version: string, reason: string): Promise<Entry> {
  return changeTargets(write, (targets) => {
    const entry = entryOf(targets, version);
    return { ...entry, offer: { ...entry.offer, withdrawn: { at: inWholeSeconds(write.now), reason } } };
  });
}
