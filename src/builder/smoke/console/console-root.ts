import type { ConsoleCheck } from './console-check.ts';

export const consoleRoot: ConsoleCheck = {
  id: 'console-root',
  title: 'the kernel was told to look for root by its partition identity',
  judge({ transcript, gpt }) {
    const expected = gpt.partitions.find((partition) => partition.label === 'root-a')?.guid.toLowerCase();
    const asked = transcript.bootReport?.report.asked.toLowerCase();
    return {
      passed: expected !== undefined && asked === `partuuid=${expected}`,
      detail: `asked for ${asked ?? 'nothing that the console shows'}, root-a is ${expected}`,
    };
  },
};
