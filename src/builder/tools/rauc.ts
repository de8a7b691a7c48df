import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';
import { type Bind, inToolTree, toolTreeEnvironment } from '../exec/tool-tree.ts';

/**
 * zstd at a middling level: 9 saves one per cent and takes twice as long, 3 costs six per cent. Blocks of 64 KiB, as RAUC's manual
 * advises: an appliance fetches whole blocks, so that small ones keep an update small.
 */
const SQUASHFS = ['-comp', 'zstd', '-Xcompression-level', '6', '-b', '64K', '-quiet', '-no-progress'];

const BUNDLE_SECONDS = 3600;
const INFO_SECONDS = 120;

/** Where and how RAUC of the tool tree runs. */
export interface RaucPlace {
  /** Unpacked tool tree. */
  readonly toolTree: string;
  /** Its /work, absolute. */
  readonly workDir: string;
  /** Configuration file, a path inside the tree: RAUC takes purpose and formats from nowhere else. */
  readonly configuration: string;
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly logFile?: string;
}

/** What a bundle says of itself, once its signature holds. */
export interface RaucInfo {
  readonly compatible: string;
  readonly version: string;
  readonly format: string;
  /** SHA-256 of the manifest, 64 lower-case hex digits. */
  readonly manifestHash: string;
}

/**
 * The configuration RAUC makes and reads bundles under. The formats are those an appliance takes: verity alone, for RAUC
 * before 1.15.2 does not look at all of a plain bundle above 2 GiB (CVE-2026-34155).
 * @param keyring a path inside the tree
 */
export function raucConfiguration(compatible: string, keyring: string): string {
  return [
    '[system]',
    `compatible=${compatible}`,
    'bootloader=noop',
    'bundle-formats=verity',
    '',
    '[keyring]',
    `path=${keyring}`,
    'check-purpose=codesign',
    '',
  ].join('\n');
}

/**
 * Makes and signs a bundle, and looks that the keyring accepts it. Paths are inside the tree.
 * @param threads processors that compress
 * @throws {KilnError} `tool-failed`, `disk-full`, `tool-timeout`, `interrupted`
 */
export async function raucBundle(
  exec: Exec,
  place: RaucPlace,
  input: { content: string; output: string; key: string; certificate: string; threads: number; binds: readonly Bind[] },
): Promise<void> {
  const { content, output, key, certificate, threads, binds } = input;
  const squashfs = [...SQUASHFS, '-processors', String(threads)].join(' ');
  const argv = ['bundle', `--cert=${certificate}`, `--key=${key}`, `--mksquashfs-args=${squashfs}`, content, output];
  await rauc(exec, place, argv, 'make the update bundle', BUNDLE_SECONDS, binds);
}

/**
 * Reads what a bundle says of itself. RAUC gives no word of a bundle whose signature the keyring does not accept.
 * @param bundle a path inside the tree
 * @throws {KilnError} `tool-failed`
 */
export async function raucInfo(
  exec: Exec,
  place: RaucPlace,
  bundle: string,
  binds: readonly Bind[] = [],
): Promise<RaucInfo> {
  const argv = ['info', '--output-format=json', bundle];
  const stdout = await rauc(exec, place, argv, 'read the update bundle', INFO_SECONDS, binds);
  const found: unknown = JSON.parse(stdout);
  const { compatible, version, format, hash } = found as Readonly<Record<string, unknown>>;
  const known = [compatible, version, format].every((word) => typeof word === 'string');
  if (!known || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
    throw new KilnError({
      code: 'tool-failed',
      message: `could not read the update bundle: rauc info said ${stdout.trim().slice(0, 200)}`,
      hint: 'Look whether Debian has brought another version of RAUC.',
    });
  }
  return { compatible: String(compatible), version: String(version), format: String(format), manifestHash: hash };
}

/**
 * Writes a bundle with another signature: payload, hash tree and manifest stay byte by byte. RAUC looks that `keyring`
 * accepts the new signature; who signed before is not asked, and with that RAUC does not look at the payload either:
 * {@link raucExtract} does. Paths are inside the tree.
 * @param input.output must not exist
 * @throws {KilnError} `tool-failed`
 */
export async function raucResign(
  exec: Exec,
  place: RaucPlace,
  input: { bundle: string; output: string; key: string; certificate: string; keyring: string; binds: readonly Bind[] },
): Promise<void> {
  const { bundle, output, key, certificate, keyring, binds } = input;
  const signing = [`--cert=${certificate}`, `--key=${key}`, `--signing-keyring=${keyring}`];
  const argv = ['resign', '--no-verify', ...signing, bundle, output];
  await rauc(exec, place, argv, 'sign the update bundle', BUNDLE_SECONDS, binds);
}

/**
 * Unpacks a bundle whose signature the keyring accepts, after every block of its payload was checked.
 * @param input.bundle a path inside the tree
 * @param input.folder another, which must not exist
 * @throws {KilnError} `tool-failed` also for a damaged payload
 */
export async function raucExtract(
  exec: Exec,
  place: RaucPlace,
  input: { bundle: string; folder: string; binds: readonly Bind[] },
): Promise<void> {
  const { bundle, folder, binds } = input;
  await rauc(exec, place, ['extract', bundle, folder], 'unpack the update bundle', BUNDLE_SECONDS, binds);
}

async function rauc(
  exec: Exec,
  { toolTree, workDir, configuration, epoch, logFile }: RaucPlace,
  argv: readonly string[],
  purpose: string,
  timeoutSeconds: number,
  binds: readonly Bind[],
): Promise<string> {
  // It hands open files to libraries by their names in /proc, and lets mksquashfs write to /dev/null.
  const all: readonly Bind[] = [['/proc', '/proc'], ['/dev', '/dev'], ...binds];
  const command = inToolTree(toolTree, workDir, ['rauc', `--conf=${configuration}`, ...argv], all);
  const log = logFile === undefined ? {} : { logFile };
  const { stdout } = await exec.run(command, { purpose, timeoutSeconds, env: toolTreeEnvironment(epoch), ...log });
  return stdout;
}

/** The path inside the tree of a file in its work folder. */
export function inWork(...names: readonly string[]): string {
  return join('/work', ...names);
}
