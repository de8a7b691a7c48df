import { readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FileForm,
  removeDurably,
  replaceAtomically,
  type StagedFile,
  stageFile,
} from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/read-if-there.ts';
import type { RenderedFile } from './section.ts';

/** A file as it is or was; null: none. */
type Found = FileForm | null;

/** Files that came from the configuration, by their path in the appliance, with what was there before. */
type Originals = Readonly<Record<string, Found>>;

/** One file that has to change. */
export interface FileChange {
  readonly path: string;
  readonly before: Found;
  readonly after: Found;
}

/** The files that the configuration makes: puts them in place, and what was there before back when they are not wanted. */
export class RenderedFiles {
  readonly #root: string;
  readonly #record: string;
  readonly #groupId: (name: string) => Promise<number>;

  /** @param record file that remembers what was there before; readable by root alone */
  constructor(root: string, record: string, groupId: (name: string) => Promise<number>) {
    this.#root = root;
    this.#record = record;
    this.#groupId = groupId;
  }

  /**
   * What is different from what is wanted.
   * @param wanted all files of all sections
   */
  async changes(wanted: readonly RenderedFile[]): Promise<FileChange[]> {
    const originals = await this.#originals();
    const paths = new Set([...wanted.map(({ path }) => path), ...Object.keys(originals)]);
    const changes: FileChange[] = [];
    for (const path of [...paths].sort()) {
      const file = wanted.find((one) => one.path === path);
      const before = await this.#find(path);
      const after = file === undefined ? (originals[path] ?? null) : await this.#form(file);
      if (!same(before, after)) changes.push({ path, before, after });
    }
    return changes;
  }

  /**
   * Makes the changes. What was there before the first of them is remembered first, so that a power cut loses nothing.
   * @param wanted paths that come from the configuration afterwards
   */
  async make(changes: readonly FileChange[], wanted: readonly string[]): Promise<void> {
    const known = await this.#originals();
    const originals: Record<string, Found> = { ...known };
    for (const { path, before } of changes) if (!Object.hasOwn(known, path)) originals[path] = before;
    const staged: { path: string; file: StagedFile | null }[] = [];
    try {
      for (const { path, after } of changes) {
        staged.push({ path, file: after === null ? null : await stageFile(join(this.#root, path), after) });
      }
      await this.#remember(originals);
      for (const { path, file } of staged)
        await (file === null ? removeDurably(join(this.#root, path)) : file.commit());
    } catch (error) {
      await Promise.all(staged.map(({ file }) => file?.discard()));
      throw error;
    }
    await this.#remember(Object.fromEntries(Object.entries(originals).filter(([path]) => wanted.includes(path))));
  }

  async #originals(): Promise<Originals> {
    const text = await readIfThere(this.#record);
    return text === '' ? {} : (JSON.parse(text) as Originals);
  }

  async #remember(originals: Originals): Promise<void> {
    const content = `${JSON.stringify(originals)}\n`;
    if (content === (await readIfThere(this.#record))) return;
    await replaceAtomically(this.#record, { content, mode: 0o600, gid: process.getegid?.() ?? 0 });
  }

  async #form(file: RenderedFile): Promise<FileForm> {
    if ('link' in file) return { link: file.link };
    const gid = file.group === undefined ? (process.getegid?.() ?? 0) : await this.#groupId(file.group);
    return { content: file.content, mode: file.mode, gid };
  }

  async #find(path: string): Promise<Found> {
    const full = join(this.#root, path);
    try {
      const link = await readlink(full).catch((error: NodeJS.ErrnoException) => {
        // No symbolic link.
        if (error.code === 'EINVAL') return undefined;
        throw error;
      });
      if (link !== undefined) return { link };
      const { mode, gid } = await stat(full);
      return { content: await readFile(full, 'utf8'), mode: mode & 0o7777, gid };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}

function same(one: Found, other: Found): boolean {
  if (one === null || other === null) return one === other;
  if ('link' in one || 'link' in other) return 'link' in one && 'link' in other && one.link === other.link;
  return one.content === other.content && one.mode === other.mode && one.gid === other.gid;
}
