import type { ConsoleCheck } from './console-check.ts';

export const consoleSecureBoot: ConsoleCheck = {
  id: 'console-secure-boot',
  title: 'the kernel says on the console that Secure Boot is on',
  appliesTo: ({ hardware }) => hardware.firmware === 'uefi-secure-boot',
  judge({ transcript }) {
    // The kernel's own loader stub speaks before the kernel's log level can silence it.
    const said = transcript.lines.find(({ text }) => /Secure Boot is (enabled|disabled)/i.test(text))?.text;
    return { passed: said?.includes('enabled') ?? false, detail: said ?? 'it says nothing of it' };
  },
};
