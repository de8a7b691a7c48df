import type { ArtifactKind } from '../../names.ts';
import { aws, awsBios } from './aws.ts';
import { azure, azureGen2 } from './azure.ts';
import { desktop, desktopLsiSas, desktopUefi } from './desktop.ts';
import { gce } from './gce.ts';
import { hyperv, hypervGen1 } from './hyperv.ts';
import { kvm, kvmBare } from './kvm.ts';
import type { PlatformProfile } from './profile.ts';
import { vmware } from './vmware.ts';

/** In the order of reports. */
export const profiles: readonly PlatformProfile[] = [
  vmware,
  desktop,
  desktopUefi,
  desktopLsiSas,
  hyperv,
  hypervGen1,
  azure,
  azureGen2,
  aws,
  awsBios,
  gce,
  kvm,
  kvmBare,
];

export function profilesOf(kind: ArtifactKind): readonly PlatformProfile[] {
  return profiles.filter((profile) => profile.kind === kind);
}
