import { type Check, output } from './check.ts';

/** chrony asks a new server four times, two seconds apart, before it believes it. */
const LIMIT_SECONDS = 120;
const POLL_SECONDS = 2;
/** Further off than this, certificates and logs begin to suffer. */
const MAX_OFF_SECONDS = 1;

export const clock: Check = {
  id: 'clock',
  title: 'the clock follows the time server the platform named',
  async run({ shell, channel }) {
    if (channel.clock === null) return { passed: true, detail: 'this platform names none' };
    const tries = Math.ceil(LIMIT_SECONDS / POLL_SECONDS);
    // Fields of `chronyc -c tracking`: reference, address, stratum, time, offset, …, leap status last.
    const wait = `for try in $(seq ${tries}); do said=$(sudo chronyc -n -c tracking); case $said in *',${channel.clock},'*,Normal) break ;; esac; sleep ${POLL_SECONDS}; done; echo "$said"`;
    const tracking = (await output(shell, wait, 2 * LIMIT_SECONDS)).split(',');
    const [, server, stratum, , offset] = tracking;
    const follows = server === channel.clock && tracking.at(-1) === 'Normal';
    const seconds = Number(await output(shell, 'date +%s.%N'));
    const off = Math.abs(seconds - Date.now() / 1000);
    return {
      passed: follows && off <= MAX_OFF_SECONDS + ANSWER_SECONDS,
      detail: follows
        ? `follows ${server} (stratum ${stratum}), ${Math.abs(Number(offset)).toFixed(4)} s off by its own account`
        : `follows ${server || 'nothing'}, ${tracking.at(-1)}; expected ${channel.clock}; ${off.toFixed(1)} s off`,
    };
  },
};

/** How long the guest's answer may take to come. */
const ANSWER_SECONDS = 30;
