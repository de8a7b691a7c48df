import type { ConsoleCheck } from './console-check.ts';

/** The name of an appliance that nobody has named. */
const UNNAMED = 'localhost';

export const consoleLogin: ConsoleCheck = {
  id: 'console-login',
  title: 'a login prompt stands on the console, under the name the platform gave',
  judge({ transcript, channel, hostname }) {
    const name = transcript.promptName;
    const expected = channel.named ? hostname : UNNAMED;
    if (name === undefined) return { passed: false, detail: 'no login prompt' };
    return { passed: name === expected, detail: `${name} login:${name === expected ? '' : `, expected ${expected}`}` };
  },
};
