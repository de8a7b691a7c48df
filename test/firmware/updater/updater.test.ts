// The client as a whole, in a machine that is simulated; the same way is gone in a guest by test/image/update.image.test.ts.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { UpdateRequest } from '../../../src/contract/updates/protocol.ts';
import { RaucError } from '../../../src/firmware/updater/rauc.ts';
import { requestHandler } from '../../../src/firmware/updater/requests.ts';
import type { LastAnswer } from '../../../src/firmware/updater/server.ts';
import type { Updater } from '../../../src/firmware/updater/updater.ts';
import { offer } from './sample.ts';
import { SimulatedAppliance as Machine, PowerCut } from './support/simulated-appliance.ts';

/** Its files are closed when the test ends. */
const machines: Machine[] = [];
function machineOfTest(): Machine {
  const machine = new Machine();
  machines.push(machine);
  return machine;
}
test.after.each(async () => {
  for (const machine of machines.splice(0)) await machine.end();
});

const ask = (client: Updater, request: UpdateRequest): Promise<LastAnswer> =>
  requestHandler(client).handle(request, () => undefined, new AbortController().signal);
const approval: UpdateRequest = { command: 'approve', who: 'ada', version: offer.version, window: null };
const rulesOf = (answer: LastAnswer): string[] =>
  answer.type === 'refused' ? answer.refusals.map(({ rule }) => rule) : [answer.type];

/** Approved, installed, and ordered to restart. */
async function installed(machine: Machine): Promise<Updater> {
  const client = await machine.client();
  await machine.work(client);
  assert.equal(rulesOf(await ask(client, approval)), ['done']);
  await machine.work(client);
  return client;
}

/** The machine starts, and its client begins anew. */
async function started(machine: Machine): Promise<Updater> {
  await machine.start();
  const client = await machine.client();
  await machine.work(client);
  return client;
}

test('nothing is contacted as shipped, and a check that is asked for is refused', async () => {
  const machine = machineOfTest();
  const { updates } = machine.configuration;
  machine.configuration = { ...machine.configuration, updates: { ...updates, checking: false } };
  const client = await machine.client();
  await machine.work(client);
  assert.equal(rulesOf(await ask(client, { command: 'check', who: 'ada' })), ['not-consented']);
  assert.ok(client.outlook.idle);
  assert.equal(machine.done, []);
});

test('a version is found, told, approved, installed, tried and kept; and the one before comes back on request', async () => {
  const machine = machineOfTest();
  const client = await machine.client();
  await machine.work(client);
  assert.is(client.state.phase, 'announced');
  assert.equal(machine.done, ['ask']);
  assert.equal(rulesOf(await ask(client, approval)), ['done']);
  await machine.work(client);
  assert.is(client.state.phase, 'rebooting');
  const address = `https://updates.example.com/targets/${'c'.repeat(64)}.reference-1.1.0.raucb`;
  assert.equal(machine.done.slice(1), [
    ...['open', `inspect ${address}`, 'shut', 'open', `install ${address}`, 'installed', 'shut'],
    ...['start B next', 'restart'],
  ]);

  let next = await started(machine);
  assert.equal([machine.running, next.state.phase, machine.loader.tries.B], ['B', 'trial', 1]);
  machine.healthySeconds = 400;
  await machine.work(next);
  assert.equal([next.state.phase, machine.loader.tries.B], ['committed', 0]);
  assert.is(await next.appliance.records.onTrial(), undefined);

  const answer = await ask(next, { command: 'receipt', who: 'ada' });
  const receipt = answer.type === 'done' ? answer.body.testimony?.signed.receipt : undefined;
  assert.equal([receipt?.version, receipt?.manifestHash], [offer.version, offer.manifestHash]);

  assert.equal(rulesOf(await ask(next, { command: 'rollback', who: 'ada' })), ['done']);
  await machine.work(next);
  next = await started(machine);
  assert.equal([machine.running, next.state.phase], ['A', 'rolled-back']);
  // Both slots hold what was kept once: the way is open in both directions.
  assert.ok(machine.loader.holds.B);
  const log = (await next.audit.newest(50)).reverse().map(({ who, what }) => `${who} ${what}`);
  assert.equal(
    log.filter((entry) => entry.startsWith('ada')),
    ['ada approve', 'ada receipt', 'ada rollback'],
  );
});

