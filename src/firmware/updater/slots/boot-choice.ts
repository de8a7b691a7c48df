import { type SlotName, slotNames } from '../../../contract/updates/state.ts';
import { runCommand } from '../../platform/run-command.ts';

const PROGRAM = '/usr/lib/kiln/boot-choice';
/** It waits up to a minute for another change. */
const LIMIT_SECONDS = 120;

/** What the boot loader knows of the slots. */
export interface BootChoice {
  /** The slot that is tried first. */
  readonly first: SlotName;
  /** Whether a slot holds a system. */
  readonly holds: Readonly<Record<SlotName, boolean>>;
  /** Starts of each slot since it last came up. */
  readonly tries: Readonly<Record<SlotName, number>>;
}

/** Reads what the boot loader knows. @throws {CommandError} */
export async function readBootChoice(run = runCommand): Promise<BootChoice> {
  const text = await run(PROGRAM, ['list'], LIMIT_SECONDS);
  const values = new Map([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
  const ofEach = <T>(read: (slot: SlotName) => T): Record<SlotName, T> => ({ A: read('A'), B: read('B') });
  return {
    first: slotNames.find((slot) => values.get('ORDER')?.startsWith(slot)) ?? 'A',
    holds: ofEach((slot) => values.get(`${slot}_OK`) === '1'),
    tries: ofEach((slot) => Number(values.get(`${slot}_TRY`) ?? 0) || 0),
  };
}

/** Has the loader start this slot from now on. It keeps what is counted of the other one. @throws {CommandError} */
export async function startNext(slot: SlotName, run = runCommand): Promise<void> {
  await run(PROGRAM, ['set-primary', slot], LIMIT_SECONDS);
}

/** Tells the loader whether a slot holds a system; what it counted of that slot starts over. @throws {CommandError} */
export async function setSlot(slot: SlotName, state: 'good' | 'bad', run = runCommand): Promise<void> {
  await run(PROGRAM, ['set-state', slot, state], LIMIT_SECONDS);
}
