import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { CheckRunner } from '../../../src/firmware/agent/check-runner.ts';
import type { Check, Verdict } from '../../../src/firmware/agent/checks/check.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';

const surroundings = () => ({
  places: placesBelow('/nowhere'),
  thresholds: defaultConfiguration.monitoring.thresholds,
  configuration: defaultConfiguration,
});
const check = (judge: () => Promise<Verdict>, more: Partial<Check> = {}): Check => ({
  ...{ id: 'services', core: true, intervalSeconds: 60, limitSeconds: 60 },
  judge,
  ...more,
});
const well = async (): Promise<Verdict> => ({ healthy: true, detail: 'well' });

test('nothing counts as healthy before it was asked', async () => {
  const one = check(well);
  const runner = new CheckRunner([one], surroundings);
  assert.is(runner.coreHealthy, false);
  await runner.ask(one);
  assert.is(runner.coreHealthy, true);
});

test('a check that fails to find out has failed, with the reason', async () => {
  const one = check(() => Promise.reject(new Error('no such file')));
  const runner = new CheckRunner([one], surroundings);
  await runner.ask(one);
  const { verdict, detail } = runner.states[0] ?? {};
  assert.equal([verdict, detail], ['failing', 'could not be found out: no such file']);
});

test('one that throws at once has failed as well', async () => {
  const one = check(() => {
    throw new Error('at once');
  });
  const runner = new CheckRunner([one], surroundings);
  await runner.ask(one);
  assert.match(runner.states[0]?.detail ?? '', 'at once');
});

test('a check that hangs is told within its limit, is not asked again meanwhile, and holds up no other', async () => {
  let asked = 0;
  let release: (verdict: Verdict) => void = () => {};
  const hangs = check(
    () => {
      asked += 1;
      return new Promise((resolve) => {
        release = resolve;
      });
    },
    { limitSeconds: 0.05 },
  );
  const other = check(well, { id: 'memory', core: false });
  const runner = new CheckRunner([hangs, other], surroundings);
  await Promise.all([runner.ask(hangs), runner.ask(other)]);
  assert.is(runner.state('services')?.detail, 'no answer within 0.05 s');
  assert.is(runner.state('memory')?.verdict, 'healthy');
  await runner.ask(hangs);
  assert.is(asked, 1);
  // A late answer is no longer wanted, but the check may be asked again.
  release({ healthy: true, detail: 'late' });
  await new Promise(setImmediate);
  assert.is(runner.state('services')?.verdict, 'failing');
  const again = runner.ask(hangs);
  await new Promise(setImmediate);
  release({ healthy: true, detail: 'well again' });
  await again;
  assert.is(asked, 2);
  assert.is(runner.state('services')?.detail, 'well again');
});

test('only core checks keep the appliance out of service', async () => {
  const core = check(well);
  const side = check(async () => ({ healthy: false, detail: 'full' }), { id: 'disk', core: false });
  const runner = new CheckRunner([core, side], surroundings);
  await Promise.all([runner.ask(core), runner.ask(side)]);
  assert.is(runner.coreHealthy, true);
  assert.is(runner.state('disk')?.verdict, 'failing');
});

test.run();
