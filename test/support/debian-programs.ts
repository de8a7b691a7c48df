import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../../src/builder/exec/run.ts';
import { tempFolder } from './temp-folder.ts';

const { run } = createExec(new AbortController().signal);

/** Programs of Debian packages that a test runs beside the product, without installing them or starting their services. */
export interface DebianPrograms {
  /** Absolute path of a file of the packages: `/usr/bin/prometheus` unpacked. */
  path(inside: string): string;
  readonly env: { readonly LD_LIBRARY_PATH: string };
}

/** Downloads packages of the host's own Debian and unpacks them into a folder that goes with the test. */
export async function debianPrograms(...packages: string[]): Promise<DebianPrograms> {
  const folder = tempFolder();
  const tree = join(folder, 'tree');
  // Into a folder of the test's own: apt's sandbox user may not write there, and says so.
  await run(['apt-get', 'download', '-o', 'APT::Sandbox::User=root', ...packages], {
    purpose: `download ${packages.join(', ')}`,
    cwd: folder,
    timeoutSeconds: 300,
  });
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.deb'))) {
    await run(['dpkg-deb', '-x', join(folder, file), tree], { purpose: `unpack ${file}`, timeoutSeconds: 120 });
  }
  return {
    path: (inside) => join(tree, inside),
    env: { LD_LIBRARY_PATH: join(tree, 'usr/lib/x86_64-linux-gnu') },
  };
}
