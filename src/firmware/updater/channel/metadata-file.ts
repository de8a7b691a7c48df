import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceAtomically } from '../../platform/atomic-file.ts';
import { readIfThere } from '../../platform/read-if-there.ts';

/** The files of tuf-js's folder that are kept, by role. */
export const roles = ['root', 'timestamp', 'snapshot', 'targets'] as const;
export type Role = (typeof roles)[number];
export type RoleFiles = Readonly<Partial<Record<Role, string>>>;

/**
 * Metadata that was last seen and held, on the data partition. All roles lie in one file, which is replaced whole: tuf-js
 * writes one after the other and flushes none, and a power cut between two would leave a mixture.
 */
export class MetadataFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns nothing where nothing was kept or what was kept can not be read: the image's own root is begun with then */
  async read(): Promise<RoleFiles> {
    const text = await readIfThere(this.#path);
    if (text === '') return {};
    try {
      const kept: unknown = JSON.parse(text);
      if (typeof kept !== 'object' || kept === null) return {};
      const entries = Object.entries(kept).filter(([role, value]) => isRole(role) && typeof value === 'string');
      return Object.fromEntries(entries) as RoleFiles;
    } catch {
      return {};
    }
  }

  async write(files: RoleFiles): Promise<void> {
    await replaceAtomically(this.#path, { content: JSON.stringify(files), mode: 0o600, gid: 0 });
  }
}

/** Lays files out as tuf-js wants them. */
export async function layOut(files: RoleFiles, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [role, text] of Object.entries(files)) await writeFile(join(folder, `${role}.json`), text);
}

/** What tuf-js left in its folder. */
export async function collect(folder: string): Promise<RoleFiles> {
  const there = new Set(await readdir(folder));
  const found = roles.filter((role) => there.has(`${role}.json`));
  const texts = await Promise.all(
    found.map(async (role) => [role, await readFile(join(folder, `${role}.json`), 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}

function isRole(word: string): word is Role {
  return (roles as readonly string[]).includes(word);
}
