import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository, absolute. */
export const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** Relative to the repository, with slashes. */
  path: string;
  text: string;
}

/** Every TypeScript file below the given folders of the repository. */
export function typescriptFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path: relative(repositoryRoot, path), text: readFileSync(path, 'utf8') })),
  );
}

/** What a file imports, statically or dynamically: local files as paths in the repository, packages by name. */
export function importsOf({ path, text }: SourceFile): { local: string[]; packages: string[] } {
  const statements = /^\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;
  const names = [...text.matchAll(statements)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const isLocal = (name: string): boolean => name.startsWith('.');
  return {
    local: names.filter(isLocal).map((name) => join(dirname(path), name)),
    packages: names.filter((name) => !isLocal(name)),
  };
}
