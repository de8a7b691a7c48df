import type { Release, ReleaseArtifact, ReleaseBundle, ReleaseFile, ReleasePort } from './release.ts';

/** `release.json` is not what it should be. Every fault is listed, each with its path in the document. */
export class ReleaseFormatError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`release.json: ${faults.join('; ')}`);
    this.name = 'ReleaseFormatError';
    this.faults = faults;
  }
}

const SHA256 = /^[0-9a-f]{64}$/;
/** No separators, no leading dot or dash, nothing that a shell, a URL or Windows would take apart. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const KIND = /^[a-z][a-z0-9-]{0,31}$/;
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** One line for a terminal: nothing that could move its cursor. */
const SERVICE = /^[^\p{C}]{1,200}$/u;
const MAX_PORT = 65_535;
const MAX_ARTIFACTS = 64;
const MAX_ENTRIES = 256;
/** Names release folders keep for themselves. */
const RESERVED = new Set(['release.json', 'sha256sums']);

/**
 * Accepts the parsed JSON of a `release.json`, which may come from anyone. Fields this version does not know are left
 * out of the answer.
 *
 * WARNING: the file names in the answer are plain names and safe to join to a folder; the digests are only claims
 * until the files are hashed.
 * @throws {ReleaseFormatError}
 */
export function parseRelease(document: unknown): Release {
  const faults: string[] = [];
  const read = new Reader(faults);
  const root = read.object(document, '(document)');
  if (root.schemaVersion !== 1) faults.push(`schemaVersion: expected 1, got ${shown(root.schemaVersion)}`);
  const disk = read.object(root.disk, 'disk');
  // Windows and macOS take names that differ in case alone for one file.
  const files = new Set(RESERVED);
  const release: Release = {
    schemaVersion: 1,
    image: read.text(root.image, 'image', NAME, 'a name'),
    version: read.text(root.version, 'version', VERSION, 'a version like 1.2.3'),
    created: read.text(root.created, 'created', TIME, 'a time like 2026-01-31T00:00:00Z'),
    disk: {
      sizeBytes: read.size(disk.sizeBytes, 'disk.sizeBytes'),
      digest: read.text(disk.digest, 'disk.digest', SHA256, '64 hex digits'),
    },
    artifacts: artifacts(root.artifacts, files, read, faults),
    monitoring: monitoring(root.monitoring, files, read, faults),
    bundle: bundle(root.bundle, files, read, faults),
    recipe: {
      sha256: read.text(read.object(root.recipe, 'recipe').sha256, 'recipe.sha256', SHA256, '64 hex digits'),
    },
    network: { ports: ports(read.object(root.network, 'network').ports, read, faults) },
    steps: read.record(root.steps, 'steps'),
    tools: read.record(root.tools, 'tools'),
  };
  if (faults.length > 0) throw new ReleaseFormatError(faults);
  return release;
}

function artifacts(value: unknown, files: Set<string>, read: Reader, faults: string[]): ReleaseArtifact[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_ARTIFACTS) {
    faults.push(`artifacts: expected a list of 1 to ${MAX_ARTIFACTS}`);
    return [];
  }
  const kinds = new Set<string>();
  return value.map((item: unknown, i) => {
    const at = `artifacts[${i}]`;
    const fields = read.object(item, at);
    const artifact: ReleaseArtifact = {
      kind: read.text(fields.kind, `${at}.kind`, KIND, 'a kind'),
      ...releaseFile(fields, at, files, read, faults),
      virtualSizeBytes: read.size(fields.virtualSizeBytes, `${at}.virtualSizeBytes`),
    };
    if (kinds.has(artifact.kind)) faults.push(`${at}.kind: ${artifact.kind} is there twice`);
    kinds.add(artifact.kind);
    return artifact;
  });
}

/** Releases from before there were any have no such field. */
function monitoring(value: unknown, files: Set<string>, read: Reader, faults: string[]): ReleaseFile[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_ARTIFACTS) {
    faults.push(`monitoring: expected a list of at most ${MAX_ARTIFACTS}`);
    return [];
  }
  return value.map((item: unknown, i) => {
    const at = `monitoring[${i}]`;
    return releaseFile(read.object(item, at), at, files, read, faults);
  });
}

/** Releases from before there was one have no such field. */
function bundle(value: unknown, files: Set<string>, read: Reader, faults: string[]): ReleaseBundle | null {
  if (value === undefined || value === null) return null;
  const fields = read.object(value, 'bundle');
  return {
    ...releaseFile(fields, 'bundle', files, read, faults),
    manifestHash: read.text(fields.manifestHash, 'bundle.manifestHash', SHA256, '64 hex digits'),
    signer: read.text(fields.signer, 'bundle.signer', SHA256, '64 hex digits'),
  };
}

/** @param files names that are taken, in lower case; this one is added */
function releaseFile(
  fields: Record<string, unknown>,
  at: string,
  files: Set<string>,
  read: Reader,
  faults: string[],
): ReleaseFile {
  const file = read.text(fields.file, `${at}.file`, FILE_NAME, 'a plain file name');
  if (files.has(file.toLowerCase())) faults.push(`${at}.file: ${file} is taken`);
  files.add(file.toLowerCase());
  return {
    file,
    sizeBytes: read.size(fields.sizeBytes, `${at}.sizeBytes`),
    sha256: read.text(fields.sha256, `${at}.sha256`, SHA256, '64 hex digits'),
  };
}

function ports(value: unknown, read: Reader, faults: string[]): ReleasePort[] {
  if (!Array.isArray(value) || value.length > MAX_ENTRIES) {
    faults.push(`network.ports: expected a list of at most ${MAX_ENTRIES}`);
    return [];
  }
  return value.map((item: unknown, i) => {
    const at = `network.ports[${i}]`;
    const fields = read.object(item, at);
    const port = read.size(fields.port, `${at}.port`);
    if (port > MAX_PORT) faults.push(`${at}.port: expected at most ${MAX_PORT}, got ${port}`);
    const protocol = read.text(fields.protocol, `${at}.protocol`, /^(tcp|udp)$/, 'tcp or udp');
    const service = read.text(fields.service, `${at}.service`, SERVICE, 'a line of text');
    return { port, protocol: protocol === 'udp' ? 'udp' : 'tcp', service };
  });
}

/** Reads one field and notes what is wrong with it; the stand-in it then answers is never given out. */
class Reader {
  readonly #faults: string[];

  constructor(faults: string[]) {
    this.#faults = faults;
  }

  object(value: unknown, at: string): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    this.#faults.push(`${at}: expected an object, got ${shown(value)}`);
    return {};
  }

  text(value: unknown, at: string, pattern: RegExp, expected: string): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.#faults.push(`${at}: expected ${expected}, got ${shown(value)}`);
    return '';
  }

  size(value: unknown, at: string): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    this.#faults.push(`${at}: expected a whole number above 0, got ${shown(value)}`);
    return 0;
  }

  record(value: unknown, at: string): Record<string, string> {
    const entries = Object.entries(this.object(value, at));
    if (entries.length > MAX_ENTRIES) this.#faults.push(`${at}: more than ${MAX_ENTRIES} entries`);
    const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    if (texts.length !== entries.length) this.#faults.push(`${at}: expected text only`);
    // fromEntries defines properties, so a key like __proto__ stays a key.
    return Object.fromEntries(texts);
  }
}

/** A value as it may stand in a message: short, and with control characters escaped. */
function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
