import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diskLayout } from '../../../src/builder/plan/disk-layout.ts';
import { BOOT_TRIES, freshBootEnvironment, grubConfiguration } from '../../../src/builder/steps/disk/esp.ts';

const GIB = 1024 ** 3;
const layout = diskLayout('sample', 8 * GIB, 2 * GIB);
const text = await grubConfiguration('sample', layout);
const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length;

test('each slot is found by its partition identity, in lower case as the kernel reads it', () => {
  const uuid = (label: 'root-a' | 'root-b' | 'data'): string => layout.partitions[label].guid.toLowerCase();
  assert.is(count(new RegExp(`set slotuuid=${uuid('root-a')}$`, 'gm')), 1);
  assert.is(count(new RegExp(`set slotuuid=${uuid('root-b')}$`, 'gm')), 1);
  assert.match(text, /set slotpart=gpt3\n {2}set slotuuid=\S+\nfi/);
  assert.match(text, /set slotpart=gpt4\n/);
  assert.match(
    text,
    new RegExp(
      ` root=PARTUUID=\\$slotuuid ro kiln\\.slot=\\$slot rauc\\.slot=\\$slot kiln\\.data=PARTUUID=${uuid('data')} `,
    ),
  );
  assert.not.match(text, /\/dev\/[shv]d|\(hd\d/);
});

test('each slot is tried three times, and every try is counted', () => {
  assert.is(BOOT_TRIES, 3);
  for (const slot of ['A', 'B']) {
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ]) {
      const attempt = `if \\[ "\\$${slot}_TRY" = "${from}" \\]; then set slot=${slot}; set ${slot}_TRY=${to}$`;
      assert.is(count(new RegExp(attempt, 'gm')), 1, `${slot} ${from}`);
    }
    assert.is(count(new RegExp(`"\\$${slot}_TRY" = "3"`, 'g')), 0);
  }
});

test('what is loaded from the environment is what a fresh one holds and what is saved', () => {
  const names = Object.keys(freshBootEnvironment);
  assert.match(text, /^save_env (.*)$/m);
  assert.equal(/^save_env (.*)$/m.exec(text)?.[1]?.split(' '), names);
  for (const name of names) assert.match(text.slice(0, text.indexOf('load_env')), new RegExp(`^set ${name}=`, 'm'));
});

test('the choice is saved before the kernel is started', () => {
  assert.ok(text.indexOf('save_env') < text.indexOf('if linux '));
});

test('every if is closed, and every loop', () => {
  assert.is(count(/(^|[;\s])if /g), count(/(^|[;\s])fi\b/g));
  assert.is(count(/; do$/gm), count(/^\s*done$/gm));
});

test('the text depends on the name alone, so that an update of any size finds the same', async () => {
  assert.is(await grubConfiguration('sample', diskLayout('sample', 64 * GIB, 4 * GIB)), text);
  assert.is.not(await grubConfiguration('other', diskLayout('other', 8 * GIB, 2 * GIB)), text);
});

test.run();
