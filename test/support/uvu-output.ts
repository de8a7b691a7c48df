/** What one test file reported. */
export interface FileCount {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts from what uvu prints at the end of a file. uvu itself ends well for a file that forgot `.run()`, that ran no
 * test, or whose process ended early; here each of these is one failure.
 */
export function countTests(output: string, exitCode: number | null): FileCount {
  const sum = (word: string): number =>
    [...output.matchAll(new RegExp(`^ {2}${word}:\\s+(\\d+)$`, 'gm'))].reduce(
      (total, match) => total + Number(match[1]),
      0,
    );
  const total = sum('Total');
  const passed = sum('Passed');
  const skipped = sum('Skipped');
  const failed = total - passed;
  if (passed + skipped === 0 || (exitCode !== 0 && failed === 0)) return { passed, failed: failed + 1, skipped };
  return { passed, failed, skipped };
}

/** Whether a test file ends by starting its tests. */
export function endsWithRun(text: string): boolean {
  return /\.run\(\);$/.test(text.trimEnd());
}
