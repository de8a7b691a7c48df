/** Numbers that are the same each time: a xorshift generator. */
export class Chance {
  #state: number;

  /** @param seed not 0 */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  of<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }
}

const extremes = [0n, 1n, 0x7fff_ffffn, 0xffff_ffffn, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n] as const;
const words = ['0', '7777777', '-1', '\0', '<', '/>', '"', '=', 'ovf:', '99999999999999999999'] as const;

/** Changes a few bytes at one place, in one of the ways files go bad or are made to. */
export function mutate(file: Buffer, at: number, chance: Chance): void {
  const rest = file.length - at;
  if (rest <= 0) return;
  const kinds: [() => void, ...(() => void)[]] = [
    () => file.writeUInt8((file[at] ?? 0) ^ (1 << chance.below(8)), at),
    () => file.writeUInt8(chance.below(256), at),
    () => file.fill(chance.of([0, 0xff, 0x20]), at, at + Math.min(rest, 1 + chance.below(64))),
    () => file.write(chance.of(words), at, 'latin1'),
    () => {
      const number = chance.of(extremes);
      if (rest >= 8) chance.of([() => file.writeBigUInt64LE(number, at), () => file.writeBigUInt64BE(number, at)])();
      else if (rest >= 4) file.writeUInt32LE(Number(number & 0xffff_ffffn), at);
    },
    () => {
      const from = chance.below(file.length);
      file.copy(file, at, from, from + Math.min(rest, 1 + chance.below(128)));
    },
  ];
  chance.of(kinds)();
}
