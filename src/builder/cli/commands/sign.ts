import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Session, Start } from '../session.ts';

interface Flags {
  signingKey: string;
  signingCertificate: string;
  keyring: string;
}

export function addSign(program: Command, start: Start): void {
  program
    .command('sign')
    .description('Replace the signature of a release’s update bundle, on the machine that holds the keys.')
    .argument('<release>', 'folder of a release')
    .requiredOption('--signing-key <file>', 'private key that signs, PEM')
    .requiredOption('--signing-certificate <file>', 'its certificate, PEM')
    .requiredOption('--keyring <file>', 'certificates of the authorities that accept it, PEM')
    .addHelpText(
      'after',
      `
The payload and its manifest hash stay; the bundle, release.json and SHA256SUMS change together. Every file has to be
the one that release.json names, and the image has to have been baked with a keyring that accepts the certificate;
docs/releases.md tells how. After a kill, run it again.

Examples:
  kiln sign build/mine/1.0.0 --signing-key release.key --signing-certificate release.pem --keyring keyring.pem`,
    )
    .action(start(run));
}

async function run(session: Session, flags: Flags, args: readonly string[]): Promise<void> {
  const [{ withContext }, { withImageLock }, { requirePrograms }, { GIB }, { readRelease }] = await Promise.all([
    import('../../host/with-context.ts'),
    import('../../host/image-lock.ts'),
    import('../../host/check.ts'),
    import('../../recipe/size.ts'),
    import('../../smoke/release-folder.ts'),
  ]);
  const { display, cacheDir, signal } = session;
  await requirePrograms(['sign'], session.env.PATH ?? '', process.getuid?.() === 0);
  const folder = resolve(args[0] ?? '.');
  // Before the lock, which would make its folder.
  await readRelease(folder);
  const signing = {
    key: resolve(flags.signingKey),
    certificate: resolve(flags.signingCertificate),
    keyring: resolve(flags.keyring),
  };
  const images = dirname(folder);
  const place = { outputRoot: dirname(images), image: basename(images), being: 'changed' as const };
  const note = (line: string): void => display.note(line);
  await withImageLock({ ...place, command: session.commandLine, wait: false, note, signal }, () =>
    withContext({ progress: display, cacheDir, signal, scratchBytes: 4 * GIB }, async (ctx) => {
      const release = await session.work.sign(ctx, { folder, signing });
      display.result({ folder, release }, `Signed by ${release.bundle?.signer ?? 'nobody'}: ${folder}`);
    }),
  );
}
