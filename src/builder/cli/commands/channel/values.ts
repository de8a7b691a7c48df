import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { KilnError } from '../../../errors.ts';

/** Takes an option's value that is a whole number in these bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** Of the appliances. */
export const percent = wholeNumber(0, 100);

/**
 * Reads a text file that an option names.
 * @throws {KilnError} `usage`, with the hint
 */
export async function readNamed(path: string, hint: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new KilnError({ code: 'usage', message: `${path} can not be read: ${error.message}`, hint, cause: error });
  });
}
