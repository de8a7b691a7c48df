import { CommandError, runCommand } from '../platform/run-command.ts';

/** Signature and manifest of a bundle on a slow line. */
const INFO_SECONDS = 300;
/** A whole slot over a slow line. The window bounds it sooner. */
const INSTALL_SECONDS = 6 * 3600;

/** What RAUC read out of a bundle after it checked the signature. */
export interface BundleInfo {
  readonly compatible: string;
  readonly version: string;
  readonly format: string;
  /** SHA-256 of the manifest, 64 lower-case hex digits. */
  readonly manifestHash: string;
}

/** RAUC refused; its own words are the message. */
export class RaucError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'RaucError';
  }
}

/**
 * Has RAUC check a bundle's signature and reads its manifest. Of a remote bundle only that much is fetched.
 * @param location a file, or an http(s) address
 * @throws {RaucError} when RAUC does not take it
 */
export async function inspectBundle(location: string, run = runCommand): Promise<BundleInfo> {
  const text = await run('rauc', ['info', '--output-format=json', location], INFO_SECONDS).catch((error: unknown) => {
    throw inItsWords(error);
  });
  const read: unknown = JSON.parse(text);
  const value = (key: string): string => {
    const found = typeof read === 'object' && read !== null ? (read as Record<string, unknown>)[key] : undefined;
    if (typeof found !== 'string') throw new RaucError(`rauc info tells no ${key} of ${location}`, undefined);
    return found;
  };
  return {
    compatible: value('compatible'),
    version: value('version'),
    format: value('format'),
    manifestHash: value('hash'),
  };
}

/**
 * Has RAUC write a bundle to the slot that does not run. Of a remote bundle only what this appliance has not is fetched.
 * @param onProgress 0 to 100, and what RAUC is doing
 * @throws {RaucError} when it fails; the slot then holds no system, and the loader knows
 */
export async function installBundle(
  location: string,
  onProgress: (percent: number, doing: string) => void,
  run = runCommand,
): Promise<void> {
  let lastError: string | undefined;
  const onLine = (line: string): void => {
    lastError = /^LastError: (.+)$/.exec(line)?.[1] ?? lastError;
    const [, percent, doing] = /^ *(\d{1,3})% (.+)$/.exec(line) ?? [];
    if (percent !== undefined && doing !== undefined) onProgress(Math.min(100, Number(percent)), doing);
  };
  try {
    await run('rauc', ['install', location], INSTALL_SECONDS, '', onLine);
  } catch (error) {
    throw lastError === undefined ? inItsWords(error) : new RaucError(lastError, error);
  }
}

/** The last line of its log that is no warning says why. */
function inItsWords(error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const lines = error.stderr.split('\n').map((line) => line.replace(/^\(?rauc(?::\d+)?\)?:? */, '').trim());
  return new RaucError(lines.filter((line) => line !== '' && !/WARNING/.test(line)).at(-1) ?? error.message, error);
}
