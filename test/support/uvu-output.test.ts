import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countTests, endsWithRun } from './uvu-output.ts';

const summary = (total: number, passed: number, skipped: number): string =>
  `• •   (${passed} / ${total})\n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.00ms\n\n`;

test('counts what uvu reports', () => {
  assert.equal(countTests(summary(3, 3, 0), 0), { passed: 3, failed: 0, skipped: 0 });
  assert.equal(countTests(summary(3, 1, 1), 1), { passed: 1, failed: 2, skipped: 1 });
  assert.equal(countTests(summary(0, 0, 2), 0), { passed: 0, failed: 0, skipped: 2 });
});

test('a file that ran nothing, ended early or was killed is a failure', () => {
  assert.equal(countTests('', 0), { passed: 0, failed: 1, skipped: 0 });
  assert.equal(countTests(summary(0, 0, 0), 0), { passed: 0, failed: 1, skipped: 0 });
  assert.equal(countTests('• • ', null), { passed: 0, failed: 1, skipped: 0 });
  assert.equal(countTests(summary(3, 3, 0), 1), { passed: 3, failed: 1, skipped: 0 });
  assert.equal(countTests(summary(3, 3, 0), null), { passed: 3, failed: 1, skipped: 0 });
});

test('a test file must end by running', () => {
  assert.ok(endsWithRun("test('x', () => {});\n\ntest.run();\n"));
  assert.not.ok(endsWithRun("test('x', () => {});\n// test.run();x\n"));
});

test.run();
