import { runCommand } from '../platform/run-command.ts';

const LIMIT_SECONDS = 30;

/**
 * Lets udev look at no new device until {@link resumeUdev}. RAUC 1.13 has the kernel take a network block device away as
 * soon as nobody has it open, and makes dm-verity open it a moment later: when udev looks at it in between and lets go, it
 * is gone ("Hash device is too small"). Mended in RAUC 1.15 (commit cfe93c93).
 */
export async function pauseUdev(run = runCommand): Promise<void> {
  await run('udevadm', ['control', '--stop-exec-queue'], LIMIT_SECONDS);
}

/** Lets it go on; what came meanwhile is looked at now. Harmless where nothing was paused. */
export async function resumeUdev(run = runCommand): Promise<void> {
  await run('udevadm', ['control', '--start-exec-queue'], LIMIT_SECONDS);
}

/** Whether RAUC is past that point, by what it says it is doing. */
export function isBundleMounted(doing: string): boolean {
  return /^(?:Determining target install group|Updating slots|Checking slot|Copying)/.test(doing);
}
