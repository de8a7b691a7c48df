import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cutMoments } from '../../../../src/builder/smoke/faults/power-cut/moments.ts';

test('a seed gives the same moments again, and another seed others', () => {
  assert.equal(cutMoments('a', 60), cutMoments('a', 60));
  assert.not.equal(cutMoments('a', 60), cutMoments('b', 60));
});

test('moments are spread over the whole start and a while after it', () => {
  const all = Array.from({ length: 500 }, (_, index) => cutMoments(`seed ${index}`, 60));
  const seconds = all.flatMap(({ first, second }) => [first, second]);
  assert.ok(seconds.every((moment) => moment >= 2 && moment < 75));
  for (let from = 5; from < 70; from += 10) {
    const share = seconds.filter((moment) => moment >= from && moment < from + 10).length / seconds.length;
    assert.ok(share > 0.08 && share < 0.2, `${share} of all moments lie from ${from} s`);
  }
});

test.run();
