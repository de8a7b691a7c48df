import { join } from 'node:path';
import { kilnRoot } from '../render/places.ts';
import { treeId } from './content-id.ts';

const tree = [
  'src/builder/steps/base.ts',
  'src/builder/tools/mmdebstrap.ts',
  'src/builder/tools/apt.ts',
  'src/builder/plan/packages.ts',
] as const;

/**
 * Kiln's own files that decide the result of each step, as paths in Kiln's folder. A change in one makes the step, and
 * what builds on it, again; a file that is not named here has no say in any image. A test follows the imports.
 */
export const stepSources = {
  'tool-tree': tree,
  base: tree,
  provision: [
    'src/builder/steps/unpack.ts',
    'src/builder/steps/provision.ts',
    'src/builder/steps/firmware.ts',
    'src/builder/steps/compiled-schema.ts',
    'src/firmware',
    'src/contract',
    // What the appliance's programs are bundled with.
    'package-lock.json',
    'src/builder/steps/render.ts',
    'src/builder/steps/slot.ts',
    'src/builder/exec/tool-tree.ts',
    'src/builder/plan/disk-layout.ts',
    'src/builder/plan/packages.ts',
    'src/builder/render',
    'src/builder/sandbox',
    'src/builder/vm-source',
    'packer',
  ],
  slot: [
    'src/builder/steps/slot.ts',
    'src/builder/exec/tool-tree.ts',
    'src/builder/plan/disk-layout.ts',
    'src/builder/steps/seal.ts',
    'src/builder/seal',
  ],
  disk: [
    'src/builder/steps/disk',
    'src/builder/exec/tool-tree.ts',
    'src/builder/plan/disk-layout.ts',
    'src/builder/formats/bios-boot.ts',
    'src/builder/formats/grub-environment.ts',
    'src/builder/render/template.ts',
    'packer/boot',
  ],
  bundle: [
    'src/builder/steps/bundle.ts',
    'src/builder/tools/rauc.ts',
    'src/builder/exec/tool-tree.ts',
    'src/builder/formats/file-error.ts',
  ],
  wrap: [
    'src/builder/steps/wrap.ts',
    'src/builder/steps/describe.ts',
    'src/contract/release-files.ts',
    'src/builder/monitoring',
    'src/builder/targets',
    'src/builder/formats',
    'src/builder/tools/qemu-img.ts',
    'src/builder/tools/zstd.ts',
  ],
} as const;

export type StepName = keyof typeof stepSources;

/** Hash of the code behind a step. */
export function codeId(step: StepName): Promise<string> {
  return treeId(stepSources[step].map((path) => join(kilnRoot, path)));
}
