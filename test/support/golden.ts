import { readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';

/**
 * Compares a text with the file that says what it should be. After a change that is meant, run the test once with
 * KILN_WRITE_GOLDEN=1 and read what changed in the version control.
 */
export function assertGolden(text: string, file: URL): void {
  if (process.env.KILN_WRITE_GOLDEN !== undefined) writeFileSync(file, text);
  assert.fixture(text, readFileSync(file, 'utf8'));
}