test('a version that does not come up goes back by itself, says why, and is not tried again', async () => {
  const machine = machineOfTest();
  machine.nextComesUp = false;
  await installed(machine);
  const client = await started(machine);
  assert.is(machine.running, 'A');
  assert.is(client.state.phase, 'rolled-back');
  assert.match(client.state.reason, '1.1.0 did not come up in 3 starts; the last unit it reached was sysinit.target');
  assert.ok(machine.done.includes('report 1.1.0'));
  assert.not.ok(machine.loader.holds.B);
  machine.now = new Date(machine.now.getTime() + 7 * 86_400_000);
  await machine.work(client);
  assert.is(client.state.phase, 'rolled-back');
});

test('a version that is not healthy goes back at its deadline', async () => {
  const machine = machineOfTest();
  await installed(machine);
  machine.ailment = 'services: nginx.service is failed';
  const client = await started(machine);
  assert.is(client.state.phase, 'trial');
  machine.uptimeSeconds = 1801;
  await machine.work(client);
  const back = await started(machine);
  assert.equal([machine.running, back.state.phase], ['A', 'rolled-back']);
  assert.match(back.state.reason, 'nginx.service is failed');
});

test('a bundle that is not what the channel says is given up', async () => {
  const machine = machineOfTest();
  machine.manifestHash = 'f'.repeat(64);
  const client = await installed(machine);
  assert.is(client.state.phase, 'failed');
  assert.match(client.state.reason, 'the bundle is not what the channel says');
  assert.not.ok(machine.done.some((one) => one.startsWith('install')));
});

test('an installation that fails is tried three times, and not for ever', async () => {
  const machine = machineOfTest();
  const client = await machine.client();
  await machine.work(client);
  await ask(client, approval);
  for (let attempt = 0; attempt < 12 && client.state.phase !== 'failed'; attempt++) {
    machine.raucSays =
      client.state.phase === 'installing' || client.state.phase === 'verified'
        ? new RaucError('lost', undefined)
        : undefined;
    await client.step();
  }
  assert.match(client.state.reason, /3 times; lost/);
  assert.is(machine.done.filter((one) => one.startsWith('install ')).length, 3);
  assert.is(machine.done.at(-1), 'shut');
});

test('it ends when nothing is waited for, and not while somebody asks', async () => {
  const machine = machineOfTest();
  const { updates } = machine.configuration;
  machine.configuration = { ...machine.configuration, updates: { ...updates, checking: false } };
  const client = await machine.client();
  let isNeeded = true;
  let hasEnded = false;
  const running = client
    .run(new AbortController().signal, () => isNeeded)
    .then(() => {
      hasEnded = true;
    });
  for (let look = 0; look < 5; look++) {
    await client.settle(() => undefined, new AbortController().signal);
    assert.not(hasEnded);
  }
  isNeeded = false;
  client.wake();
  await client.settle(() => undefined, new AbortController().signal);
  client.wake();
  await running;
});

test('who asks while a restart is under way is answered, and orders no second one', async () => {
  const machine = machineOfTest();
  const client = await installed(machine);
  assert.is(client.state.phase, 'rebooting');
  const stop = new AbortController();
  const running = client.run(stop.signal, () => true);
  await client.settle(() => undefined, new AbortController().signal);
  const ordered = machine.done.filter((one) => one === 'restart').length;
  client.wake();
  await client.settle(() => undefined, new AbortController().signal);
  assert.is(machine.done.filter((one) => one === 'restart').length, ordered);
  stop.abort();
  await running;
});

