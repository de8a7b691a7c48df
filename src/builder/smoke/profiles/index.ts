import type { ArtifactKind } from '../../names.ts';
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { desktop } from './desktop.ts';
import { gce } from './gce.ts';
import { hyperv } from './hyperv.ts';
import { kvm } from './kvm.ts';
import type { PlatformProfile } from './profile.ts';
import { vmware } from './vmware.ts';

/** In the order of reports. */
export const profiles: readonly PlatformProfile[] = [vmware, desktop, hyperv, azure, aws, gce, kvm];

export function profilesOf(kind: ArtifactKind): readonly PlatformProfile[] {
  return profiles.filter((profile) => profile.kind === kind);
}
