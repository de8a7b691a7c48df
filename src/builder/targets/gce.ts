import { rename } from 'node:fs/promises';
import type { Target } from './target.ts';

/** Google Compute Engine: `disk.raw` in a gzipped tar, ready for `gcloud compute images create --source-uri`. */
export const gce: Target = {
  kind: 'gce',
  title: 'Write the archive for Google Compute Engine',
  form: 'gce-tar',
  async wrap(job, path, step) {
    const { path: made, ...digest } = await job.deflated.file('gce-tar', (share) => {
      step.detail(`${Math.floor(share * 100)} %`);
    });
    await rename(made, path);
    return digest;
  },
};
