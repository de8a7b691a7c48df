import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseRelease, ReleaseFormatError } from '../../contract/parse-release.ts';
import type { Release, ReleaseArtifact } from '../../contract/release.ts';
import { KilnError } from '../errors.ts';
import { type ArtifactKind, artifactKinds, RELEASE_FILE } from '../names.ts';

const HINT = 'Copy the release again, or bake it again.';

/** An artifact of a release that is to be booted. */
export interface ListedArtifact extends ReleaseArtifact {
  readonly kind: ArtifactKind;
  /** Absolute. */
  readonly path: string;
}

/**
 * Reads a release's description.
 * @param folder absolute
 * @throws {KilnError} `release-missing`, `release-invalid`
 */
export async function readRelease(folder: string): Promise<Release> {
  const path = join(folder, RELEASE_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    throw new KilnError({
      code: 'release-missing',
      message: `${folder} holds no release: there is no ${RELEASE_FILE}`,
      hint: 'Name the folder a bake has written, for example build/reference/1.0.0.',
      cause: error,
    });
  }
  try {
    return parseRelease(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(path, `is no JSON: ${error.message}`, error);
    if (error instanceof ReleaseFormatError)
      throw invalid(path, `has mistakes:\n  ${error.faults.join('\n  ')}`, error);
    throw error;
  }
}

/**
 * The artifacts asked for, in the order of {@link artifactKinds}.
 * @param only absent means all
 * @throws {KilnError} `usage` for a kind the release does not have, `release-invalid` for one nobody knows
 */
export function listArtifacts(release: Release, folder: string, only?: readonly ArtifactKind[]): ListedArtifact[] {
  const listed = release.artifacts.map((artifact) => {
    const kind = artifactKinds.find((known) => known === artifact.kind);
    if (kind === undefined)
      throw invalid(
        join(folder, RELEASE_FILE),
        `names an artifact of the kind "${artifact.kind}"; known are ${artifactKinds.join(', ')}`,
      );
    return { ...artifact, kind, path: join(folder, artifact.file) };
  });
  const missing = (only ?? []).filter((kind) => !listed.some((artifact) => artifact.kind === kind));
  if (missing.length > 0) {
    const kinds = listed.map((artifact) => artifact.kind).join(', ');
    throw new KilnError({
      code: 'usage',
      message: `the release in ${folder} has no ${missing.join(', ')}; it has: ${kinds}`,
      hint: 'Name only artifacts that the release has.',
    });
  }
  const wanted = listed.filter((artifact) => only === undefined || only.includes(artifact.kind));
  return wanted.sort((a, b) => artifactKinds.indexOf(a.kind) - artifactKinds.indexOf(b.kind));
}

/**
 * An artifact named by its own path.
 * @param path absolute
 * @throws {KilnError} `release-missing`, `release-invalid`, `usage` when the release beside it does not name the file
 */
export async function findArtifact(path: string): Promise<{ release: Release; artifact: ListedArtifact }> {
  const folder = dirname(path);
  const release = await readRelease(folder);
  const listed = listArtifacts(release, folder);
  const artifact = listed.find((one) => one.path === path);
  if (artifact !== undefined) return { release, artifact };
  throw new KilnError({
    code: 'usage',
    message: `${path} is no artifact of the release beside it; that has: ${listed.map(({ file }) => file).join(', ')}`,
    hint: 'Name one of these files.',
  });
}

/** @throws {KilnError} `release-invalid` when the file is not there or has another length */
export async function checkPresent(artifact: ListedArtifact): Promise<void> {
  const fault = await presenceFault(artifact);
  if (fault !== undefined) throw invalidFiles([fault]);
}

/** @returns what is wrong, with the path, when the file is not there or has another length */
export async function presenceFault({ path, sizeBytes }: ListedArtifact): Promise<string | undefined> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  if (size === undefined) return `${path} is missing though release.json names it`;
  return size === sizeBytes ? undefined : `${path} has ${size} bytes; release.json says ${sizeBytes}`;
}

/** @returns what is wrong, with the path, when the digest is another than release.json states */
export function digestFault(artifact: ListedArtifact, sha256: string): string | undefined {
  if (sha256 === artifact.sha256) return undefined;
  return `${artifact.path} has the SHA-256 ${sha256}; release.json says ${artifact.sha256}`;
}

/** The one error that tells of every file that is not the release's, in the order given. @param faults at least one */
export function invalidFiles(faults: readonly string[]): KilnError {
  const message =
    faults.length === 1
      ? String(faults[0])
      : [`${faults.length} files are not those of release.json:`, ...faults].join('\n  ');
  return new KilnError({ code: 'release-invalid', message, hint: HINT });
}

function invalid(path: string, what: string, cause?: unknown): KilnError {
  return new KilnError({
    code: 'release-invalid',
    message: `${path} ${what}`,
    hint: HINT,
    cause,
  });
}
