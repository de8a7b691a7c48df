import { faultyAws, faultyGce, unreachableAws } from '../channels/faulty.ts';
import type { Fault } from './fault.ts';

const aws = { profile: 'aws', procedure: 'console', mustNotDelay: true } as const;

/** Metadata services that are not there or not right. Nobody hands over a key then, so only the console tells. */
export const metadataFaults: readonly Fault[] = [
  { ...aws, id: 'no-metadata', title: 'no metadata service answers', channel: unreachableAws },
  { ...aws, id: 'metadata-garbage', title: 'the metadata service answers garbage', channel: faultyAws('garbage') },
  {
    ...aws,
    id: 'metadata-500',
    title: 'the metadata service answers 500 to everything',
    channel: faultyAws('error-500'),
  },
  {
    ...aws,
    profile: 'gce',
    id: 'metadata-500',
    title: 'the metadata server answers 500 to everything',
    channel: faultyGce,
  },
];
