/** The part of JSON Schema that schema.json is written in. */
export interface SchemaPart {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly expected?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly items?: SchemaPart;
  readonly definitions?: Readonly<Record<string, SchemaPart>>;
}

interface Row {
  readonly key: string;
  readonly part: SchemaPart;
  readonly isRequired: boolean;
}

/**
 * The table of all keys in docs/recipe.md, in the order of the schema.
 * @param schema what schema.json holds
 * @returns a Markdown table, without a final newline
 * @throws {Error} when the schema refers to a definition it does not have
 */
export function recipeReference(schema: SchemaPart): string {
  const lines = keysOf(schema, '', schema).map(({ key, part, isRequired }) =>
    row([`\`${key}\``, shapeOf(part), isRequired ? 'required' : defaultOf(part), part.description ?? '']),
  );
  return [row(['Key', 'Value', 'Default', 'What it is']), '|---|---|---|---|', ...lines].join('\n');
}

function keysOf(part: SchemaPart, path: string, schema: SchemaPart): Row[] {
  return Object.entries(part.properties ?? {}).flatMap(([name, written]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const own = resolve(written, schema);
    const inside = own.items === undefined ? keysOf(own, key, schema) : keysOf(own.items, `${key}[]`, schema);
    // What a list holds is told in the list's own row.
    const items = own.items === undefined ? undefined : resolve(own.items, schema);
    const shown = items === undefined ? own : { ...own, items };
    return [{ key, part: shown, isRequired: part.required?.includes(name) === true }, ...inside];
  });
}

/** A part with its definition; what it says itself counts more. */
function resolve(part: SchemaPart, schema: SchemaPart): SchemaPart {
  if (part.$ref === undefined) return part;
  const found = schema.definitions?.[part.$ref.replace('#/definitions/', '')];
  if (found === undefined) throw new Error(`schema.json has no definition ${part.$ref}`);
  return { ...found, ...part };
}

function shapeOf(part: SchemaPart): string {
  if (part.items !== undefined) {
    const of = part.items.properties === undefined ? shapeOf(part.items) : 'a map for each';
    return `a list: ${of}`;
  }
  if (part.properties !== undefined) return 'a map';
  if (part.enum !== undefined) {
    return part.enum.map((value) => `\`${value}\``).join(part.enum.length === 1 ? '' : ', ');
  }
  return part.expected ?? (part.type === 'boolean' ? 'true or false' : 'text');
}

function defaultOf(part: SchemaPart): string {
  const value = part.default;
  if (value === undefined || value === null) return 'none, see right';
  // The defaults of a map are those of its keys.
  if (part.properties !== undefined) return '';
  if (value === '') return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(listed).join('; ');
  return `\`${String(value)}\``;
}

/** One entry of a list, as it stands in YAML. */
function listed(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `\`${String(value)}\``;
  const pairs = Object.entries(value).map(([name, one]) => `${name}: ${String(one)}`);
  return `\`{ ${pairs.join(', ')} }\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`.replaceAll(
    '  ',
    ' ',
  );
}
