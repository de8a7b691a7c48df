import type { ArtifactKind } from '../../names.ts';
import type { Channel } from '../channels/channel.ts';
import type { Hardware } from '../guest/hardware.ts';
import type { OvfMachine } from '../open/ovf-machine.ts';

/** What cannot work in QEMU, because it lacks something the platform has. Each entry is explained in the notes. */
export interface Absent {
  /** Units that fail for want of it. */
  readonly units: readonly string[];
  /** Warnings of cloud-init that tell of it. */
  readonly warnings: readonly RegExp[];
}

export const nothingAbsent: Absent = { units: [], warnings: [] };

/** How one platform runs its artifact. One file each; a new profile is a new file and a line in index.ts. */
export interface PlatformProfile {
  /** Stable and short; names the guest, its serial log and its row in reports. */
  readonly id: string;
  /** The artifact it boots. One kind may have several profiles. */
  readonly kind: ArtifactKind;
  /** Where QEMU's nearest is not what the platform has. Goes to the report. */
  readonly notes: readonly string[];
  /** Absent: everything works that works on the platform. */
  readonly absent?: Absent;
  /** How the platform hands over settings. */
  readonly channel: Channel;
  /** Whether the guest is switched on a second time, to see that it is still the same one. */
  readonly secondBoot?: true;
  /**
   * What the guest sees.
   * @param machine what the artifact itself asks for; undefined where its format says nothing of hardware
   * @throws {KilnError} `release-invalid` when the artifact asks for what the platform does not have
   */
  hardware(machine: OvfMachine | undefined): Hardware;
}

const GIB = 2 ** 30;

/** The size of guests whose artifact does not name one. */
export const usualSize = { cpus: 2, memoryBytes: GIB } as const;
