import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareVersions } from '../../src/contract/version.ts';

/** Semantic Versioning 2.0.0, section 11, and numbers that a double does not hold. */
const ordered = [
  '0.0.1',
  '0.9.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-beta-2',
  '1.0.0-rc.1',
  '1.0.0',
  '1.9.0',
  '1.10.0',
  '2.0.0-9',
  '2.0.0-10',
  '2.0.0-a-b.c-d',
  '2.0.0',
  '2.0.9007199254740992',
  '2.0.9007199254740993',
];

test(`the order of ${ordered.length} versions, each against each`, () => {
  for (const [index, a] of ordered.entries()) {
    for (const [other, b] of ordered.entries())
      assert.is(Math.sign(compareVersions(a, b)), Math.sign(index - other), `${a} ${b}`);
  }
});

test('what is no version is not compared', () => {
  for (const bad of ['', '1', '1.0', '1.0.0+1', '1.0.0-', '01.0.0', `1.0.0-${'a'.repeat(60)}`])
    assert.throws(() => compareVersions(bad, '1.0.0'), RangeError, bad);
});

test.run();
