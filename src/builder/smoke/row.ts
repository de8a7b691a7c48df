import type { Fault } from './faults/fault.ts';
import type { PlatformProfile } from './profiles/profile.ts';
import type { ListedArtifact } from './release-folder.ts';

/** One guest of a run: an artifact on a profile, and what goes wrong there. */
export interface Row {
  readonly artifact: ListedArtifact;
  readonly profile: PlatformProfile;
  readonly fault: Fault | undefined;
}

/** Names a row's guest and its files. */
export function rowName({ profile, fault }: Pick<Row, 'profile' | 'fault'>): string {
  return fault === undefined ? profile.id : `${profile.id}-${fault.id}`;
}

/** Names of a row's files beside the report. */
export const evidenceFiles = {
  serialLog: (name: string) => `${name}.serial.log`,
  login: (name: string) => `${name}.login.png`,
  failure: (name: string) => `${name}.failure.png`,
} as const;
