import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ArtifactKind } from '../../names.ts';
import { isMirrorUrl } from '../../recipe/url.ts';
import { parseKinds } from '../options.ts';
import type { Session, Start } from '../session.ts';
import { signingChoice } from '../signing-choice.ts';
import type { BakeOptions } from '../work.ts';

interface Flags {
  source: BakeOptions['source'];
  only?: readonly ArtifactKind[];
  mirror?: string;
  signingKey?: string;
  signingCertificate?: string;
  keyring?: string;
  smoke?: true;
  wait?: true;
}

export function addBake(program: Command, start: Start): void {
  program
    .command('bake')
    .description('Make every artifact of an image from its recipe.')
    .argument('[image]', "the image's folder, or its image.yaml", 'images/reference')
    .addOption(
      new Option('--source <source>', 'where provisioners run: in a sandbox on this host, or in a booted VM')
        .choices(['sandbox', 'vm'])
        .default('sandbox'),
    )
    .option('--only <kinds>', 'make only these artifacts: vmware,desktop,hyperv,azure,aws,gce,kvm', parseKinds)
    .option('--mirror <url>', "Debian mirror to use instead of the recipe's or the host's", mirror)
    .option('--signing-key <file>', 'private key that signs the update bundle, PEM (default: a key for development)')
    .option('--signing-certificate <file>', 'its certificate, PEM')
    .option('--keyring <file>', 'certificates of the authorities that the appliance takes updates from, PEM')
    .option('--smoke', 'boot every artifact afterwards')
    .option('--wait', 'when this image is being baked already, wait instead of failing')
    .addHelpText(
      'after',
      `
What did not change since the last bake is taken from the cache. Artifacts appear under their names only when the
whole release is complete.

Without keys of yours, keys for development are made in .kiln/keys. --signing-key, --signing-certificate and
--keyring go together; docs/releases.md says how to make them. --keyring alone makes an image that trusts it, and a
bundle for \`kiln sign\` to sign.

Examples:
  kiln bake
  kiln bake images/minimal --only kvm
  kiln bake images/reference --smoke --output /srv/releases
  kiln bake --json > bake.log`,
    )
    .action(start(run));
}

async function run(session: Session, flags: Flags, args: readonly string[]): Promise<void> {
  const signing = signingChoice(flags);
  const [{ loadRecipe }, { bakeImage }] = await Promise.all([
    import('../../recipe/load.ts'),
    import('../bake-image.ts'),
  ]);
  const recipe = await loadRecipe(args[0] ?? 'images/reference', session.env);
  await bakeImage(session, {
    bake: {
      recipe,
      outputRoot: session.outputRoot,
      source: flags.source,
      signing,
      ...(flags.only === undefined ? {} : { only: flags.only }),
      ...(flags.mirror === undefined ? {} : { mirror: flags.mirror }),
    },
    smoke: flags.smoke === true,
    wait: flags.wait === true,
  });
}

function mirror(text: string): string {
  if (!isMirrorUrl(text)) throw new InvalidArgumentError('Give an address like https://deb.debian.org/debian.');
  return text;
}
