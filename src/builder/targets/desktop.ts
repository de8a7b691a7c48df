import type { Target } from './target.ts';
import { wrapOva } from './wrap-ova.ts';

/** Workstation, Fusion and VirtualBox, which know no paravirtual SCSI: AHCI, E1000 and BIOS. */
export const desktop: Target = {
  kind: 'desktop',
  title: 'Write the OVA for desktop hypervisors',
  form: 'vmdk',
  wrap: (job, path, step) => wrapOva('desktop', job, path, step),
};
