import { controllerDriver } from '../guest/devices.ts';
import { type Check, output } from './check.ts';

/** Walks from the partition up to the PCI device it hangs on. */
const command = (partition: string): string =>
  [
    `path=$(readlink -f '/sys/class/block/${partition}');`,
    'while [ "$path" != / ]; do',
    'if [ "$(basename "$(readlink "$path/subsystem")")" = pci ]; then basename "$(readlink "$path/driver")"; break; fi;',
    'path=$(dirname "$path");',
    'done',
  ].join(' ');

export const diskDriver: Check = {
  id: 'disk-driver',
  title: 'root lies on the controller of the platform',
  async run({ shell, hardware }) {
    const source = await output(shell, 'findmnt --noheadings --output SOURCE --mountpoint /');
    const driver = await output(shell, command(source.replace('/dev/', '')));
    const expected = controllerDriver(hardware.controller);
    return { passed: driver === expected, detail: `${source} through ${driver}, expected ${expected}` };
  },
};
