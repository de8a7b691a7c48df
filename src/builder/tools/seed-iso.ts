import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 60;

/**
 * Makes a CD of a folder.
 * @param label by which datasources find it: `cidata` for NoCloud
 */
export async function makeSeedIso(exec: Exec, folder: string, iso: string, label: string): Promise<void> {
  await exec.run(['xorriso', '-as', 'mkisofs', '-quiet', '-volid', label, '-joliet', '-rock', '-output', iso, folder], {
    purpose: 'make the configuration disk of a guest',
    timeoutSeconds: LIMIT_SECONDS,
  });
}
