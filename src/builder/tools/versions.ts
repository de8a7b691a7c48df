import { allEnded } from '../exec/all-ended.ts';
import type { Exec } from '../exec/run.ts';

/** How each program that shapes an artifact tells its version, and where in its answer the version stands. */
const programs: readonly { name: string; argv: readonly [string, ...string[]]; version: RegExp }[] = [
  { name: 'mmdebstrap', argv: ['mmdebstrap', '--version'], version: /mmdebstrap (\S+)/ },
  { name: 'packer', argv: ['packer', 'version'], version: /Packer v(\S+)/ },
  { name: 'qemu-img', argv: ['qemu-img', '--version'], version: /version (\S+)/ },
  { name: 'sfdisk', argv: ['sfdisk', '--version'], version: /util-linux (\S+)/ },
  { name: 'tar', argv: ['tar', '--version'], version: /\) (\S+)/ },
  { name: 'zstd', argv: ['zstd', '--version'], version: /v([\d.]+)/ },
];

/** Version of each program of the build host that has a part in an artifact, by name, and of Node itself. */
export async function toolVersions(exec: Exec): Promise<Record<string, string>> {
  const found = await allEnded(
    programs.map(async ({ name, argv, version }) => {
      const { stdout } = await exec.run(argv, { purpose: `ask ${name} for its version`, timeoutSeconds: 30 });
      return [name, version.exec(stdout)?.[1] ?? 'unknown'] as const;
    }),
  );
  return { ...Object.fromEntries(found), node: process.versions.node };
}
