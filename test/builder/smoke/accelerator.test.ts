import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeProbe } from '../../../src/builder/smoke/accelerator.ts';

const sight = { kernelSpoke: false, status: 'running', seconds: 1 };

test('a kernel that speaks is the only proof', () => {
  assert.is(judgeProbe({ ...sight, kernelSpoke: true })?.name, 'kvm');
  assert.is(judgeProbe(sight), undefined);
});

test('a KVM that opens and then fails to emulate is seen at once', () => {
  const verdict = judgeProbe({ ...sight, status: 'internal-error' });
  assert.is(verdict?.name, 'tcg');
  assert.match(verdict?.reason ?? '', /internal error/);
});

test('a guest that ends or stays silent means TCG', () => {
  assert.is(judgeProbe({ ...sight, status: 'ended' })?.name, 'tcg');
  assert.is(judgeProbe({ ...sight, seconds: 59 }), undefined);
  assert.is(judgeProbe({ ...sight, seconds: 61 })?.name, 'tcg');
});

test.run();
