import { join } from 'node:path';
import { kilnRoot } from '../render/places.ts';
import { treeId } from './content-id.ts';

/**
 * Kiln's own files that decide the result of each step. A change in one makes the step, and what builds on it, again;
 * a file that is not named here has no say in any image.
 */
const sources = {
  'tool-tree': ['src/builder/steps/base.ts', 'src/builder/tools/mmdebstrap.ts', 'src/builder/plan/packages.ts'],
  base: ['src/builder/steps/base.ts', 'src/builder/tools/mmdebstrap.ts', 'src/builder/plan/packages.ts'],
  provision: [
    'src/builder/steps/provision.ts',
    'src/builder/steps/render.ts',
    'src/builder/render',
    'src/builder/sandbox',
    'src/builder/vm-source',
    'packer',
  ],
  slot: ['src/builder/steps/slot.ts', 'src/builder/steps/seal.ts', 'src/builder/seal'],
  disk: [
    'src/builder/steps/disk',
    'src/builder/plan/disk-layout.ts',
    'src/builder/formats/bios-boot.ts',
    'src/builder/formats/grub-environment.ts',
    'packer/boot',
  ],
  wrap: ['src/builder/steps/wrap.ts', 'src/builder/steps/describe.ts', 'src/builder/targets', 'src/builder/formats'],
} as const;

export type StepName = keyof typeof sources;

/** Hash of the code behind a step. */
export function codeId(step: StepName): Promise<string> {
  return treeId(sources[step].map((path) => join(kilnRoot, path)));
}
