import type { CheckLog, CheckName } from '../check-log.ts';
import type { SmokeRun } from '../smoke-run.ts';
import { EMULATION_NOISE, MAX_DELAY_SECONDS } from './fault.ts';

const noDelay: CheckName = {
  id: 'no-delay',
  title: `the start takes at most ${MAX_DELAY_SECONDS} s longer than one without the fault`,
};

/** Compares a start with the one of the same profile that had nothing in its way. */
export async function checkDelay(run: SmokeRun, log: CheckLog, profile: string, seconds: number | null): Promise<void> {
  const usual = run.usualSeconds.get(profile);
  if (usual === undefined || seconds === null) {
    log.skip([noDelay], usual === undefined ? `${profile} did not run without the fault` : 'the start never ended');
    return;
  }
  const delay = seconds - usual;
  const noise = run.accelerator.name === 'tcg' ? usual * EMULATION_NOISE : 0;
  await log.ask(noDelay, async () => ({
    passed: delay <= MAX_DELAY_SECONDS + noise,
    detail: `${seconds.toFixed(1)} s against ${usual.toFixed(1)} s: ${delay.toFixed(1)} s more, of ${MAX_DELAY_SECONDS} s and ${noise.toFixed(1)} s for the noise of emulation`,
  }));
}
