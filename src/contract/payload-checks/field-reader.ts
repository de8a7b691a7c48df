export type Fields = Readonly<Record<string, unknown>>;

/** Reads fields of an unknown document, each with its place, and collects what is wrong. Unknown fields are wrong too, but in {@link FieldReader.openObject}. */
export class FieldReader {
  readonly #faults: string[];

  constructor(faults: string[]) {
    this.#faults = faults;
  }

  fault(at: string, expected: string): void {
    this.#faults.push(`${at}: expected ${expected}`);
  }

  object(value: unknown, at: string, known: readonly string[]): Fields {
    const fields = this.openObject(value, at);
    for (const key of Object.keys(fields)) {
      if (!known.includes(key)) this.#faults.push(`${at}: there is no ${JSON.stringify(key.slice(0, 60))}`);
    }
    return fields;
  }

  /** An object that may say more than is asked of it. */
  openObject(value: unknown, at: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    this.fault(at, 'an object');
    return {};
  }

  list<T>(value: unknown, at: string, most: number, item: (one: unknown, at: string) => T): T[] {
    if (!Array.isArray(value) || value.length > most) {
      this.fault(at, `a list of at most ${most}`);
      return [];
    }
    return value.map((one: unknown, index) => item(one, `${at}[${index}]`));
  }

  text(value: unknown, at: string, pattern: RegExp): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.fault(at, `text like ${pattern.source}`);
    return '';
  }

  number(value: unknown, at: string, least: number, most: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.fault(at, `a whole number from ${least} to ${most}`);
    return least;
  }

  flag(value: unknown, at: string): boolean {
    if (typeof value !== 'boolean') this.fault(at, 'true or false');
    return value === true;
  }

  oneOf<T extends string>(value: unknown, at: string, allowed: readonly [T, ...T[]] | readonly T[]): T {
    const found = allowed.find((one) => one === value);
    if (found === undefined) this.fault(at, allowed.join(' or '));
    return found ?? (allowed[0] as T);
  }
}
