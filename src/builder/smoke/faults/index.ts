import { noCloud } from '../channels/nocloud.ts';
import type { Fault } from './fault.ts';
import { metadataFaults } from './metadata.ts';

const GIB = 2 ** 30;

const noDhcp: Fault = {
  id: 'no-dhcp',
  title: 'nobody on the network answers DHCP',
  profile: 'kvm',
  procedure: 'console',
  channel: noCloud({ network: 'silent' }),
  mustNotDelay: true,
};

const smallestDisk: Fault = {
  id: 'disk-8g',
  title: 'a disk of 8 GiB, no larger than shipped',
  profile: 'kvm',
  procedure: 'login',
  diskBytes: 8 * GIB,
};

const largeDisk: Fault = {
  id: 'disk-64g',
  title: 'a disk of 64 GiB',
  profile: 'kvm',
  procedure: 'login',
  diskBytes: 64 * GIB,
};

const smallMachine: Fault = {
  id: 'small',
  title: 'one processor and 1 GiB of memory',
  profile: 'kvm',
  procedure: 'login',
  hardware: (usual) => ({ ...usual, cpus: 1, memoryBytes: GIB }),
};

const writeProtected: Fault = {
  id: 'read-only-disk',
  title: 'the disk can not be written',
  profile: 'kvm',
  procedure: 'console',
  writeProtected: true,
};

const epoch: Fault = {
  id: 'clock-1970',
  title: 'the hardware clock says 1970',
  profile: 'kvm',
  procedure: 'login',
  clock: '1970-01-01T00:00:00',
};

/** Each of them two cuts: ten in all. */
const POWER_CUT_GUESTS = 5;

/** The first is cut at the worst moment, when all was said to be done and little has reached the disk. */
const powerCuts: readonly Fault[] = Array.from({ length: POWER_CUT_GUESTS }, (_, index) => ({
  id: `power-cut-${index + 1}`,
  title: `the power is cut ${index === 0 ? 'right after' : 'during'} the first start and again during the second`,
  profile: 'kvm',
  procedure: 'power-cut',
  ...(index === 0 ? { firstCut: 'report' } : {}),
}));

/** In the order of reports. */
export const faults: readonly Fault[] = [
  noDhcp,
  ...metadataFaults,
  smallestDisk,
  largeDisk,
  smallMachine,
  writeProtected,
  epoch,
  ...powerCuts,
];
