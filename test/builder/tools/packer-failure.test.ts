import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { earlyFailure, provisionerFailure } from '../../../src/builder/tools/packer-failure.ts';

const MARK = '--- kiln provisioner ';
const begun = (name: string): string[] => [
  '==> null.sandbox: Provisioning with shell script: /tmp/packer-shell1',
  `    null.sandbox: ${MARK}${name}`,
];
const ended = (why: string): string[] => [
  '==> null.sandbox: Provisioning step had errors: Running the cleanup provisioner, if present...',
  `Build 'null.sandbox' errored after 2 seconds: ${why}`,
  '',
  "==> Some builds didn't complete successfully and had errors:",
  `--> null.sandbox: ${why}`,
];
const read = (...lines: string[]) => provisionerFailure(lines.join('\n'), MARK, '/logs/provision.log', 'cause');

test('names the provisioner that ran, its exit code and its last words, and nothing of Packer', () => {
  const error = read(
    ...begun('10-base'),
    '    null.sandbox: fine',
    ...begun('20-app'),
    '    null.sandbox: before',
    '==> null.sandbox: trouble: here',
    ...ended('Script exited with non-zero exit status: 3.Allowed exit codes are: [0]'),
  );
  assert.is(error?.code, 'provisioner-failed');
  assert.is(error?.message, 'provisioner 20-app failed with exit code 3\n  | before\n  | trouble: here');
  assert.match(error?.hint ?? '', '/logs/provision.log');
  assert.is(error?.cause, 'cause');
});

test('a lost connection has no exit code', () => {
  const error = read(...begun('20-app'), ...ended('Script disconnected unexpectedly.'));
  assert.is(error?.message, 'provisioner 20-app did not end as it should');
});

test('an exit code that an earlier provisioner printed is not taken for this one', () => {
  const said = '    null.sandbox: Script exited with non-zero exit status: 9';
  const error = read(
    ...begun('10-base'),
    said,
    ...begun('20-app'),
    ...ended('Script exited with non-zero exit status: 4'),
  );
  assert.match(error?.message ?? '', 'exit code 4');
});

test('of long output the last lines are shown', () => {
  const output = Array.from({ length: 500 }, (_, index) => `    null.sandbox: line ${index}`);
  const shown =
    read(...begun('20-app'), ...output, ...ended('Script exited with non-zero exit status: 1'))?.message.split('\n') ??
    [];
  assert.is(shown.length, 21);
  assert.is(shown.at(-1), '  | line 499');
});

test('a failure before any provisioner is not blamed on one, but told by the line that says why', () => {
  const output = "noise\nBuild 'qemu.vm' errored after 15 minutes 2 seconds: Timeout waiting for SSH.\n\nnoise";
  assert.is(read(output), null);
  const error = earlyFailure(output, '/logs/provision.log', 'cause');
  assert.is(error?.message, 'packer did not get as far as the provisioners: Timeout waiting for SSH.');
  assert.is(error?.code, 'tool-failed');
  assert.is(earlyFailure('Error: Argument definition required', '/logs/provision.log', 'cause'), null);
});

test.run();
