import { readFile } from 'node:fs/promises';
import type { Exec } from '../exec/run.ts';

/** Who the host says it is (os-release(5)). */
export interface HostRelease {
  id: string;
  codename: string;
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  pretty: string;
}

/** @param file another one in tests */
export async function readHostRelease(file = '/etc/os-release'): Promise<HostRelease> {
  const text = await readFile(file, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}=(["']?)(.*)\\1$`, 'm').exec(text)?.[2] ?? '';
  return { id: field('ID'), codename: field('VERSION_CODENAME'), pretty: field('PRETTY_NAME') };
}

/** Versions of the installed ones among `packages`, by name. */
export async function installedVersions(exec: Exec, packages: readonly string[]): Promise<ReadonlyMap<string, string>> {
  // 1: some are not known, which is an answer.
  const { stdout } = await exec.run(
    ['dpkg-query', '--show', '--showformat', `\${db:Status-Status} \${Package} \${Version}\\n`, ...packages],
    { purpose: 'list installed packages', timeoutSeconds: 60, okCodes: [0, 1] },
  );
  const versions = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [status, name, version] = line.split(' ');
    if (status === 'installed' && name !== undefined && version !== undefined) versions.set(name, version);
  }
  return versions;
}
