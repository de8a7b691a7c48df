import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rules } from '../../../src/builder/verify/rules.ts';
import { bundleViolations } from './bundle-violations.ts';
import { diskViolations, releaseViolations } from './release-violations.ts';
import { samples } from './samples/index.ts';

test('every rule is broken by a test, and no test breaks a rule that is none', () => {
  const broken = [
    ...samples.flatMap(({ violations }) => violations),
    ...bundleViolations,
    ...releaseViolations,
    ...diskViolations,
  ];
  assert.equal([...new Set(broken.map(({ rule }) => rule))].sort(), rules.map(({ id }) => id).sort());
});

test.run();
