// Whatever happens in whatever order, these never do.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../../../src/firmware/updater/rules/decide.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { SimulatedAppliance } from './simulated-appliance.ts';
import { isInWindow, wrongToInstall } from './wrong-to-install.ts';

const APPLIANCES = 110;
const STEPS = 200;

test(`${APPLIANCES * STEPS} random steps: nothing is installed, started or kept that should not be`, () => {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= APPLIANCES; seed++) {
    const appliance = new SimulatedAppliance(seededRandom(seed * 7919));
    for (let step = 0; step < STEPS; step++) {
      if (appliance.random(5) === 0) appliance.disturb();
      else if (appliance.random(3) > 0) appliance.help();
      else appliance.pass(appliance.random(400));
      const next = decide(appliance.situation);
      const { state, situation } = appliance;
      const place = `appliance ${seed}, step ${step}: ${JSON.stringify(state)}`;
      if (next.do === 'install') assert.is(wrongToInstall(appliance, next.offer), undefined, place);
      if (next.do === 'download' || (next.do === 'reboot' && state.phase === 'installed')) {
        assert.ok(isInWindow(situation.now), place);
        assert.ok(Date.parse(state.approval?.expires ?? '') > situation.now.getTime(), place);
      }
      if (next.do === 'download' || next.do === 'check')
        assert.ok(appliance.checking && appliance.isSynchronised, place);
      if (next.do === 'commit') {
        assert.ok(appliance.healthy >= 300 && appliance.ailment === null, place);
        assert.is(situation.facts.running.version, state.version, place);
      }
      appliance.step();
      // A system that came up before is in one of the slots, and it or the new one runs.
      assert.ok(appliance.slots[appliance.running]?.broken === false, place);
    }
    for (const [what, count] of appliance.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  // It was not all idling.
  const least = {
    install: 200,
    commit: 100,
    'roll-back': 30,
    'note-rolled-back': 50,
    refuse: 200,
    'approve-by-policy': 20,
  };
  for (const [what, count] of Object.entries(least))
    assert.ok((counts.get(`do ${what}`) ?? 0) >= count, `${what}: ${JSON.stringify([...counts])}`);
});

test.run();
