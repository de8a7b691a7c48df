import { cards, controllerDriver } from '../guest/devices.ts';
import type { ConsoleCheck } from './console-check.ts';

export const consoleState: ConsoleCheck = {
  id: 'console-state',
  title: 'the appliance says on its console that it came up as it should',
  judge({ transcript, hardware, channel, absentUnits, writeProtected }) {
    const said = transcript.bootReport?.report;
    if (said === undefined) return { passed: false, detail: 'it said nothing' };
    const failed = absentUnits.length === 0 ? 'none' : absentUnits.join();
    const wanted: Readonly<Record<string, readonly [seen: string, expected: string]>> = {
      state: [said.state, failed === 'none' ? 'running' : 'degraded'],
      failed: [said.failed, failed],
      slot: [said.slot, 'A'],
      storage: [said.storage, writeProtected ? 'memory' : 'disk'],
      root: [said.root.split(',').slice(1).join(), 'ext4,ro'],
      datasource: [said.datasource, channel.datasource ?? 'none'],
      address: [said.address, channel.address ?? 'none'],
      card: [said.card, cards[hardware.card].driver],
      controller: [said.controller, controllerDriver(hardware.controller)],
    };
    const wrong = Object.entries(wanted).filter(([, [seen, expected]]) => seen !== expected);
    if (wrong.length === 0)
      return {
        passed: true,
        detail: Object.values(wanted)
          .map(([seen]) => seen)
          .join(' '),
      };
    return {
      passed: false,
      detail: wrong.map(([name, [seen, expected]]) => `${name} is ${seen}, expected ${expected}`).join('; '),
    };
  },
};
