import { cards } from '../guest/devices.ts';
import { type Check, output } from './check.ts';

/** An interface without a device below it is virtual. */
const command = [
  'for path in /sys/class/net/*; do',
  '[ -e "$path/device/driver" ] || continue;',
  'echo "$(basename "$path") $(basename "$(readlink "$path/device/driver")") $(cat "$path/operstate")";',
  'done',
].join(' ');

export const networkDriver: Check = {
  id: 'network-driver',
  title: 'the network card works with the driver made for it',
  async run({ shell, hardware }) {
    const expected = cards[hardware.card].driver;
    const seen = await output(shell, command);
    const passed = seen.split('\n').some((line) => {
      const [, driver, state] = line.split(' ');
      return driver === expected && state === 'up';
    });
    return { passed, detail: passed ? seen : `expected ${expected}, up; found: ${seen === '' ? 'no card' : seen}` };
  },
};
