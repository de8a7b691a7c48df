import { loginMethods } from '../guest/shell.ts';
import type { Check } from './check.ts';

export const keysOnly: Check = {
  id: 'keys-only',
  title: 'SSH lets nobody in by password',
  async run({ sshPort }) {
    const methods = await loginMethods(sshPort);
    return { passed: methods.join() === 'publickey', detail: `the server offers: ${methods.join(', ')}` };
  },
};
