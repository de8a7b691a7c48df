import * as assert from 'uvu/assert';
import { type ErrorCode, KilnError } from '../../src/builder/errors.ts';

/** Runs what must fail with a told error of this code, and gives the error for a closer look. */
export async function caught(code: ErrorCode, work: () => unknown): Promise<KilnError> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
    assert.is(error.code, code, error.message);
    assert.match(error.hint, /\S/);
    return error;
  }
  assert.unreachable(`nothing failed; expected ${code}`);
  throw new Error('unreachable');
}
