import { compareVersions } from '../../../../src/contract/version.ts';
import type { OfferedBundle } from '../../../../src/firmware/updater/rules/facts.ts';
import type { SimulatedAppliance } from './simulated-appliance.ts';

/** @returns why writing a slot is wrong; asked of the world itself and not of the rules */
export function wrongToInstall(appliance: SimulatedAppliance, decided: OfferedBundle): string | undefined {
  const { state, situation, offers, view } = appliance;
  const { approval } = state;
  const now = situation.now.getTime();
  if (approval === null || approval.version !== decided.version) return 'not approved';
  if (approval.manifestHash !== decided.manifestHash) return 'other bytes were approved';
  if (Date.parse(approval.expires) <= now || Date.parse(approval.at) > now) return 'approval run out';
  if (!isInWindow(situation.now)) return 'outside the window';
  if (!appliance.isSynchronised) return 'no clock';
  const seen = view?.find(({ version }) => version === decided.version);
  if (seen === undefined || offers.length === 0) return 'not offered';
  if (seen.withdrawn !== null || seen.manifestHash !== decided.manifestHash) return 'withdrawn or replaced';
  if (seen.image !== 'reference') return 'foreign';
  if (compareVersions(decided.version, situation.facts.running.version) <= 0) return 'older';
  if (appliance.fetched !== decided.manifestHash) return 'not what was verified';
  return appliance.ailment === null ? undefined : 'not healthy';
}

/** That of the sample: Sundays from 02:00 to 04:00, UTC. */
export function isInWindow(now: Date): boolean {
  return now.getUTCDay() === 0 && now.getUTCHours() >= 2 && now.getUTCHours() < 4;
}
