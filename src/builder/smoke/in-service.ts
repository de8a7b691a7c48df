import { kernelStart } from './console/boot-times.ts';
import type { Transcript } from './console/transcript.ts';
import type { Shell } from './guest/shell.ts';

/**
 * Written by the agent the first time `/testall` answers 200: seconds from the kernel's start. Looking for it starts no
 * program, where `appliancectl` costs an emulated guest seconds.
 */
export const FIRST_IN_SERVICE = '/run/kiln-agent/first-in-service';

/**
 * When load balancers were first told to send work here.
 * @returns seconds from power-on; null when it was not yet, or when the console never said how long the kernel had run
 */
export async function secondsToInService(shell: Shell, transcript: Transcript): Promise<number | null> {
  const { stdout } = await shell.run(`cat ${FIRST_IN_SERVICE}`);
  const seconds = (kernelStart(transcript) ?? Number.NaN) + Number.parseFloat(stdout);
  return Number.isFinite(seconds) ? seconds : null;
}
