import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The modules of one kernel, by the names that modprobe knows: hyphens are underscores. */
export interface KernelModules {
  readonly version: string;
  readonly loadable: ReadonlySet<string>;
  readonly builtIn: ReadonlySet<string>;
  /** What a module loads first, directly or through others. */
  needs(module: string): readonly string[];
  /** Files that modules.dep names and that are not there. */
  readonly missingFiles: readonly string[];
}

/** `kernel/drivers/pci/pci-hyperv.ko.xz` -> `pci_hyperv` */
export function moduleName(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/** @param folder a copy of /usr/lib/modules */
export function readModules(folder: string): KernelModules {
  const [version = '', ...others] = readdirSync(folder);
  if (others.length > 0) throw new Error(`more kernels than one: ${[version, ...others].join(', ')}`);
  const lines = (name: string): string[] =>
    readFileSync(join(folder, version, name), 'utf8')
      .split('\n')
      .filter(Boolean);
  const needs = new Map<string, readonly string[]>();
  const named = new Set<string>();
  for (const line of lines('modules.dep')) {
    const [file = '', ...first] = line.split(/:? /).map((part) => part.replace(/:$/, ''));
    needs.set(moduleName(file), first.filter(Boolean).map(moduleName));
    for (const path of [file, ...first.filter(Boolean)]) named.add(path);
  }
  const there = new Set(
    readdirSync(join(folder, version), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return {
    version,
    loadable: new Set(needs.keys()),
    builtIn: new Set(lines('modules.builtin').map(moduleName)),
    needs: (module) => needs.get(module) ?? [],
    missingFiles: [...named].filter((path) => !there.has(join(folder, version, path))),
  };
}