test('it ends at once when it is told to in the middle of a step', async () => {
  const machine = machineOfTest();
  const client = await machine.client();
  // The next step has nothing to do but wait: a minute, which is more than a test has.
  await machine.work(client);
  const stop = new AbortController();
  const running = client.run(stop.signal, () => true);
  stop.abort();
  await running;
});

test('what was carried over is installed without the channel', async () => {
  const machine = machineOfTest();
  const { updates } = machine.configuration;
  machine.configuration = { ...machine.configuration, updates: { ...updates, checking: false, channel: null } };
  const client = await machine.client();
  assert.equal(rulesOf(await ask(client, { command: 'import', who: 'ada', path: '/media' })), ['done']);
  assert.equal(rulesOf(await ask(client, approval)), ['done']);
  await machine.work(client);
  assert.is(client.state.phase, 'rebooting');
  assert.equal(machine.done, [
    'carry over',
    'inspect /bundle',
    'install /bundle',
    'installed',
    'start B next',
    'restart',
  ]);
});

test('what is not approved is not installed on request, and what is under way can not be cancelled', async () => {
  const machine = machineOfTest();
  const client = await machine.client();
  await machine.work(client);
  const install: UpdateRequest = { command: 'install', who: 'ada', version: offer.version };
  assert.equal(rulesOf(await ask(client, install)), ['approval-missing']);
  assert.equal(rulesOf(await ask(client, { ...approval, version: '9.0.0' })), ['not-offered']);
  await ask(client, approval);
  await machine.work(client);
  assert.equal(rulesOf(await ask(client, { command: 'cancel', who: 'ada', version: offer.version })), ['busy']);
  assert.equal(rulesOf(await ask(client, approval)), ['busy']);
});

for (const cutAfter of [false, true]) {
  test(`the power goes ${cutAfter ? 'after' : 'before'} each single thing that is done: the machine comes up, and the client says what is true`, async () => {
    let cuts = 0;
    for (let at = 0; at < 100; at++) {
      const machine = machineOfTest();
      machine.cutAt = at;
      machine.cutAfter = cutAfter;
      let client: Updater | undefined;
      const steps: (() => Promise<void>)[] = [
        async () => {
          client = await machine.client();
        },
        async () => machine.work(client as Updater),
        async () => void (await ask(client as Updater, approval)),
        async () => machine.work(client as Updater),
        async () => {
          client = await started(machine);
        },
        async () => {
          machine.healthySeconds = 400;
          await machine.work(client as Updater);
        },
      ];
      let cut = false;
      for (const step of steps) {
        // The client takes it for trouble and would try again: for the machine it is the end.
        await step().catch((error: unknown) => {
          if (!(error instanceof PowerCut)) throw error;
        });
        if (machine.wasCut && !cut) {
          cut = true;
          cuts++;
          break;
        }
      }
      if (!cut) break;
      machine.cutAt = Number.POSITIVE_INFINITY;
      // Starts follow until nothing more happens by itself.
      for (let start = 0; start < 6; start++) {
        machine.now = new Date(machine.now.getTime() + 600_000);
        client = await started(machine);
        machine.healthySeconds = 400;
        await machine.work(client);
      }
      const { phase, version, slot } = (client as Updater).state;
      const runs = machine.slots[machine.running]?.version;
      const told = `cut ${at}: ${phase}, ${version} in ${slot}; ${runs} runs in ${machine.running}`;
      assert.ok(['announced', 'committed', 'rolled-back'].includes(phase), told);
      assert.is(runs, phase === 'committed' ? '1.1.0' : '1.0.0', told);
      assert.is(machine.loader.tries[machine.running], 0, told);
      assert.is(await (client as Updater).appliance.records.onTrial(), undefined, told);
    }
    // Asked, the way opened, the head read, opened again, written in two parts, made the next, restarted, kept.
    assert.is(cuts, 9);
  });
}

test.run();
