import type { Shell } from '../guest/shell.ts';
import type { Check } from './check.ts';

/** Emulated guests work through cloud-init for a minute or two after they let one in. */
const LIMIT_SECONDS = 300;
const MAX_JOURNALS = 5;

export const systemRunning: Check = {
  id: 'system-running',
  title: 'the system came up and no unit failed',
  async run({ shell, absent }) {
    const { stdout } = await shell.run('systemctl is-system-running --wait', LIMIT_SECONDS);
    const state = stdout.trim();
    const all = await failedUnits(shell);
    const failed = all.filter((unit) => !absent.units.includes(unit));
    if (failed.length === 0) {
      const known = all.length === 0 ? '' : `, for want of what QEMU does not have: ${all.join(', ')}`;
      return {
        passed: state === (all.length === 0 ? 'running' : 'degraded'),
        detail: `systemd says: ${state}${known}`,
      };
    }
    const journals = await Promise.all(failed.slice(0, MAX_JOURNALS).map((unit) => journal(shell, unit)));
    return { passed: false, detail: [`failed: ${failed.join(', ')}`, ...journals].join('\n') };
  },
};

async function failedUnits(shell: Shell): Promise<string[]> {
  const { stdout } = await shell.run('systemctl list-units --failed --no-legend --plain --full');
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((unit) => unit !== '');
}

async function journal(shell: Shell, unit: string): Promise<string> {
  const { stdout } = await shell.run(`sudo journalctl --boot --unit='${unit}' --lines=15 --no-pager --output=cat`);
  return `${unit}:\n${stdout.trimEnd()}`;
}
