import { readFile, statfs } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { KilnError } from '../errors.ts';
import { createExec, type Exec } from '../exec/run.ts';
import { installedVersions, readHostRelease } from './debian.ts';
import { findProgram } from './find-program.ts';
import { installCommand, notInstallable } from './install-command.ts';
import { availableMemoryBytes } from './memory.ts';
import { type Need, type Requirement, requirements } from './requirements.ts';

/** One requirement and whether this host meets it. */
export interface Finding extends Requirement {
  /** Where it was found, or null. */
  path: string | null;
  /** Version of the Debian package, when it came from one. */
  version: string | null;
}

/** What `kiln check` found out about this host. */
export interface HostReport {
  host: string;
  findings: readonly Finding[];
  /** Debian packages to install, sorted. */
  missing: readonly string[];
  /** One shell command that installs them, or null when nothing is missing. */
  installCommand: string | null;
  /** What no package cures: each a sentence that says what to do. */
  obstacles: readonly string[];
  /** How files of other users are made: as root, or through subordinate ids. */
  rights: 'root' | 'subordinate ids' | 'none';
  memoryAvailableBytes: number;
  cacheFreeBytes: number;
  outputFreeBytes: number;
}

export interface HostCheckOptions {
  cacheDir: string;
  outputRoot: string;
  path: string;
  isRoot: boolean;
  osRelease?: string;
}

/** Looks at everything a bake needs of this host before the slow part begins. Changes nothing. */
export async function checkHost(options: HostCheckOptions, signal: AbortSignal): Promise<HostReport> {
  const exec = createExec(signal);
  const release = await readHostRelease(options.osRelease);
  const wanted = requirements.filter(({ rootlessOnly }) => rootlessOnly !== true || !options.isRoot);
  const paths = await Promise.all(wanted.map(({ what }) => findProgram(what, options.path)));
  const isDebian = paths.some((path) => path !== null) && (await findProgram('dpkg-query', options.path)) !== null;
  const versions = isDebian
    ? await installedVersions(
        exec,
        wanted.map((one) => one.package),
      )
    : new Map<string, string>();
  const findings = wanted.map((requirement, index) => ({
    ...requirement,
    path: paths[index] ?? null,
    version: versions.get(requirement.package) ?? null,
  }));
  const missing = [...new Set(findings.filter(({ path }) => path === null).map((finding) => finding.package))].sort();
  const rights = options.isRoot ? 'root' : await subordinateRights(exec, missing);
  return {
    host: release.pretty,
    findings,
    missing,
    installCommand: installCommand(missing, release, options.isRoot),
    obstacles: [
      ...(isDebian ? [] : [`This host is ${release.pretty}, without dpkg; Kiln builds on Debian 12 and 13.`]),
      ...(process.arch === 'x64' ? [] : [`This host's processor is ${process.arch}; Kiln builds on x86-64.`]),
      ...notInstallable(missing, release).map(goneObstacle),
      ...(rights === 'none' ? [noRights()] : []),
    ],
    rights,
    memoryAvailableBytes: await availableMemoryBytes(),
    cacheFreeBytes: await freeBytes(options.cacheDir),
    outputFreeBytes: await freeBytes(options.outputRoot),
  };
}

/**
 * Looks, in milliseconds and before slow work begins, whether everything is installed that a bake needs.
 * @param needs what else will be done besides a bake in the sandbox
 * @throws {KilnError} `tool-missing`, naming each
 */
export async function requirePrograms(needs: readonly Need[], path: string, isRoot: boolean): Promise<void> {
  const wanted = requirements.filter(
    ({ onlyFor, rootlessOnly }) =>
      (onlyFor === undefined || onlyFor.some((need) => needs.includes(need))) && !(rootlessOnly === true && isRoot),
  );
  const paths = await Promise.all(wanted.map(({ what }) => findProgram(what, path)));
  const missing = wanted.filter((_, index) => paths[index] === null);
  if (missing.length === 0) return;
  throw new KilnError({
    code: 'tool-missing',
    message: missing.map(({ what, purpose }) => `${what} is not installed; it is needed to ${purpose}`).join('\n'),
    hint: 'Run `kiln check` to see the one command that installs what is missing.',
  });
}

/** @throws {KilnError} `tool-missing` or `host-unsupported` when a bake would fail on this host */
export function requireReady(report: HostReport): void {
  const hint = report.installCommand === null ? 'See the lines above.' : `Run: ${report.installCommand}`;
  if (report.obstacles.length > 0) {
    throw new KilnError({ code: 'host-unsupported', message: report.obstacles.join('\n'), hint });
  }
  if (report.missing.length > 0) {
    const count = report.missing.length === 1 ? 'a package is' : `${report.missing.length} packages are`;
    throw new KilnError({ code: 'tool-missing', message: `${count} missing: ${report.missing.join(', ')}`, hint });
  }
}

function goneObstacle(name: string): string {
  return `This system has no package "${name}": put ${name} 1.6.6 or later on PATH.`;
}

async function subordinateRights(exec: Exec, missing: readonly string[]): Promise<HostReport['rights']> {
  // Until newuidmap is there, the files say whether it would help.
  if (missing.includes('uidmap')) return (await hasSubordinateIds()) ? 'subordinate ids' : 'none';
  const { exitCode } = await exec.run(['unshare', '--user', '--map-root-user', '--map-auto', 'true'], {
    purpose: 'try subordinate user ids',
    timeoutSeconds: 20,
    okCodes: [0, 1],
  });
  return exitCode === 0 ? 'subordinate ids' : 'none';
}

async function hasSubordinateIds(): Promise<boolean> {
  const { username, uid } = userInfo();
  const tables = await Promise.all(
    ['/etc/subuid', '/etc/subgid'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return tables.every((table) =>
    table.split('\n').some((line) => [username, String(uid)].includes(line.split(':')[0] ?? '')),
  );
}

function noRights(): string {
  const { username } = userInfo();
  return `Neither root nor subordinate ids: run as root, or once \`sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}\`.`;
}

/** Free space where `folder` is or will be. */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    return freeBytes(dirname(folder));
  }
}
