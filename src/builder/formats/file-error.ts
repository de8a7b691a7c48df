import { KilnError } from '../errors.ts';

/**
 * Tells a failed write or read as a KilnError where it is the host's doing, and gives back anything else as it is.
 * @param doing verb phrase with the file's name: `write reference-1.0.0-azure.vhd`
 */
export function asFileError(error: unknown, doing: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new KilnError({
      code: 'disk-full',
      message: `could not ${doing}: no space left on the disk`,
      hint: 'Free some space, or point --output at a larger disk, and run the command again.',
      cause: error,
    });
  }
  return error;
}
