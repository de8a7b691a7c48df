import { type Check, output } from './check.ts';

export const rootReadOnly: Check = {
  id: 'root-read-only',
  title: 'root is ext4, mounted read-only',
  async run({ shell }) {
    const line = await output(shell, 'findmnt --noheadings --output FSTYPE,OPTIONS --mountpoint /');
    const [type = '', options = ''] = line.split(/\s+/);
    return { passed: type === 'ext4' && options.split(',').includes('ro'), detail: line };
  },
};
