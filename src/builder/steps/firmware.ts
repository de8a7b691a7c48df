import { join } from 'node:path';
import { build } from 'esbuild';
import { kilnRoot } from '../render/places.ts';
import { compiledSchema } from './compiled-schema.ts';

/** Programs of the appliance: what each is made from, and its file. Debian's nodejs runs them. */
const programs = [
  { entry: 'src/firmware/agent/main.ts', file: 'agent.mjs' },
  { entry: 'src/firmware/agent/outside/main.ts', file: 'outside.mjs' },
  { entry: 'src/firmware/appliancectl/main.ts', file: 'appliancectl.mjs' },
  { entry: 'src/firmware/import/main.ts', file: 'import.mjs' },
  { entry: 'src/firmware/menu/main.ts', file: 'menu.mjs' },
  { entry: 'src/firmware/updater/main.ts', file: 'updater.mjs' },
  { entry: 'src/firmware/updater/fetch/main.ts', file: 'fetch.mjs' },
] as const;

/** Some packages are CommonJS and look for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as kilnRequire } from 'node:module';\nconst require = kilnRequire(import.meta.url);";

/**
 * Bundles the programs of the appliance, each into one file with all it needs. The same sources give the same bytes.
 * @param folder where they appear
 * @returns absolute paths
 */
export async function bundleFirmware(folder: string): Promise<string[]> {
  return Promise.all(programs.map(({ entry, file }) => bundleProgram(entry, join(folder, file))));
}

/**
 * Bundles one program for Debian's nodejs.
 * @param entry TypeScript, relative to Kiln's folder
 * @returns `outfile`
 */
export async function bundleProgram(entry: string, outfile: string): Promise<string> {
  await build({
    absWorkingDir: kilnRoot,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: `#!/usr/bin/node\n${REQUIRE}` },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'eof',
    plugins: [compiledSchema],
    logLevel: 'silent',
  });
  return outfile;
}
