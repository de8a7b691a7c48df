import type { Status } from '../../../contract/health.ts';
import { FIRST_IN_SERVICE } from '../in-service.ts';
import { type Check, output } from './check.ts';

/** From the agent's start: an emulated guest needs seconds for each check. */
const LIMIT_SECONDS = 120;
const POLL_SECONDS = 2;
/** TLS 1.2 at least is the listener's own rule; here any client of today will do. */
const ASK_OUTSIDE =
  "printf 'GET /health/testall HTTP/1.0\\r\\n\\r\\n' | openssl s_client -quiet -connect 127.0.0.1:443 2>/dev/null | head -n 1";

export const agent: Check = {
  id: 'agent',
  title: 'the monitoring agent answers, and load balancers are told that the appliance is in service',
  async run({ shell, release }) {
    const tries = Math.ceil(LIMIT_SECONDS / POLL_SECONDS);
    const wait = `for try in $(seq ${tries}); do [ -e ${FIRST_IN_SERVICE} ] && break; sleep ${POLL_SECONDS}; done; appliancectl status --json || true`;
    const text = await output(shell, wait, 2 * LIMIT_SECONDS);
    if (text === '') return { passed: false, detail: 'the agent does not answer' };
    const { inService, checks, firstInServiceSeconds } = JSON.parse(text) as Status;
    const failing = checks.filter(({ verdict }) => verdict !== 'healthy').map(({ id, detail }) => `${id}: ${detail}`);
    const said = failing.length === 0 ? 'every check passes' : failing.join('; ');
    if (!inService) return { passed: false, detail: `not in service: ${said}` };
    if (release.network.ports.some(({ port, protocol }) => port === 443 && protocol === 'tcp')) {
      const answer = await output(shell, ASK_OUTSIDE);
      if (!/^HTTP\/1\.1 200 /.test(answer))
        return { passed: false, detail: `port 443 answers: ${answer || 'nothing'}` };
    }
    return {
      passed: true,
      detail: `in service ${firstInServiceSeconds?.toFixed(0)} s after the kernel’s start; ${said}`,
    };
  },
};
