import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ArtifactKind } from '../../names.ts';
import { parseJobs, parseKinds, parseList } from '../options.ts';
import type { Session, Start } from '../session.ts';

interface Flags {
  only?: readonly ArtifactKind[];
  profiles?: readonly string[];
  faults?: true;
  jobs?: number;
}

export function addSmoke(program: Command, start: Start): void {
  program
    .command('smoke')
    .description('Boot the artifacts of a release in QEMU, each as its platform would, and check them over SSH.')
    .argument('[folder]', 'folder of a release (default: the newest release below <output>)')
    .option('--only <kinds>', 'boot only these artifacts: vmware,desktop,hyperv,azure,aws,gce,kvm', parseKinds)
    .option('--profiles <ids>', 'boot only on these profiles, for example vmware,aws-bios,kvm', parseList)
    .option('--faults', 'put guests under faults as well: no DHCP, broken metadata, power cuts, …')
    .option(
      '--jobs <number>',
      'guests that run at the same time (default: what memory and processors carry)',
      parseJobs,
    )
    .addHelpText(
      'after',
      `
Artifacts are never changed. Next to them come smoke.json, a JUnit report, and the serial log of each guest.

Examples:
  kiln smoke
  kiln smoke build/reference/1.0.0 --only vmware,hyperv --jobs 1`,
    )
    .action(start(run));
}

async function run(session: Session, flags: Flags, args: readonly string[]): Promise<void> {
  const [{ withContext }, { newestRelease }, { GIB }] = await Promise.all([
    import('../../host/with-context.ts'),
    import('../newest-release.ts'),
    import('../../recipe/size.ts'),
  ]);
  const folder = args[0] === undefined ? await newestRelease(session.outputRoot) : resolve(args[0]);
  const { display, cacheDir, signal } = session;
  // Overlays and unpacked disks of the guests that run at once.
  await withContext({ progress: display, cacheDir, signal, scratchBytes: 4 * GIB }, async (ctx) => {
    const { text, report } = await session.work.smoke(ctx, { folder, ...flags });
    display.result(report, text);
  });
}
