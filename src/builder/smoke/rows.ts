import { KilnError } from '../errors.ts';
import { faults } from './faults/index.ts';
import { profiles, profilesOf } from './profiles/index.ts';
import type { ListedArtifact } from './release-folder.ts';
import type { Row } from './row.ts';

export interface RowChoice {
  /** Ids of profiles; absent: all that the artifacts have. */
  readonly profiles?: readonly string[];
  /** Whether guests are put under faults as well. */
  readonly faults: boolean;
}

/**
 * The guests of a run: profiles first, for faults are measured against them.
 * @throws {KilnError} `usage` for a profile nobody knows, or one whose artifact is not there
 */
export function chooseRows(artifacts: readonly ListedArtifact[], choice: RowChoice): Row[] {
  const unknown = (choice.profiles ?? []).filter((id) => !profiles.some((profile) => profile.id === id));
  if (unknown.length > 0) {
    throw usage(
      `no profile is called ${unknown.join(', ')}; there are: ${profiles.map(({ id }) => id).join(', ')}`,
      'Name only these.',
    );
  }
  const wanted = (id: string): boolean => choice.profiles === undefined || choice.profiles.includes(id);
  const sound = artifacts.flatMap((artifact) =>
    profilesOf(artifact.kind)
      .filter(({ id }) => wanted(id))
      .map((profile) => ({ artifact, profile, fault: undefined })),
  );
  const absent = (choice.profiles ?? []).filter((id) => !sound.some(({ profile }) => profile.id === id));
  if (absent.length > 0) {
    throw usage(
      `the artifact that ${absent.join(', ')} boots is not among: ${artifacts.map(({ kind }) => kind).join(', ')}`,
      'Leave out --only, or name a release that has it.',
    );
  }
  if (!choice.faults) return sound;
  const faulty = faults.flatMap((fault) =>
    sound.filter(({ profile }) => profile.id === fault.profile).map((row) => ({ ...row, fault })),
  );
  return [...sound, ...faulty];
}

function usage(message: string, hint: string): KilnError {
  return new KilnError({ code: 'usage', message, hint });
}
