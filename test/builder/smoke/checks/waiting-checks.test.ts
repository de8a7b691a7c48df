import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ovfEnvironment } from '../../../../src/builder/smoke/channels/ovf-environment.ts';
import { agent } from '../../../../src/builder/smoke/checks/agent.ts';
import { clock } from '../../../../src/builder/smoke/checks/clock.ts';
import { placesBelow } from '../../../../src/firmware/platform/places.ts';
import { ask } from './scripted-shell.ts';

const status = (inService: boolean): string =>
  JSON.stringify({
    inService,
    firstInServiceSeconds: inService ? 42.4 : null,
    checks: [{ id: 'services', verdict: inService ? 'healthy' : 'failing', detail: 'nginx.service is failed' }],
  });

test('the agent is asked once it has noted that the appliance is in service, where the agent notes it', async () => {
  const { firstInService } = placesBelow('/');
  const seen = await ask(agent, { [`[ -e ${firstInService} ] && break;`]: status(true) });
  assert.equal(seen, { passed: true, detail: 'in service 42 s after the kernel’s start; every check passes' });
});

test('an agent that is silent or out of service fails, with what it says', async () => {
  const command = 'appliancectl status --json';
  assert.equal(await ask(agent, { [command]: '' }), { passed: false, detail: 'the agent does not answer' });
  const { passed, detail } = await ask(agent, { [command]: status(false) });
  assert.not(passed);
  assert.is(detail, 'not in service: services: nginx.service is failed');
});

test('a clock that follows another server, or none, fails', async () => {
  const now = { 'date +%s.%N': String(Date.now() / 1000) };
  const tracking = (address: string, leap: string): string =>
    `7B7B7B7B,${address},3,0.0,0.0001,0.0,0.0,0,0,0,0,0,1,${leap}`;
  const right = await ask(clock, { 'chronyc -n -c tracking': tracking(ovfEnvironment.clock ?? '', 'Normal'), ...now });
  assert.ok(right.passed, right.detail);
  for (const wrong of [tracking('192.0.2.9', 'Normal'), tracking('', 'Not synchronised'), '']) {
    assert.not((await ask(clock, { 'chronyc -n -c tracking': wrong, ...now })).passed, wrong);
  }
});

test.run();
