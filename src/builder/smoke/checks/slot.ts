import { type Check, output } from './check.ts';
import { kernelParameter } from './root-by-partuuid.ts';

export const slotA: Check = {
  id: 'slot',
  title: 'the slot booted is A',
  async run({ shell }) {
    const slot = kernelParameter(await output(shell, 'cat /proc/cmdline'), 'kiln.slot');
    return { passed: slot === 'A', detail: `slot ${slot ?? 'not named on the kernel command line'}` };
  },
};
