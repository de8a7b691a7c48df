import picomatch from 'picomatch';
import { type SealRule, sealRules } from './rules.ts';
import type { TreeEntry } from './walk.ts';

const compiled = sealRules.map((rule) => ({
  rule,
  matches: picomatch([...rule.paths], { dot: true, nonegate: true }),
}));

/** The rule an entry breaks, or undefined. */
export function brokenRule(entry: TreeEntry): SealRule | undefined {
  return compiled.find(({ rule, matches }) => matches(entry.path) && breaks(rule, entry))?.rule;
}

function breaks(rule: SealRule, { stat }: TreeEntry): boolean {
  switch (rule.action) {
    case 'remove':
      return true;
    case 'files':
      return !stat.isDirectory();
    case 'empty':
      return !stat.isFile() || stat.size > 0;
  }
}
