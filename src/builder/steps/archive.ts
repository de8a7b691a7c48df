import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { allEnded } from '../exec/all-ended.ts';
import { partialPath } from '../names.ts';
import { fetchRelease, releaseDate, type Suite, suitesOf } from '../tools/apt.ts';

/** The state of the Debian archive a bake builds on. */
export interface Archive {
  readonly suites: readonly Suite[];
  /** SHA-256 of each suite's InRelease, by suite. Two archives with the same hashes offer the same packages. */
  readonly releases: Readonly<Record<string, string>>;
  /** The newest `Date:` of the suites, seconds since 1970. */
  readonly date: number;
}

/**
 * Asks the mirror what it has now. When it does not answer, what it had when it last did stands in: with everything
 * cached, a bake needs no network.
 * @throws {KilnError} `mirror-unreachable` when it never answered here
 */
export async function resolveArchive(ctx: Context, mirror: string, suite: string): Promise<Archive> {
  const suites = suitesOf(mirror, suite);
  const remembered = join(ctx.cacheDir, 'archives', `${sha256(JSON.stringify(suites))}.json`);
  try {
    const texts = await allEnded(suites.map((one) => fetchRelease(ctx.exec, one, ctx.scratch)));
    const archive: Archive = {
      suites,
      releases: Object.fromEntries(suites.map((one, index) => [one.suite, sha256(texts[index] ?? '')])),
      date: Math.max(...texts.map(releaseDate)),
    };
    await remember(remembered, archive);
    return archive;
  } catch (error) {
    if (!(error instanceof KilnError) || error.code !== 'mirror-unreachable') throw error;
    const archive = await recall(remembered, suites);
    if (archive === undefined) throw error;
    const day = new Date(archive.date * 1000).toISOString().slice(0, 10);
    ctx.progress.note(`The mirror does not answer; using its packages as of ${day}, as far as they are cached.`);
    return archive;
  }
}

async function remember(file: string, archive: Archive): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  const partial = partialPath(file);
  await writeFile(partial, `${JSON.stringify(archive)}\n`);
  await rename(partial, file);
}

async function recall(file: string, suites: readonly Suite[]): Promise<Archive | undefined> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Archive> | null;
    const { releases = {}, date = 0 } = value ?? {};
    // Damaged is as good as absent.
    if (!Number.isSafeInteger(date) || suites.some(({ suite }) => !/^[0-9a-f]{64}$/.test(releases[suite] ?? '')))
      return;
    return { suites, releases, date };
  } catch (error) {
    // Any other reason than damage or absence is worth telling.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
