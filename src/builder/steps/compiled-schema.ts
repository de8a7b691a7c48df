import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';
import { SCHEMA_OPTIONS } from '../../contract/configuration/schema-options.ts';

/** The module that compiles the schema of the configuration when it is loaded. */
const SEAM = /\/src\/contract\/configuration\/schema-check\.ts$/;

/**
 * An esbuild plugin: bundles hold the code that the schema of the configuration compiles to, and neither the schema nor
 * its compiler. A program of the appliance starts sooner, and makes no code while it runs.
 */
export const compiledSchema: Plugin = {
  name: 'compiled-schema',
  setup(build) {
    build.onLoad({ filter: SEAM }, async ({ path }) => {
      const schemaFile = `${dirname(path)}/schema.json`;
      const schema = JSON.parse(await readFile(schemaFile, 'utf8')) as AnySchema;
      return {
        contents: checkerCode(schema),
        loader: 'js',
        resolveDir: dirname(path),
        watchFiles: [schemaFile],
      };
    });
  },
};

/** @returns an ECMAScript module that exports `accepts`, as the seam does */
export function checkerCode(schema: AnySchema): string {
  const ajv = new Ajv({ ...SCHEMA_OPTIONS, code: { source: true, esm: true } });
  ajv.addSchema(schema, 'accepts');
  // CommonJS with a default export, as TypeScript's Node resolution sees it.
  return standalone.default(ajv, { accepts: 'accepts' });
}
