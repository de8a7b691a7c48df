import type { Target } from './target.ts';
import { wrapOva } from './wrap-ova.ts';

/** ESXi and vCenter: paravirtual disk and network, UEFI with Secure Boot. */
export const vmware: Target = {
  kind: 'vmware',
  title: 'Write the OVA for VMware vSphere',
  form: 'vmdk',
  wrap: (job, path, step) => wrapOva('vsphere', job, path, step),
};
