import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Asks the person at the terminal a question. Ctrl-C ends the program as ever.
 * @returns whether they said yes; Ctrl-D and anything else is no
 */
export async function askYes(question: string): Promise<boolean> {
  process.stderr.write(`${question} [y/N] `);
  const reader = createInterface({ input: process.stdin });
  const ended = new AbortController();
  reader.once('close', () => ended.abort());
  try {
    const [line] = (await once(reader, 'line', { signal: ended.signal })) as [string];
    return /^\s*y(es)?\s*$/i.test(line);
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    // Ctrl-D leaves the cursor behind the question.
    process.stderr.write('\n');
    return false;
  } finally {
    reader.close();
  }
}
