import { type Check, output } from './check.ts';

export const firmware: Check = {
  id: 'firmware',
  title: 'the kernel was started by the firmware of the platform',
  async run({ shell, hardware }) {
    const seen = await output(shell, 'if [ -d /sys/firmware/efi ]; then echo UEFI; else echo BIOS; fi');
    return { passed: (seen === 'BIOS') === (hardware.firmware === 'bios'), detail: seen };
  },
};
