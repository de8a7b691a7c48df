import { completeConfiguration } from '../../contract/configuration/parse-configuration.ts';
import type { Configurator } from '../configure/configurator.ts';
import type { Configuring, Version } from './configuring.ts';

/** Long enough to walk to another machine and try. */
const CONFIRM_SECONDS = 180;

/** The appliance's configurator, for whoever is at the console. A change of the network waits to be kept. */
export function consoleConfiguring(configurator: Configurator): Configuring {
  const origin = (who: string) => ({ who, channel: 'console' }) as const;
  return {
    current: async () => (await configurator.kept.current()).configuration,
    change: (edit, who) =>
      configurator.edit((inForce) => completeConfiguration(edit(inForce)), origin(who), CONFIRM_SECONDS),
    async pending() {
      const pending = await configurator.pending();
      return pending === null ? null : { confirmBefore: new Date(pending.confirmBefore) };
    },
    confirm: async () => void (await configurator.confirm()),
    revert: async () => void (await configurator.revert()),
    async history() {
      const versions = (await configurator.kept.history()).flatMap((one): Version[] => ('who' in one ? [one] : []));
      return versions.reverse();
    },
    rollback: (version, who) => configurator.rollback(version, origin(who), CONFIRM_SECONDS),
  };
}
