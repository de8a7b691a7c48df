import type { UpdateState } from '../../contract/updates/state.ts';
import type { UpdatingAppliance } from './appliance.ts';

/** The new version is kept: the loader is told, and what both slots hold is noted. All of it can be done again. */
export async function afterCommit(
  appliance: UpdatingAppliance,
  { slot, version, previous, manifestHash, time }: UpdateState,
): Promise<void> {
  if (slot === null) throw new Error('no slot is known that could be kept');
  await appliance.setSlot(slot, 'good');
  await appliance.records.keep(slot, version);
  if (previous !== null) await appliance.records.keep(previous.slot, previous.version);
  if (version !== null && manifestHash !== null) await appliance.noteKept({ version, manifestHash, committed: time });
  await appliance.records.endTrial();
  await appliance.forgetCarried(null);
}

/**
 * The version before runs again. A slot that never came up is not started again, one that had been kept stays.
 * @returns the reason, with what the failed starts left behind
 */
export async function afterRollback(
  appliance: UpdatingAppliance,
  { slot, version }: UpdateState,
  reason: string,
): Promise<string> {
  const { running } = appliance.standing;
  let told = reason;
  const wasKept = slot !== null && (await appliance.records.versions())[slot] === version;
  if (slot !== null && slot !== running.slot && !wasKept) {
    const start = await appliance.failedStart(slot);
    await appliance.keepReport(version ?? '', reason, start);
    if (start.lastUnit !== null) told = `${reason}; the last unit it reached was ${start.lastUnit}`;
    await appliance.setSlot(slot, 'bad');
    await appliance.records.keep(slot, null);
  }
  await appliance.setSlot(running.slot, 'good');
  await appliance.records.endTrial();
  await appliance.records.keep(running.slot, running.version);
  return told.slice(0, 1000);
}
