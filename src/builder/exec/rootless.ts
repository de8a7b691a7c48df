/**
 * Makes a command run as the owner of a tree's files: unchanged for root; otherwise in a user namespace in which the
 * caller is root and the caller's subordinate ids are everybody else, as mmdebstrap's unshare mode has it.
 */
export function asTreeOwner(argv: readonly [string, ...string[]]): [string, ...string[]] {
  if (process.getuid?.() === 0) return [...argv];
  return ['unshare', '--user', '--map-auto', '--map-root-user', '--', ...argv];
}
