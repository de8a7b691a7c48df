import type { FileDigest } from '../formats/file-digest.ts';
import { writeOva } from '../formats/ova.ts';
import { dataBytes } from '../formats/survey.ts';
import { releaseStem } from '../names.ts';
import type { StepProgress } from '../progress.ts';
import { type OvfHardware, renderOvf } from './ovf/render-ovf.ts';
import type { WrapJob } from './target.ts';

/** Makes an OVA with the given virtual hardware round the VMDK that all OVAs of a release share. */
export async function wrapOva(
  hardware: OvfHardware,
  job: WrapJob,
  path: string,
  step: StepProgress,
): Promise<FileDigest> {
  const { recipe, epoch, survey, pool } = job;
  const vmdk = await job.deflated.file('vmdk', (share) => step.detail(`${Math.floor(share * 100)} %`));
  const stem = releaseStem(recipe.name, recipe.version);
  const ovf = renderOvf(hardware, recipe, {
    vmdkBytes: vmdk.sizeBytes,
    capacityBytes: survey.sizeBytes,
    populatedBytes: dataBytes(survey),
  });
  step.detail('archive');
  return writeOva(path, { stem, ovf, vmdk, mtime: epoch }, pool.signal);
}
