import { Ajv } from 'ajv';
import schema from './schema.json' with { type: 'json' };

/**
 * Whether a document has the form of a configuration; its `errors` say why not. Bundles of the appliance hold the code
 * that this makes of the schema instead of the compiler.
 */
export const accepts = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
