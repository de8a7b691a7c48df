import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CheckState, Status } from '../../../src/contract/health.ts';
import { HealthWatch } from '../../../src/firmware/updater/health-watch.ts';

const check = (id: string, verdict: CheckState['verdict'], core = false): CheckState => ({
  ...{ id, core, verdict, detail: `${id} is ${verdict}`, advice: null, seconds: 0 },
});
const status = (...checks: CheckState[]): Status => ({
  ...{ schemaVersion: 1, image: 'reference', version: '1.0.0', slot: 'A', inService: true, drained: false },
  ...{ firstInServiceSeconds: 1, checks },
});
const good = status(check('services', 'healthy', true), check('network', 'healthy'), check('time', 'healthy'));

test('healthy without a break counts from the first look; any vital check that fails begins it anew', async () => {
  let now = 0;
  let answer: Status | Error = new Error('the agent can not be asked');
  const watch = new HealthWatch(
    async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
    () => now,
  );
  const at = async (seconds: number, next: Status | Error): Promise<readonly [string | null, number, boolean]> => {
    now = seconds * 1000;
    answer = next;
    await watch.look();
    return [watch.ailment, watch.healthySeconds, watch.clockSynchronised];
  };
  assert.equal(await at(0, answer), ['the agent can not be asked', 0, false]);
  assert.equal(await at(10, good), [null, 0, true]);
  assert.equal(await at(70, good), [null, 60, true]);
  // Neither core nor vital: a certificate that ends soon is no reason to go back.
  assert.equal(await at(80, status(check('certificate', 'failing'))), [null, 70, false]);
  assert.equal(await at(90, status(check('disk', 'failing'))), ['disk: disk is failing', 0, false]);
  assert.equal(await at(100, good), [null, 0, true]);
  const unknown = status(check('payload', 'unknown', true));
  assert.equal(await at(110, unknown), ['payload: it has not answered yet', 0, false]);
  assert.equal(await at(120, status(check('network', 'failing'))), ['network: network is failing', 0, false]);
});

test.run();
