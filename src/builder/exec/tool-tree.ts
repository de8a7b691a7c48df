import { asTreeOwner } from './rootless.ts';

/**
 * Makes a command run inside the tool tree, with `workDir` as its /work. The bind mount lives in a mount namespace of
 * the command's own: nothing is mounted on the host.
 * @param toolTree absolute path of the unpacked tool tree
 * @param workDir absolute path of the folder the command reads and writes
 */
export function inToolTree(toolTree: string, workDir: string, argv: readonly string[]): [string, ...string[]] {
  const script = 'mount --bind "$2" "$1/work" && cd "$1" && tree=$1 && shift 2 && exec chroot "$tree" "$@"';
  return asTreeOwner(['unshare', '--mount', '--', 'sh', '-c', script, 'sh', toolTree, workDir, ...argv]);
}

/** What every tool in the tree is run with, so that the same input gives the same bytes. */
export function toolTreeEnvironment(epoch: number): Record<string, string> {
  return { SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C.UTF-8', MTOOLS_SKIP_CHECK: '1' };
}
