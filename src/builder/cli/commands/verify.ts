import { resolve } from 'node:path';
import type { Command } from 'commander';
import { KilnError } from '../../errors.ts';
import type { ArtifactKind } from '../../names.ts';
import { parseKinds } from '../options.ts';
import type { Session, Start } from '../session.ts';

interface Flags {
  only?: readonly ArtifactKind[];
}

export function addVerify(program: Command, start: Start): void {
  program
    .command('verify')
    .description('Look into the artifacts of a release as importers do, without booting them.')
    .argument('[folder]', 'folder of a release (default: the newest release below <output>)')
    .option('--only <kinds>', 'look into these artifacts alone: vmware,desktop,hyperv,azure,aws,gce,kvm', parseKinds)
    .addHelpText(
      'after',
      `
Every broken rule is told with its id; docs/verify.md says which importer each one protects. Nothing is changed.
Exit code 1 when a rule is broken; 2 when a file is missing, cut short or not the one that release.json names.

Examples:
  kiln verify
  kiln verify build/reference/1.0.0 --only vmware,azure`,
    )
    .action(start(run));
}

async function run(session: Session, flags: Flags, args: readonly string[]): Promise<void> {
  const [{ withContext }, { newestRelease }, { requirePrograms }, { GIB }] = await Promise.all([
    import('../../host/with-context.ts'),
    import('../newest-release.ts'),
    import('../../host/check.ts'),
    import('../../recipe/size.ts'),
  ]);
  const folder = args[0] === undefined ? await newestRelease(session.outputRoot) : resolve(args[0]);
  const { display, cacheDir, signal } = session;
  await requirePrograms(['smoke'], session.env.PATH ?? '', process.getuid?.() === 0);
  await withContext({ progress: display, cacheDir, signal, scratchBytes: 4 * GIB }, async (ctx) => {
    const { text, report, broken } = await session.work.verify(ctx, { folder, ...flags });
    if (broken === 0) return display.result(report, text);
    throw new KilnError({
      code: 'verify-failed',
      message: `${folder} breaks rules of its importers\n\n${text}`,
      hint: 'docs/verify.md says what each rule protects. Bake the release again.',
    });
  });
}
