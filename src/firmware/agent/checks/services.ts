import { runCommand } from '../../platform/run-command.ts';
import type { Check } from './check.ts';

/** Without one of these the appliance does not do its work, or can not be reached. */
export const coreUnits = ['systemd-networkd.service', 'nftables.service', 'ssh.service', 'chrony.service'] as const;
/** Where port 443 is open. */
export const tlsUnit = 'nginx.service';
const LIMIT_SECONDS = 8;

/** A unit as systemd sees it. */
export interface UnitState {
  readonly unit: string;
  /** `active`, `failed`, … */
  readonly active: string;
  readonly restarts: number;
}

/** @throws {Error} when systemd does not answer */
export async function readUnits(units: readonly string[]): Promise<UnitState[]> {
  const properties = '--property=Id,ActiveState,NRestarts';
  return parseUnits(await runCommand('systemctl', ['show', properties, ...units], LIMIT_SECONDS));
}

/** Units are told apart by an empty line; see systemctl(1), show. */
export function parseUnits(text: string): UnitState[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1] ?? '';
      return { unit: value('Id'), active: value('ActiveState'), restarts: Number(value('NRestarts')) || 0 };
    });
}

/**
 * @param wanted units that have to run
 * @param onUnits told what was seen, each time
 */
export function services(
  wanted: readonly string[],
  onUnits: (units: readonly UnitState[]) => void,
  read: typeof readUnits,
): Check {
  return {
    id: 'services',
    core: true,
    intervalSeconds: 10,
    limitSeconds: LIMIT_SECONDS + 2,
    async judge() {
      const units = await read(wanted);
      onUnits(units);
      const down = units.filter(({ active }) => active !== 'active');
      if (down.length === 0 && units.length > 0) return { healthy: true, detail: `${units.length} core services run` };
      return {
        healthy: false,
        detail:
          down.map(({ unit, active }) => `${unit} is ${active || 'not known'}`).join(', ') || 'no service is known',
        advice: `Look why: journalctl -b -u ${down[0]?.unit ?? 'SERVICE'}. A restart of the appliance may help.`,
      };
    },
  };
}
