import { oneLine } from '../../../contract/one-line.ts';
import type { SlotName } from '../../../contract/updates/state.ts';
import { CommandError, runCommand } from '../../platform/run-command.ts';

/** Starts that are looked through, newest first: a slot is tried three times, and the way back is one more. */
const STARTS = 6;
const LINES = 40;
const LINE_CHARACTERS = 300;
const JOURNAL_SECONDS = 120;

/** What is left of a start that came to nothing. */
export interface FailedStart {
  /** Starts of the slot that left a journal. */
  readonly attempts: number;
  /** The unit that was reached last; `null`: none, or no journal was left. */
  readonly lastUnit: string | null;
  /** The last lines of the newest of them. */
  readonly lastLines: readonly string[];
}

/**
 * Looks for what the starts of a slot before this one left in the journal, which is on the data partition. A start that
 * ended before that was mounted left nothing.
 */
export async function readFailedStart(slot: SlotName, run = runCommand): Promise<FailedStart> {
  const found: string[][] = [];
  for (let back = 1; back <= STARTS; back++) {
    const lines = await journalOf(-back, run);
    if (lines === undefined) break;
    if (!lines.some((line) => line.includes(`kiln.slot=${slot} `))) break;
    found.push(lines);
  }
  const newest = found[0] ?? [];
  const units = newest.flatMap((line) => /^(?:Reached target|Started|Finished) (\S+)/.exec(line)?.[1] ?? []);
  return {
    attempts: found.length,
    lastUnit: units.at(-1) ?? null,
    lastLines: newest.slice(-LINES).map((line) => oneLine(line, LINE_CHARACTERS)),
  };
}

/** The messages of one start; undefined where there is none. */
async function journalOf(start: number, run: typeof runCommand): Promise<string[] | undefined> {
  const options = [`--boot=${start}`, '--output=cat', '--no-pager', '--quiet'];
  try {
    // The command line of the kernel comes first, the end is what tells.
    const [head, tail] = await Promise.all([
      run('journalctl', [...options, '--lines=+40'], JOURNAL_SECONDS),
      run('journalctl', [...options, '--lines=400'], JOURNAL_SECONDS),
    ]);
    return [...head.split('\n'), ...tail.split('\n')].filter((line) => line !== '');
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
