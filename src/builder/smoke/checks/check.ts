import type { Release } from '../../../contract/release.ts';
import type { Gpt } from '../../formats/gpt.ts';
import type { Channel } from '../channels/channel.ts';
import type { Hardware } from '../guest/hardware.ts';
import type { Shell } from '../guest/shell.ts';
import type { Absent } from '../profiles/profile.ts';

/** A guest that has been logged in to. */
export interface Subject {
  readonly shell: Shell;
  /** Leads to the guest's SSH server. */
  readonly sshPort: number;
  readonly hardware: Hardware;
  readonly release: Release;
  readonly hostname: string;
  /** By which the platform configured it. */
  readonly channel: Channel;
  /** Whether its processors are emulated, and so slow and at the mercy of the host. */
  readonly emulated: boolean;
  /** What cannot work there for want of something QEMU does not have. */
  readonly absent: Absent;
  /** The partition table the artifact ships with. */
  readonly gpt: Gpt;
}

/** A question about a running guest. One file each; a new one is a new file and a line in index.ts. */
export interface Check {
  /** Stable and short. */
  readonly id: string;
  /** What holds when it passes. */
  readonly title: string;
  /** Whether it means anything on that hardware; absent: always. */
  appliesTo?(hardware: Hardware): boolean;
  run(subject: Subject): Promise<Outcome>;
}

export interface Outcome {
  readonly passed: boolean;
  /** What was seen. */
  readonly detail: string;
}

/**
 * The standard output of a command that has to work.
 * @throws {Error} when it ends with another code than 0
 */
export async function output(shell: Shell, command: string, limitSeconds?: number): Promise<string> {
  const { code, stdout, stderr } = await shell.run(command, limitSeconds);
  if (code === 0) return stdout.trim();
  throw new Error(`"${command}" ended with code ${code} in the guest: ${(stderr || stdout).trim().slice(-400)}`);
}
