import type { Gpt } from '../../formats/gpt.ts';
import type { Channel } from '../channels/channel.ts';
import type { Outcome } from '../checks/check.ts';
import type { Hardware } from '../guest/hardware.ts';
import type { Transcript } from './transcript.ts';

/** A guest as it shows itself to somebody who can only read its serial console. */
export interface ConsoleSubject {
  readonly transcript: Transcript;
  readonly hardware: Hardware;
  readonly channel: Channel;
  readonly hostname: string;
  /** The partition table the artifact ships with. */
  readonly gpt: Gpt;
  /** Units that fail for want of something QEMU does not have. */
  readonly absentUnits: readonly string[];
  /** Whether its processors are emulated. */
  readonly emulated: boolean;
  /** Whether the disk can not be written. */
  readonly writeProtected: boolean;
}

/** A question that the serial console alone answers. One file each; a new one is a new file and a line in index.ts. */
export interface ConsoleCheck {
  readonly id: string;
  readonly title: string;
  appliesTo?(subject: ConsoleSubject): boolean;
  judge(subject: ConsoleSubject): Outcome;
}
