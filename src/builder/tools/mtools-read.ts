import { mkdir } from 'node:fs/promises';
import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 120;

/**
 * Copies everything in a FAT file system into a new folder.
 * @param image a raw file that holds the file system alone
 */
export async function extractFat(exec: Exec, image: string, folder: string): Promise<void> {
  await mkdir(folder);
  await exec.run(['mcopy', '-s', '-n', '-i', image, '::/', folder], {
    purpose: 'read the files of the EFI system partition',
    timeoutSeconds: LIMIT_SECONDS,
    env: { MTOOLS_SKIP_CHECK: '1' },
  });
}
