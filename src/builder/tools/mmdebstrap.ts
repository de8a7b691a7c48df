import { mkdir } from 'node:fs/promises';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import { type Exec, quote } from '../exec/run.ts';
import { type Suite, sourceLines } from './apt.ts';

export interface MmdebstrapOptions {
  /** `minbase` for a tree that boots, `extract` for one that is only unpacked. */
  variant: 'minbase' | 'extract';
  suite: string;
  suites: readonly Suite[];
  packages: readonly string[];
  /** dpkg path filters, in dpkg's own words: `path-exclude=/usr/share/man/*`. */
  dpkgOptions: readonly string[];
  /** Shell commands run with the tree as `$1`, before anything is unpacked, after the essential set, and at the end. */
  hooks: { setup: readonly string[]; essential: readonly string[]; customize: readonly string[] };
  /** Folder of .deb files that is read before and added to after; what is there must already be verified. */
  debFolder: string;
  /** The tar file to write. */
  output: string;
  /** Existing folder that the tree grows in; whoever owns it removes what a killed run leaves there. */
  workDir: string;
  /** Every time stamp of the tree is clamped to this, seconds since 1970. */
  epoch: number;
  logFile: string;
  onLine: (line: string) => void;
}

const LIMIT_SECONDS = 45 * 60;

/**
 * Builds a Debian tree as a tar file. Archive signatures are always checked, with Debian's own keyring.
 * @throws {KilnError} `mirror-untrusted`, `mirror-unreachable`, `package-unknown`, else as {@link Exec.run}
 */
export async function mmdebstrap(exec: Exec, options: MmdebstrapOptions): Promise<void> {
  await mkdir(options.debFolder, { recursive: true });
  // mmdebstrap splits its own hooks into words as a shell would.
  const debFolder = quote([options.debFolder]);
  const hooks = [
    `--setup-hook=mkdir -p "$1/var/cache/apt/archives"`,
    `--setup-hook=sync-in ${debFolder} /var/cache/apt/archives/`,
    ...options.hooks.setup.map((hook) => `--setup-hook=${hook}`),
    ...options.hooks.essential.map((hook) => `--essential-hook=${hook}`),
    // A tree that is only extracted has no customize stage.
    `--${options.variant === 'extract' ? 'extract' : 'customize'}-hook=sync-out /var/cache/apt/archives ${debFolder}`,
    ...options.hooks.customize.map((hook) => `--customize-hook=${hook}`),
  ];
  const argv: [string, ...string[]] = [
    'mmdebstrap',
    '--mode=root',
    `--variant=${options.variant}`,
    '--format=tar',
    '--architectures=amd64',
    '--keyring=/usr/share/keyrings/debian-archive-keyring.gpg',
    '--skip=essential/unlink',
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Retries "2"',
    '--dpkgopt=force-unsafe-io',
    '--dpkgopt=force-confold',
    ...options.dpkgOptions.map((option) => `--dpkgopt=${option}`),
    ...hooks,
    `--include=${options.packages.join(',')}`,
    options.suite,
    options.output,
    ...sourceLines(options.suites),
  ];
  // A PID namespace of its own: when the front process dies, apt and dpkg below it die too. Without privilege it is
  // root of a user namespace; mmdebstrap's own unshare mode would leave its children behind when it is killed.
  const contained = asTreeOwner(['unshare', '--mount', '--pid', '--fork', '--kill-child=KILL', '--', ...argv]);
  try {
    await exec.run(contained, {
      purpose: `build the ${options.suite} tree`,
      timeoutSeconds: LIMIT_SECONDS,
      env: {
        SOURCE_DATE_EPOCH: String(options.epoch),
        DEBIAN_FRONTEND: 'noninteractive',
        TMPDIR: options.workDir,
      },
      logFile: options.logFile,
      onLine: options.onLine,
    });
  } catch (error) {
    throw error instanceof KilnError ? explain(error, quote(argv)) : error;
  }
}

function explain(error: KilnError, command: string): KilnError {
  const text = error.message;
  if (error.code !== 'tool-failed') return error;
  if (
    /not signed|NO_PUBKEY|BADSIG|signature .*(invalid|could not be verified)|Hash Sum mismatch|GPG error|signed file isn't valid|Release file for \S+ is (expired|not valid yet)/i.test(
      text,
    )
  ) {
    return new KilnError({
      code: 'mirror-untrusted',
      message: `the mirror's signature does not check out against Debian's keys\n${tailOf(text)}`,
      hint: 'Do not use this mirror. Name another with --mirror URL; if the keys are new, update debian-archive-keyring.',
      cause: error,
    });
  }
  if (/don't have enough free space/i.test(text)) {
    return new KilnError({
      code: 'disk-full',
      message: `no space left for the tree's packages\n${tailOf(text)}`,
      hint: 'Free some space, or point --cache-dir at a larger disk, and run the command again.',
      cause: error,
    });
  }
  const unknown = /Unable to locate package (\S+)|Package '?(\S+?)'? has no installation candidate/.exec(text);
  if (unknown !== null) {
    return new KilnError({
      code: 'package-unknown',
      message: `the mirror has no package ${unknown[1] ?? unknown[2]}`,
      hint: 'Correct base.packages in the recipe.',
      cause: error,
    });
  }
  if (
    /Could not resolve|Could not connect|Unable to connect|Connection (failed|refused|timed out)|Failed to fetch|404 +Not Found/i.test(
      text,
    )
  ) {
    return new KilnError({
      code: 'mirror-unreachable',
      message: `the mirror does not give what was asked for\n${tailOf(text)}`,
      hint: 'Check the network, or name another mirror with --mirror URL.',
      cause: error,
    });
  }
  return new KilnError({ code: 'tool-failed', message: `${text}\n  (${command})`, hint: error.hint, cause: error });
}

function tailOf(message: string): string {
  return message
    .split('\n')
    .filter((line) => line.startsWith('  | '))
    .join('\n');
}
