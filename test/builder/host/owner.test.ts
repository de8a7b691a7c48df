import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownerRuns, ownToken } from '../../../src/builder/host/owner.ts';

test('this process runs, and its token fits a file name', () => {
  assert.match(ownToken(), /^\d+-\d+-\d+$/);
  assert.is(ownToken(), ownToken());
  assert.ok(ownerRuns(ownToken()));
});

test('a later process with the same id is another one', () => {
  assert.not.ok(ownerRuns(ownToken().replace(/\d+$/, '1')));
});

test('a process that ended does not run', async () => {
  const child = spawn('true');
  const token = ownToken().replace(/-\d+-/, `-${child.pid}-`);
  await once(child, 'exit');
  assert.not.ok(ownerRuns(token));
});

test('a process of another PID namespace can not be judged and counts as running', () => {
  assert.ok(ownerRuns('1-999999999-1'));
});

test('text that is no token owns nothing', () => {
  for (const text of ['', 'x', '1-2', '1-2-3-4', '1-2-x', '../1-2-3']) assert.not.ok(ownerRuns(text), text);
});

test.run();
