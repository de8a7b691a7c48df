import type { Guest } from '../../../src/builder/smoke/guest/guest.ts';

/** QEMU's names (QKeyCode of the QMP reference) of keys that have no character, and of characters not called by themselves. */
const codes: Readonly<Record<string, readonly string[]>> = {
  Enter: ['ret'],
  Tab: ['tab'],
  Right: ['right'],
  Left: ['left'],
  Escape: ['esc'],
  ' ': ['spc'],
  '.': ['dot'],
  '/': ['slash'],
  '-': ['minus'],
};

/** Presses keys of the guest's keyboard one after the other, as a person at its screen does. */
export async function press(guest: Guest, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const pressed = (codes[key] ?? [key]).map((data) => ({ type: 'qcode', data }));
    await guest.qmp.execute('send-key', { keys: pressed, 'hold-time': 50 });
    // QEMU lets a key go by itself; the next one has to come after that.
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Types lower-case letters, digits, blanks and `./-`. */
export async function type(guest: Guest, text: string): Promise<void> {
  await press(guest, ...text);
}
