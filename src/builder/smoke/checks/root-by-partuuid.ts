import { type Check, output } from './check.ts';

/** Names like /dev/sda depend on the platform; a partition's identity does not. */
export const rootByPartuuid: Check = {
  id: 'root-by-partuuid',
  title: 'root was found by its partition identity and is root-a',
  async run({ shell, gpt }) {
    const expected = gpt.partitions.find((partition) => partition.label === 'root-a')?.guid.toLowerCase();
    const asked = kernelParameter(await output(shell, 'cat /proc/cmdline'), 'root');
    const source = await output(shell, 'findmnt --noheadings --output SOURCE --mountpoint /');
    const found = (await output(shell, `lsblk --noheadings --nodeps --output PARTUUID '${source}'`)).toLowerCase();
    const passed = expected !== undefined && asked?.toLowerCase() === `partuuid=${expected}` && found === expected;
    return { passed, detail: `asked for ${asked}, mounted ${source} with PARTUUID ${found}, root-a is ${expected}` };
  },
};

/** The last value of a parameter on the kernel's command line, as the kernel itself reads it. */
export function kernelParameter(commandLine: string, name: string): string | undefined {
  const words = commandLine.trim().split(/\s+/);
  return words.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}
