/** FAT and ZIP know no time before 1980 (Microsoft FAT specification, "Date and Time Formats") and none after 2107. */
const EARLIEST = Date.UTC(1980, 0, 1) / 1000;
const LATEST = Date.UTC(2107, 11, 31) / 1000;

/**
 * Reads the date every time stamp in an image is clamped to.
 * @param text RFC 3339, in UTC: `2026-01-31`, which means midnight, or `2026-01-31T12:00:00Z`
 * @returns seconds since 1970, or undefined when `text` is no such date between 1980 and 2107
 */
export function parseEpoch(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}Z)?$/.exec(text);
  if (match === null) return undefined;
  const milliseconds = Date.parse(`${match[1]}${match[2] ?? 'T00:00:00Z'}`);
  // Date.parse turns 31 February into 3 March; the way back shows it.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(match[1] ?? '')) return undefined;
  return inRange(milliseconds / 1000);
}

/** Reads SOURCE_DATE_EPOCH (reproducible-builds.org/specs/source-date-epoch): seconds since 1970 in decimal. */
export function parseSourceDateEpoch(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? inRange(Number(text)) : undefined;
}

function inRange(seconds: number): number | undefined {
  return seconds >= EARLIEST && seconds <= LATEST ? seconds : undefined;
}
