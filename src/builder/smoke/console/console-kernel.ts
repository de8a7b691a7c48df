import { kernelTroubles } from '../checks/kernel-log.ts';
import type { ConsoleCheck } from './console-check.ts';

export const consoleKernel: ConsoleCheck = {
  id: 'console-kernel',
  title: 'the kernel told of no trouble on the console',
  judge({ transcript, writeProtected, emulated }) {
    const troubles = kernelTroubles(
      transcript.lines.map(({ text }) => text),
      { writeProtected, emulated },
    );
    return {
      passed: troubles.length === 0,
      detail: troubles.length === 0 ? `${transcript.lines.length} lines` : troubles.join('\n'),
    };
  },
};
