import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Release } from '../../contract/release.ts';
import { filesOf } from '../../contract/release-files.ts';
import { CHECKSUM_FILE, RELEASE_FILE } from '../names.ts';
import type { Tell } from './rules.ts';

/**
 * The list that customers check a download with: it names every file of the release and the description, with their
 * digests. Files that are no artifact are read here; the artifacts' own digests were computed before.
 */
export async function checkSums(folder: string, release: Release, tell: Tell): Promise<void> {
  const text = await readFile(join(folder, CHECKSUM_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return tell('release-checksums', folder, `there is no ${CHECKSUM_FILE}`);
  const stated = new Map<string, string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, digest = '', name = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (name === '') tell('release-checksums', JSON.stringify(line), 'this is no line of a digest and a name');
    stated.set(name, digest);
  }
  const description = createHash('sha256')
    .update(await readFile(join(folder, RELEASE_FILE)))
    .digest('hex');
  const files = [...filesOf(release), { file: RELEASE_FILE, sha256: description }];
  for (const { file, sha256 } of files)
    if (stated.get(file) !== sha256)
      tell('release-checksums', file, `expected ${sha256}, found ${stated.get(file) ?? 'nothing'}`);
  const others = [...release.monitoring, ...(release.bundle === null ? [] : [release.bundle])];
  for (const { file, sha256 } of others) {
    const path = join(folder, file);
    const found = await digestOf(path);
    if (found !== sha256) tell('release-checksums', path, `expected ${sha256}, found ${found ?? 'no file'}`);
  }
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
