import { type Check, output } from './check.ts';

/** EFI_GLOBAL_VARIABLE (UEFI specification 2.10, section 3.3). Four bytes of attributes come before the value. */
const variable = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';

export const secureBoot: Check = {
  id: 'secure-boot',
  title: 'the firmware enforced Secure Boot',
  appliesTo: ({ firmware }) => firmware === 'uefi-secure-boot',
  async run({ shell }) {
    const value = await output(shell, `sudo od -An -tu1 -j4 -N1 '${variable}'`);
    return { passed: value === '1', detail: `SecureBoot is ${value}` };
  },
};
