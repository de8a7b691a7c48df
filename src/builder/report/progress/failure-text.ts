import { createColors } from 'picocolors';
import type { Failure } from './display.ts';

/** A failure for a person: what and where, then what to do. */
export function failureText(failure: Failure, colour: boolean): string {
  const paint = createColors(colour);
  const head = `${paint.red(`error[${failure.code}]:`)} ${failure.message}\n`;
  const stack = failure.stack === undefined ? '' : `${failure.stack}\n`;
  return `${head}${stack}${paint.cyan('hint:')} ${failure.hint}\n`;
}
