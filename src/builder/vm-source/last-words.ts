import { readFile } from 'node:fs/promises';
import { KilnError } from '../errors.ts';

const SHOWN = 40;

/**
 * Runs work against a machine; when it fails before a provisioner began, the error shows what the machine last said on
 * its serial port, because "timeout waiting for SSH" alone helps nobody.
 */
export async function withLastWords(serialLog: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof KilnError) || !['tool-failed', 'tool-timeout'].includes(error.code)) throw error;
    const said = await readFile(serialLog, 'utf8').catch((missing: NodeJS.ErrnoException) => {
      if (missing.code !== 'ENOENT') throw missing;
      return '';
    });
    const lines = said.split(/\r?\n/).filter((line) => line.trim() !== '');
    const console = lines.slice(-SHOWN).map((line) => `  | ${line}`);
    throw new KilnError({
      code: error.code,
      message: [
        error.message,
        console.length === 0
          ? '  the build machine said nothing on its console'
          : '  the console of the build machine ends with',
        ...console,
      ].join('\n'),
      hint: `The whole console is in ${serialLog}.`,
      cause: error,
    });
  }
}
