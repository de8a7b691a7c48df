import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Session, Start } from '../session.ts';
import { keyringFor } from '../signing-choice.ts';

export function addRender(program: Command, start: Start): void {
  program
    .command('render')
    .description('Write the Packer and cloud-init files of an image to a folder, to read or to run by hand.')
    .argument('[image]', "the image's folder, or its image.yaml", 'images/reference')
    .option('--out <folder>', 'where the files go (default: <output>/<image>/packer)')
    .option('--keyring <file>', 'authorities the appliance takes updates from, PEM (default: the one for development)')
    .addHelpText(
      'after',
      `
The folder holds one template for every Packer source; README.md in it says how to run each.

Examples:
  kiln render
  kiln render images/minimal --out /tmp/minimal-packer`,
    )
    .action(start(run));
}

async function run(
  session: Session,
  flags: { out?: string; keyring?: string },
  args: readonly string[],
): Promise<void> {
  const { loadRecipe } = await import('../../recipe/load.ts');
  const recipe = await loadRecipe(args[0] ?? 'images/reference', session.env);
  const folder = flags.out === undefined ? join(session.outputRoot, recipe.name, 'packer') : resolve(flags.out);
  const keyring = await keyringFor(session, flags.keyring);
  const files = await session.work.render({ recipe, keyring, folder });
  session.display.result({ folder, files }, files.join('\n'));
}
