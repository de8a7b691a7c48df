/** Seconds for a column of figures: `56.0 s`, never broken in two; a dash when nobody could tell. */
export function inSeconds(seconds: number | null): string {
  return seconds === null ? '–' : `${seconds.toFixed(1)}\u00a0s`;
}

/** Seconds for a sentence: `41 s`, `9 min 30 s`, `1 h 5 min`. */
export function inWords(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
