import type { ArtifactKind } from '../names.ts';
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { desktop } from './desktop.ts';
import { gce } from './gce.ts';
import { hyperv } from './hyperv.ts';
import { kvm } from './kvm.ts';
import type { Target } from './target.ts';
import { vmware } from './vmware.ts';

/** Every target by the kind of its artifact. */
export const targets: Readonly<Record<ArtifactKind, Target>> = { vmware, desktop, hyperv, azure, aws, gce, kvm };
