import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is removed when the test process ends, whatever happened in it. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-test-'));
  made.push(folder);
  return folder;
}
