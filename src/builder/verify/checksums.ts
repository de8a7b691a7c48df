import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from '../../contract/release.ts';
import { CHECKSUM_FILE, RELEASE_FILE } from '../names.ts';
import type { Tell } from './rules.ts';

/** The list that customers check a download with: it names every artifact and the description, with their digests. */
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
  for (const { file, sha256 } of [...release.artifacts, { file: RELEASE_FILE, sha256: description }])
    if (stated.get(file) !== sha256)
      tell('release-checksums', file, `expected ${sha256}, found ${stated.get(file) ?? 'nothing'}`);
}
