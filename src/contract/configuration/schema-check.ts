import { Ajv } from 'ajv';
import schema from './schema.json' with { type: 'json' };
import { SCHEMA_OPTIONS } from './schema-options.ts';

/**
 * Whether a document has the form of a configuration; its `errors` say why not. Bundles of the appliance hold the code
 * that this makes of the schema instead of the compiler: src/builder/steps/compiled-schema.ts.
 */
export const accepts = new Ajv(SCHEMA_OPTIONS).compile(schema);
