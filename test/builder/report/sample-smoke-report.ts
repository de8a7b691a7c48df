import type { GuestReport, SmokeReport } from '../../../src/builder/report/smoke-report.ts';

const passed: GuestReport = {
  name: 'kvm',
  profile: 'kvm',
  fault: null,
  hardware: 'BIOS, virtio-blk, virtio-net, 2 CPUs, 1024 MiB',
  notes: [],
  artifact: { kind: 'kvm', file: 'sample-1.2.3-kvm.qcow2', sha256: 'a'.repeat(64) },
  verdict: 'passed',
  datasource: 'NoCloud',
  secondsToLogin: 56.04,
  secondsToHealthy: 61.26,
  secondsToInService: 68.4,
  seconds: 80.26,
  boot: {
    secondsFirmware: 4.04,
    secondsLoader: 3.5,
    secondsKernel: 18.75,
    secondsUserland: 34.97,
    secondsCloudInit: 12.5,
    slowest: [{ unit: 'cloud-init-local.service', seconds: 7.04 }],
  },
  checks: [
    { id: 'login', title: 'the guest let us in over SSH', verdict: 'passed', detail: '56.0 s', seconds: 56.04 },
    { id: 'slot', title: 'the slot booted is A', verdict: 'passed', detail: 'slot A', seconds: 0.31 },
  ],
  requests: [],
  serialLog: 'kvm.serial.log',
  consoleTail: [],
  screenshots: { login: 'kvm.login.png', failure: null },
};

const failed: GuestReport = {
  name: 'azure',
  profile: 'azure',
  fault: null,
  hardware: 'BIOS, ide, virtio-net, 2 CPUs, 1024 MiB',
  notes: ['virtio stands in'],
  artifact: { kind: 'azure', file: 'sample-1.2.3-azure.vhd', sha256: 'b'.repeat(64) },
  verdict: 'failed',
  datasource: null,
  secondsToLogin: null,
  secondsToHealthy: null,
  secondsToInService: null,
  seconds: 600,
  boot: null,
  checks: [
    {
      id: 'login',
      title: 'the guest let us in over SSH',
      verdict: 'failed',
      detail: 'no login\n<why> & "how"',
      seconds: 600,
    },
    { id: 'slot', title: 'the slot booted is A', verdict: 'skipped', detail: 'nobody was let in', seconds: 0 },
  ],
  requests: [
    {
      service: 'imds',
      seconds: 31.25,
      method: 'GET',
      path: '/metadata/instance?api-version=2021-08-01',
      status: 400,
      refused: 'no header Metadata: true',
    },
  ],
  serialLog: 'azure.serial.log',
  consoleTail: ['Kernel panic', 'with \u0007 bell ]]>'],
  screenshots: { login: null, failure: 'azure.failure.png' },
};

const underFault: GuestReport = {
  ...passed,
  name: 'kvm-power-loss',
  fault: { id: 'power-loss', title: 'the power cut while it wrote' },
  seconds: 144.5,
  boot: null,
  checks: [
    {
      id: 'power-loss',
      title: 'data is whole after the power was cut',
      verdict: 'passed',
      detail: '412 writes kept, 0 lost',
      seconds: 64.25,
    },
  ],
  serialLog: 'kvm-power-loss.serial.log',
  screenshots: { login: null, failure: null },
};

/** One guest that passed, one that nobody could log in to, one that passed under a fault. */
export const sampleSmokeReport: SmokeReport = {
  schemaVersion: 2,
  image: 'sample',
  version: '1.2.3',
  started: '2026-01-02T03:04:05Z',
  accelerator: { name: 'tcg', reason: 'there is no /dev/kvm' },
  jobs: 2,
  seconds: 600.55,
  guests: [passed, failed, underFault],
};
