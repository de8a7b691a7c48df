/** How the schema of the configuration is to be read: every mistake is told, and the schema itself has none. */
export const SCHEMA_OPTIONS = { allErrors: true, strict: true, allowUnionTypes: true } as const;
