import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 60;

/**
 * Makes the volume that cloud-init's NoCloud datasource looks for.
 * @param folder holds `user-data` and `meta-data`
 */
export async function makeSeedIso(exec: Exec, folder: string, iso: string): Promise<void> {
  await exec.run(
    ['xorriso', '-as', 'mkisofs', '-quiet', '-volid', 'cidata', '-joliet', '-rock', '-output', iso, folder],
    {
      purpose: 'make the configuration disk of a guest',
      timeoutSeconds: LIMIT_SECONDS,
    },
  );
}
