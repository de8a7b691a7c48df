import type { Release, ReleaseFile } from './release.ts';

/** Every file that `release.json` names, in no order to rely on. The description and the list of sums are not among them. */
export function filesOf({ artifacts, monitoring, bundle }: Release): readonly ReleaseFile[] {
  return [...artifacts, ...monitoring, ...(bundle === null ? [] : [bundle])];
}
