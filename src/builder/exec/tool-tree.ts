import { asTreeOwner } from './rootless.ts';

/** A file or folder of the host, absolute, and where a command in the tool tree finds it: a path that is there. */
export type Bind = readonly [from: string, at: string];

/**
 * Makes a command run inside the tool tree, with `workDir` as its /work. The bind mounts live in a mount namespace of
 * the command's own: nothing is mounted on the host.
 * @param toolTree absolute path of the unpacked tool tree
 * @param workDir absolute path of the folder the command reads and writes
 * @param binds what else it sees, bound in this order after /work
 */
export function inToolTree(
  toolTree: string,
  workDir: string,
  argv: readonly string[],
  binds: readonly Bind[] = [],
): [string, ...string[]] {
  // With all mounts below: in a user namespace the kernel binds nothing that would uncover what is mounted over.
  const script =
    'tree=$1; while [ "$2" != -- ]; do mount --rbind "$2" "$tree$3" || exit; shift 2; done; shift 2; cd "$tree" && exec chroot "$tree" "$@"';
  const mounts = [[workDir, '/work'] as const, ...binds].flat();
  return asTreeOwner(['unshare', '--mount', '--', 'sh', '-c', script, 'sh', toolTree, ...mounts, '--', ...argv]);
}

/** What every tool in the tree is run with, so that the same input gives the same bytes. */
export function toolTreeEnvironment(epoch: number): Record<string, string> {
  return { SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C.UTF-8', MTOOLS_SKIP_CHECK: '1' };
}
