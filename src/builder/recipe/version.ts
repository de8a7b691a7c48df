/** Longer versions make file names that some file systems and cloud image names do not take. */
const MAX_LENGTH = 48;

const NUMBER = '(?:0|[1-9]\\d*)';
const PRERELEASE_PART = '(?:0|[1-9]\\d*|\\d*[a-z-][0-9a-z-]*)';
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRERELEASE_PART}(?:\\.${PRERELEASE_PART})*)?$`);

/**
 * Whether `text` is a version Kiln takes: Semantic Versioning 2.0.0 (sections 2 and 9), without build metadata and
 * in lower case. A version becomes part of file names, where `+` and case do not survive every system.
 */
export function isVersion(text: string): boolean {
  return text.length <= MAX_LENGTH && VERSION.test(text);
}
