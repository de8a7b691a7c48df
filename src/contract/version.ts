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

/**
 * Which of two versions comes first: Semantic Versioning 2.0.0, section 11.
 * @returns below 0 when `a` is older, above 0 when it is newer, 0 when they are the same
 * @throws {RangeError} when one is no version
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  return (
    compareParts(left.core, right.core) ||
    // Whoever has a pre-release part comes before the one without.
    Number(left.prerelease.length === 0) - Number(right.prerelease.length === 0) ||
    compareParts(left.prerelease, right.prerelease)
  );
}

function partsOf(version: string): { readonly core: readonly string[]; readonly prerelease: readonly string[] } {
  if (!isVersion(version)) throw new RangeError(`${JSON.stringify(version.slice(0, 60))} is no version`);
  const [core = '', ...rest] = version.split('-');
  return { core: core.split('.'), prerelease: rest.length === 0 ? [] : rest.join('-').split('.') };
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const order = comparePart(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers are compared as such, come before words, and may be longer than a double takes. */
function comparePart(a: string, b: string): number {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  if (leftIsNumber && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
