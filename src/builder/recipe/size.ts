const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

export const KIB = UNITS.K;
export const MIB = UNITS.M;
export const GIB = UNITS.G;

/**
 * Reads a size as people write it: a whole number and one binary unit, `512M`, `8G`.
 * A unit is required, so that `40` can not mean bytes to us and gigabytes to its writer.
 * @returns bytes (1 KiB to 2^53 - 1), or undefined when `text` is no size
 */
export function parseSize(text: string): number | undefined {
  const match = /^([1-9]\d{0,11})([KMGT])$/.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A size for a person, at most one decimal: `2 GiB`, `334.5 MiB`, `17 bytes`. */
export function formatSize(bytes: number): string {
  for (const unit of ['T', 'G', 'M', 'K'] as const) {
    if (bytes >= UNITS[unit]) return `${Math.round((bytes / UNITS[unit]) * 10) / 10} ${unit}iB`;
  }
  return `${bytes} bytes`;
}
