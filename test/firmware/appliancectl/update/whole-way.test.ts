// appliancectl and the update client together, in a machine that is simulated.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { requestHandler } from '../../../../src/firmware/updater/requests.ts';
import type { Updater } from '../../../../src/firmware/updater/updater.ts';
import { SimulatedAppliance } from '../../updater/support/simulated-appliance.ts';
import { Program, type Result } from './program.ts';

const program = await Program.made();
const machine = new SimulatedAppliance();
test.after(() => machine.end());

/** Asks the update client, which works as long as somebody is connected. */
async function ask(client: Updater, args: string): Promise<Result> {
  const stop = new AbortController();
  const working = client.run(stop.signal, () => true);
  try {
    return await program.served(requestHandler(client).handle, () => program.run(args.split(' ')));
  } finally {
    stop.abort();
    await working;
  }
}

test('a version is seen, approved, installed and gone back from, with commands alone', async () => {
  let client = await machine.client();
  const check = await ask(client, 'check');
  assert.equal([check.code, check.stderr], [0, '']);
  assert.match(check.stdout, /^1\.1\.0 {4}routine .* yes$/m);
  assert.match((await ask(client, 'show 1.1.0')).stdout, 'Fixes:      CVE-2026-12345');

  const early = await ask(client, 'install 1.1.0');
  assert.equal([early.code, early.stdout], [1, '']);
  assert.match(early.stderr, 'refused [approval-missing]: nobody has approved it');

  const later = '--at 2099-03-01T02:00:00Z --minutes 60';
  const approved = await ask(client, `approve 1.1.0 ${later}`);
  assert.is(approved.code, 0, approved.stderr);
  const waiting = await ask(client, 'status');
  assert.match(waiting.stdout, 'by ada on 2026-03-01 02:30:00 UTC');
  assert.match(waiting.stdout, 'Window:     once, 2099-03-01 02:00:00 UTC, for 60 minutes');
  assert.match((await ask(client, 'install 1.1.0')).stderr, 'refused [outside-window]: ');

  assert.is((await ask(client, 'schedule 1.1.0 --default')).code, 0);
  await ask(client, 'install 1.1.0');
  assert.is(client.state.phase, 'rebooting');
  assert.ok(machine.done.includes('restart'), machine.done.join(', '));

  await machine.start();
  client = await machine.client();
  await machine.work(client);
  assert.match((await ask(client, 'status')).stdout, 'Phase:      trial');
  machine.healthySeconds = 400;
  await machine.work(client);
  assert.is((await ask(client, 'rollback --yes')).code, 0);
  await machine.work(client);

  await machine.start();
  client = await machine.client();
  await machine.work(client);
  const back = await ask(client, 'status --json');
  assert.is(JSON.parse(back.stdout).state.phase, 'rolled-back');
  const history = await ask(client, 'history');
  for (const word of ['approve', 'schedule', 'install', 'rollback']) assert.match(history.stdout, `ada      ${word}`);
});

test.run();
