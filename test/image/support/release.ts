import { fileURLToPath } from 'node:url';
import { runKiln } from './run-kiln.ts';

/** Baked once and kept in the checkout: test files run one after another and share it. Git ignores the folder. */
const shared = fileURLToPath(new URL('../../../.kiln/image-tests/', import.meta.url));

/** Cache that the image tests share. */
export const sharedCache = `${shared}cache`;

/** Folder that the image tests bake into. */
export const sharedOutput = `${shared}build`;

/**
 * Bakes an image of this repository unless that was done already.
 * @returns the release's folder, not to be written to
 */
export async function bakedRelease(image: 'reference' | 'minimal'): Promise<string> {
  const { code, events, stderr } = await runKiln([
    ...['bake', `images/${image}`, '--wait', '--json'],
    ...['--cache-dir', sharedCache, '--output', sharedOutput],
  ]);
  const result = events.find(({ event }) => event === 'result');
  if (code !== 0 || typeof result?.folder !== 'string') {
    throw new Error(`baking images/${image} ended with ${code}: ${JSON.stringify(events.at(-1))}\n${stderr}`);
  }
  return result.folder;
}
