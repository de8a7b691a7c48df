import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckLog } from '../../../src/builder/smoke/check-log.ts';
import { caught } from '../../support/caught.ts';

const name = { id: 'x', title: 'holds' };

test('answers are kept in order, and a question that can not be asked has failed', async () => {
  const log = new CheckLog(new AbortController().signal);
  assert.is(await log.ask(name, async () => ({ passed: true, detail: 'seen' })), true);
  assert.is(log.failed, false);
  log.skip([name], 'why');
  assert.is(await log.ask(name, () => Promise.reject(new Error('connection lost'))), false);
  assert.is(log.failed, true);
  assert.equal(
    log.results.map(({ verdict, detail }) => [verdict, detail]),
    [
      ['passed', 'seen'],
      ['skipped', 'why'],
      ['failed', 'connection lost'],
    ],
  );
});

test('an interruption is no failure of the guest', async () => {
  const stop = new AbortController();
  const log = new CheckLog(stop.signal);
  await caught('interrupted', () =>
    log.ask(name, async () => {
      stop.abort();
      throw new Error('QEMU has ended');
    }),
  );
  assert.equal(log.results, []);
});

test.run();
