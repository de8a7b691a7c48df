import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GuestReport } from '../../../src/builder/report/smoke-report.ts';
import { withOwnSelves } from '../../../src/builder/smoke/own-selves.ts';

const report = (name: string) => ({ name, verdict: 'passed', checks: [] }) as unknown as GuestReport;
const self = (digit: string, hostKeys: string) => ({ machineId: digit.repeat(32), hostKeys });

test('clones that became somebody of their own pass', () => {
  const reports = withOwnSelves([
    { report: report('kvm'), self: self('1', 'x') },
    { report: report('aws'), self: self('2', 'y') },
    { report: report('bare'), self: undefined },
  ]);
  assert.equal(
    reports.map(({ verdict, checks }) => [verdict, checks.map((check) => check.verdict).join()]),
    [
      ['passed', 'passed'],
      ['passed', 'passed'],
      ['passed', ''],
    ],
  );
});

test('a machine id or host keys that two share, or that are none, fail', () => {
  const shared = withOwnSelves([
    { report: report('kvm'), self: self('1', 'x') },
    { report: report('aws'), self: self('2', 'x') },
  ]);
  assert.ok(shared.every(({ verdict }) => verdict === 'failed'));
  assert.match(shared[0]?.checks[0]?.detail ?? '', 'shared with aws');
  const [none] = withOwnSelves([{ report: report('kvm'), self: { machineId: 'uninitialized', hostKeys: 'x' } }]);
  assert.is(none?.verdict, 'failed');
});

test.run();
