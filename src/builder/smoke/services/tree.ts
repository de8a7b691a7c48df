/** A tree of metadata: texts by their path without a leading slash. */
export type MetadataTree = Readonly<Record<string, string>>;

/**
 * What a path of a metadata service gives: a text, or the names in a folder, those of folders with a slash behind.
 * @param path without a leading slash; with one behind or not
 * @returns undefined where there is nothing
 */
export function lookUp(tree: MetadataTree, path: string): string | undefined {
  const exact = Object.hasOwn(tree, path) ? tree[path] : undefined;
  if (exact !== undefined) return exact;
  const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
  const names = new Set<string>();
  for (const key of Object.keys(tree)) {
    if (!key.startsWith(folder)) continue;
    const [name = '', ...more] = key.slice(folder.length).split('/');
    names.add(more.length > 0 ? `${name}/` : name);
  }
  return names.size === 0 ? undefined : [...names].join('\n');
}
