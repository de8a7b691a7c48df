import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import { withLastWords } from '../../../src/builder/vm-source/last-words.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const failing = (code: 'tool-failed' | 'provisioner-failed' | 'interrupted') => () =>
  Promise.reject(new KilnError({ code, message: 'Timeout waiting for SSH', hint: 'x' }));

test('a machine that was never reached shows the last 40 lines of its console', async () => {
  const log = join(tempFolder(), 'serial.log');
  await writeFile(log, Array.from({ length: 100 }, (_, index) => `line ${index}\r\n`).join('\n'));
  const error = await caught('tool-failed', () => withLastWords(log, failing('tool-failed')));
  const lines = error.message.split('\n');
  assert.match(lines[0] ?? '', 'Timeout waiting for SSH');
  assert.is(lines.filter((line) => line.startsWith('  | ')).length, 40);
  assert.is(lines.at(-1), '  | line 99');
  assert.match(error.hint, log);
});

test('a machine that said nothing is told so', async () => {
  const error = await caught('tool-failed', () => withLastWords('/nonexistent/serial.log', failing('tool-failed')));
  assert.match(error.message, 'said nothing');
});

test('what is not the fault of the machine is left alone', async () => {
  for (const code of ['provisioner-failed', 'interrupted'] as const) {
    assert.is(
      (await caught(code, () => withLastWords('/nonexistent', failing(code)))).message,
      'Timeout waiting for SSH',
    );
  }
});

test.run();
