import type { Sample } from '../sample.ts';
import { aws } from './aws.ts';
import { gce } from './gce.ts';
import { gpt } from './gpt.ts';
import { ova } from './ova.ts';
import { ovf } from './ovf.ts';
import { qcow2 } from './qcow2.ts';
import { vhd } from './vhd.ts';
import { vhdx } from './vhdx.ts';
import { vmdk } from './vmdk.ts';

/** One of each format that Kiln reads itself. */
export const samples: readonly Sample[] = [gpt, ova, ovf, vmdk, vhd, vhdx, qcow2, gce, aws];
