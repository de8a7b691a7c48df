import type { Gpt } from '../../../../src/builder/formats/gpt.ts';
import { diskLayout, partitionLabels } from '../../../../src/builder/plan/disk-layout.ts';
import { ovfEnvironment } from '../../../../src/builder/smoke/channels/ovf-environment.ts';
import type { Check, Outcome, Subject } from '../../../../src/builder/smoke/checks/check.ts';
import type { Hardware } from '../../../../src/builder/smoke/guest/hardware.ts';
import type { CommandResult, Shell } from '../../../../src/builder/smoke/guest/shell.ts';
import { nothingAbsent } from '../../../../src/builder/smoke/profiles/profile.ts';
import { sampleRelease } from '../sample-release.ts';

const layout = diskLayout('sample', 2 ** 33, 2 ** 31);

export const sampleGpt: Gpt = {
  alternate: 2 ** 33 - 512,
  partitions: partitionLabels.map((label) => layout.partitions[label]),
};

export const sampleHardware: Hardware = {
  firmware: 'uefi-secure-boot',
  controller: 'pvscsi',
  card: 'vmxnet3',
  mac: '00:50:56:00:00:01',
  cpus: 2,
  memoryBytes: 2 ** 30,
  smbios: {},
};

/** A guest that answers by the first script whose text the command holds: its output, or the whole result. */
export function scriptedShell(scripts: Readonly<Record<string, string | CommandResult>>): Shell {
  return {
    run: async (command) => {
      const found = Object.entries(scripts).find(([part]) => command.includes(part));
      if (found === undefined) throw new Error(`no script for: ${command}`);
      return typeof found[1] === 'string' ? { code: 0, stdout: found[1], stderr: '' } : found[1];
    },
  };
}

export function ask(
  check: Check,
  scripts: Readonly<Record<string, string | CommandResult>>,
  hardware: Partial<Hardware> = {},
): Promise<Outcome> {
  const subject: Subject = {
    shell: scriptedShell(scripts),
    sshPort: 0,
    hardware: { ...sampleHardware, ...hardware },
    release: sampleRelease,
    hostname: 'smoke-x',
    channel: ovfEnvironment,
    absent: nothingAbsent,
    emulated: false,
    gpt: sampleGpt,
  };
  return check.run(subject);
}
