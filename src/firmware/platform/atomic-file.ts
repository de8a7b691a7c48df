import { randomUUID } from 'node:crypto';
import { chmod, type FileHandle, link, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file that must not be there yet. A power cut leaves it whole or not at all, and of two writers one wins: it is
 * written beside its place, flushed, linked, and the folder flushed.
 * @throws {Error} `EEXIST` when somebody was faster
 */
export async function createAtomically(path: string, text: string, mode: number): Promise<void> {
  const partial = partialName(path);
  try {
    await writeFlushed(partial, text, async (file) => file.chmod(mode));
    await link(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  try {
    await flushFolder(dirname(path));
  } catch (error) {
    // Whoever is told that it failed may rely on its not being there.
    await rm(path, { force: true });
    throw error;
  }
}

/** What a file is to be. */
export type FileForm =
  | { readonly content: string; readonly mode: number; readonly gid: number }
  | { readonly link: string };

/** A file that is written and flushed, and not yet in its place. */
export interface StagedFile {
  /** Puts it in its place: a power cut leaves the old or the new one, whole. */
  commit(): Promise<void>;
  /** Forgets it. */
  discard(): Promise<void>;
}

/** Writes a file or a symbolic link beside its place, with the folders it needs: what can fail for lack of space is over. */
export async function stageFile(path: string, form: FileForm): Promise<StagedFile> {
  const partial = partialName(path);
  const discard = (): Promise<void> => rm(partial, { force: true });
  await makeFolder(dirname(path));
  try {
    if ('link' in form) await symlink(form.link, partial);
    else {
      await writeFlushed(partial, form.content, async (file) => {
        await file.chown(process.geteuid?.() ?? 0, form.gid);
        await file.chmod(form.mode);
      });
    }
  } catch (error) {
    await discard();
    throw error;
  }
  const commit = async (): Promise<void> => {
    await rename(partial, path);
    await flushFolder(dirname(path));
  };
  return { commit, discard };
}

/** Puts a file in the place of what is there, or makes it, whole or not at all. */
export async function replaceAtomically(path: string, form: FileForm): Promise<void> {
  const staged = await stageFile(path, form);
  try {
    await staged.commit();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/** Removes a file for good. One that is not there is fine. */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true });
  await flushFolder(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Makes a folder that all may enter, whatever the umask is: sshd opens keys as the user they let in. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  for (let folder = path; first !== undefined && folder.length >= first.length; folder = dirname(folder))
    await chmod(folder, 0o755);
}

/** Hidden, and with an ending that programs which read a whole folder pass over. */
function partialName(path: string): string {
  return `${dirname(path)}/.${randomUUID()}.new`;
}

async function writeFlushed(path: string, text: string, prepare: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await prepare(file);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes the names in a folder. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
