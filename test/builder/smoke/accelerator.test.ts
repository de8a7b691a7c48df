import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeProbe } from '../../../src/builder/smoke/accelerator.ts';
import { parseKvmCounters } from '../../../src/builder/smoke/guest/kvm-counters.ts';

const sight = { kernelSpoke: false, status: 'running', counters: undefined, seconds: 1 };

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

test('a KVM that interprets the guest is seen within seconds; one that lets processors run it gets its time', () => {
  const interpreted = { exits: 10_230, emulatedInstructions: 2_868_349 };
  assert.match(judgeProbe({ ...sight, counters: interpreted, seconds: 3.2 })?.reason ?? '', /interprets/);
  assert.is(judgeProbe({ ...sight, counters: interpreted, seconds: 2 }), undefined);
  // A guest that speaks to old devices leaves its processor for every byte.
  const busy = { exits: 3_000_000, emulatedInstructions: 2_900_000 };
  assert.is(judgeProbe({ ...sight, counters: busy, seconds: 30 }), undefined);
  assert.is(judgeProbe({ ...sight, counters: interpreted, kernelSpoke: true, seconds: 3.2 })?.name, 'kvm');
});

test('KVM’s counters are those of all processors together', () => {
  const processor = (exits: number, emulated: number): object => ({
    provider: 'kvm',
    stats: [
      { name: 'exits', value: exits },
      { name: 'insn_emulation', value: emulated },
    ],
  });
  const answer = [processor(4, 100), processor(6, 1)];
  assert.equal(parseKvmCounters(answer), { exits: 10, emulatedInstructions: 101 });
  for (const nothing of [undefined, [], [null], [{ provider: 'kvm' }], 'no']) {
    assert.is(parseKvmCounters(nothing), undefined);
  }
});

test.run();
