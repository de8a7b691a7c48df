import { InvalidArgumentError } from 'commander';
import { closest } from 'fastest-levenshtein';
import { type ArtifactKind, artifactKinds } from '../names.ts';

/** `--only vmware,kvm`: artifact kinds, separated by commas, given once or more often. */
export function parseKinds(text: string, before: readonly ArtifactKind[] = []): readonly ArtifactKind[] {
  const kinds = text.split(',').map((word) => {
    const kind = artifactKinds.find((one) => one === word.trim());
    if (kind !== undefined) return kind;
    throw new InvalidArgumentError(
      `"${word}" is no artifact; did you mean ${closest(word, artifactKinds)}? There are ${artifactKinds.join(', ')}.`,
    );
  });
  return artifactKinds.filter((kind) => before.includes(kind) || kinds.includes(kind));
}

/** A whole number from 1 to 64. */
export function parseJobs(text: string): number {
  const jobs = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (jobs < 1 || jobs > 64) throw new InvalidArgumentError('Give a whole number from 1 to 64.');
  return jobs;
}

/** `--profiles vmware,kvm`: words separated by commas. What they may be is for the command to know. */
export function parseList(text: string): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('')) throw new InvalidArgumentError('Give words separated by commas, for example vmware,kvm.');
  return words;
}
