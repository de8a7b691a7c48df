import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';

const DEFAULT_MIRROR = 'http://deb.debian.org/debian';

/** One apt source: a suite of a mirror. */
export interface Suite {
  readonly uri: string;
  readonly suite: string;
}

/**
 * The Debian mirror this host uses, without a trailing slash: the first of its apt sources that Debian itself signs as
 * the main archive, or the public mirror where the host has none.
 */
export async function hostMirror(exec: Exec): Promise<string> {
  const format = '$(REPO_URI) $(ORIGIN) $(LABEL)';
  const { stdout } = await exec.run(['apt-get', 'indextargets', '--format', format, 'Identifier: Packages'], {
    purpose: "read this host's apt sources",
    timeoutSeconds: 30,
    okCodes: [0, 100],
  });
  for (const line of stdout.split('\n')) {
    const [uri, origin, label] = line.split(' ');
    if (uri !== undefined && origin === 'Debian' && label === 'Debian') return uri.replace(/\/+$/, '');
  }
  return DEFAULT_MIRROR;
}

/** The suites of a release: main, point-release updates and security. The security archive lies beside the main one. */
export function suitesOf(mirror: string, suite: string): Suite[] {
  const uri = mirror.replace(/\/+$/, '');
  const security = /\/debian$/.test(uri) ? `${uri}-security` : `${uri}/debian-security`;
  return [
    { uri, suite },
    { uri, suite: `${suite}-updates` },
    { uri: security, suite: `${suite}-security` },
  ];
}

/** The lines mmdebstrap takes on its command line. */
export function sourceLines(suites: readonly Suite[]): string[] {
  return suites.map(({ uri, suite }) => `deb ${uri} ${suite} main`);
}

/**
 * Fetches a suite's InRelease with apt's own transport, so that its proxies and certificates apply. The signature is
 * not looked at here: mmdebstrap checks it when packages are taken.
 * @throws {KilnError} `mirror-unreachable`
 */
export async function fetchRelease(exec: Exec, suite: Suite, scratch: string): Promise<string> {
  const url = `${suite.uri}/dists/${suite.suite}/InRelease`;
  const file = join(scratch, `InRelease-${suite.suite}`);
  try {
    await exec.run(['/usr/lib/apt/apt-helper', '-o', 'Acquire::Retries=1', 'download-file', url, file], {
      purpose: `fetch ${url}`,
      timeoutSeconds: 60,
    });
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof KilnError && cause.code !== 'tool-failed' && cause.code !== 'tool-timeout') throw cause;
    throw new KilnError({
      code: 'mirror-unreachable',
      message: `the package mirror does not answer: ${url}`,
      hint: 'Check the network and the proxy in apt.conf, or name another mirror with --mirror URL.',
      cause,
    });
  } finally {
    await rm(file, { force: true });
  }
}

/** The `Date:` of a Release file in seconds since 1970, or 0 where it has none that can be read. */
export function releaseDate(inRelease: string): number {
  const line = /^Date: (.+)$/m.exec(inRelease)?.[1];
  const time = line === undefined ? Number.NaN : Date.parse(line);
  return Number.isNaN(time) ? 0 : Math.floor(time / 1000);
}
