import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dropUnverified, recordVerified } from '../cache/deb-folder.ts';
import type { Context } from '../context.ts';
import { toolTreePackages } from '../plan/packages.ts';
import type { StepProgress } from '../progress.ts';
import type { Suite } from '../tools/apt.ts';
import { type MmdebstrapOptions, mmdebstrap } from '../tools/mmdebstrap.ts';

export interface TreeInput {
  suite: string;
  suites: readonly Suite[];
  packages: readonly string[];
  epoch: number;
  /** The tar file to write. */
  output: string;
  logFile: string;
}

/** Documentation and translations no appliance reads. Copyright files stay: the licences ask for them. */
const leaveOutDocumentation = [
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/lintian/*',
  'path-exclude=/usr/share/bug/*',
  'path-exclude=/usr/share/bash-completion/*',
  'path-exclude=/usr/share/zsh/*',
];

/** Builds the base tree: Debian with the recipe's packages, configured, before any provisioner. */
export async function buildBaseTree(ctx: Context, step: StepProgress, input: TreeInput): Promise<void> {
  await buildTree(ctx, step, input, {
    variant: 'minbase',
    dpkgOptions: leaveOutDocumentation,
    hooks: {
      setup: [],
      // The initramfs is made once, by the last provisioner; every package's trigger would make it again.
      essential: [
        'chroot "$1" dpkg-divert --quiet --local --rename --add /usr/sbin/update-initramfs && ln -s /bin/true "$1/usr/sbin/update-initramfs"',
      ],
      customize: [
        'rm "$1/usr/sbin/update-initramfs" && chroot "$1" dpkg-divert --quiet --local --rename --remove /usr/sbin/update-initramfs',
      ],
    },
  });
}

/** Builds the tool tree: Debian's boot loaders and file system makers, unpacked and never run by their installers. */
export async function buildToolTree(
  ctx: Context,
  step: StepProgress,
  input: Omit<TreeInput, 'packages'>,
): Promise<void> {
  await buildTree(
    ctx,
    step,
    { ...input, packages: toolTreePackages },
    {
      variant: 'extract',
      dpkgOptions: ['path-exclude=/usr/share/*'],
      hooks: {
        // Merged-/usr links come from base-files' installer, which does not run here.
        setup: ['for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done; mkdir "$1/work"'],
        essential: [],
        customize: [],
      },
    },
  );
}

async function buildTree(
  ctx: Context,
  step: StepProgress,
  input: TreeInput,
  kind: Pick<MmdebstrapOptions, 'variant' | 'dpkgOptions' | 'hooks'>,
): Promise<void> {
  // One folder a kind of tree: the two are built at the same time.
  const debFolder = join(ctx.cacheDir, 'debs', `${input.suite}-${kind.variant}`);
  for (const name of await dropUnverified(debFolder)) {
    ctx.progress.note(`cached package ${name} was damaged; it is fetched again`);
  }
  const workDir = join(ctx.scratch, `mmdebstrap-${kind.variant}`);
  await mkdir(workDir);
  await mmdebstrap(ctx.exec, {
    ...kind,
    suite: input.suite,
    suites: input.suites,
    packages: input.packages,
    debFolder,
    output: input.output,
    workDir,
    epoch: input.epoch,
    logFile: input.logFile,
    onLine: (line) => step.detail(line),
  });
  await recordVerified(debFolder);
}
