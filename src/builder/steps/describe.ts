import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Release, ReleaseArtifact, ReleaseBundle, ReleaseFile } from '../../contract/release.ts';
import { filesOf } from '../../contract/release-files.ts';
import type { Context } from '../context.ts';
import { writeDurably } from '../durable-file.ts';
import type { DiskImage } from '../formats/disk-image.ts';
import { asFileError } from '../formats/file-error.ts';
import { surveyDisk } from '../formats/survey.ts';
import { WorkPool } from '../formats/work/pool.ts';
import { monitoringFiles } from '../monitoring/files.ts';
import { artifactKinds, CHECKSUM_FILE, RELEASE_FILE } from '../names.ts';
import type { Recipe } from '../recipe/recipe.ts';

export interface DescribeInput {
  recipe: Recipe;
  disk: DiskImage;
  /** Seconds since 1970, told as the time the release was created. */
  epoch: number;
  /** From `wrapAll`. */
  artifacts: readonly ReleaseArtifact[];
  /** From `makeBundle`. */
  bundle: ReleaseBundle;
  /** Where all of them lie. */
  stagingDir: string;
  /** Content id of each step, by name. */
  steps: Readonly<Record<string, string>>;
  /** Version of each external program used, by name. */
  tools: Readonly<Record<string, string>>;
  /** Threads that read the disk, at least 1. */
  threads: number;
}

/**
 * Writes what is for the operator's monitoring, `release.json` and `SHA256SUMS` beside the artifacts, safe from a power cut. Equal inputs give equal bytes.
 * @throws {KilnError} `disk-full`, `disk-invalid`
 */
export async function describeRelease(ctx: Context, input: DescribeInput): Promise<Release> {
  const { recipe, disk, stagingDir } = input;
  const pool = new WorkPool(input.threads, ctx.exec.signal);
  try {
    const { digest } = await surveyDisk(pool, disk);
    const monitoring: ReleaseFile[] = [];
    for (const { file, text } of await monitoringFiles(recipe.name, recipe.version)) {
      await writeDurably(join(stagingDir, file), text);
      monitoring.push({ file, sizeBytes: Buffer.byteLength(text), sha256: sha256(text) });
    }
    const release: Release = {
      schemaVersion: 1,
      image: recipe.name,
      version: recipe.version,
      created: new Date(input.epoch * 1000).toISOString().replace('.000Z', 'Z'),
      disk: { sizeBytes: disk.sizeBytes, digest },
      artifacts: artifactKinds.flatMap((kind) => input.artifacts.filter((artifact) => artifact.kind === kind)),
      monitoring,
      bundle: input.bundle,
      recipe: { sha256: recipe.sha256 },
      network: { ports: recipe.network.ports.map(({ port, protocol, service }) => ({ port, protocol, service })) },
      steps: sorted(input.steps),
      tools: sorted(input.tools),
    };
    const { json, checksums } = descriptionOf(release);
    await writeDurably(join(stagingDir, RELEASE_FILE), json);
    await writeDurably(join(stagingDir, CHECKSUM_FILE), checksums);
    return release;
  } catch (error) {
    throw asFileError(error, `write ${RELEASE_FILE} and ${CHECKSUM_FILE}`);
  } finally {
    await pool.close();
  }
}

/** The texts of `release.json` and `SHA256SUMS`. */
export function descriptionOf(release: Release): { json: string; checksums: string } {
  const json = `${JSON.stringify(release, null, 2)}\n`;
  return { json, checksums: checksumsOf(release, json) };
}

/** The form `sha256sum -c` reads: digest, blank, `*` for binary, name. Sorted by name. */
function checksumsOf(release: Release, json: string): string {
  const files = [
    ...filesOf(release).map(({ file, sha256 }) => ({ file, sha256 })),
    { file: RELEASE_FILE, sha256: sha256(json) },
  ];
  return files
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, sha256 }) => `${sha256} *${file}\n`)
    .join('');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
