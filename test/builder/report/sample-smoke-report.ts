import type { GuestReport, SmokeReport } from '../../../src/builder/report/smoke-report.ts';

const passed: GuestReport = {
  profile: 'kvm',
  hardware: 'BIOS, virtio-blk, virtio-net, 2 CPUs, 1024 MiB',
  notes: [],
  artifact: { kind: 'kvm', file: 'sample-1.2.3-kvm.qcow2', sha256: 'a'.repeat(64) },
  verdict: 'passed',
  secondsToLogin: 56.04,
  seconds: 80.26,
  checks: [
    { id: 'login', title: 'the guest let us in over SSH', verdict: 'passed', detail: '56.0 s', seconds: 56.04 },
    { id: 'slot', title: 'the slot booted is A', verdict: 'passed', detail: 'slot A', seconds: 0.31 },
  ],
  serialLog: 'kvm.serial.log',
  consoleTail: [],
  screenshot: null,
};

const failed: GuestReport = {
  profile: 'azure',
  hardware: 'BIOS, ide, virtio-net, 2 CPUs, 1024 MiB',
  notes: ['virtio stands in'],
  artifact: { kind: 'azure', file: 'sample-1.2.3-azure.vhd', sha256: 'b'.repeat(64) },
  verdict: 'failed',
  secondsToLogin: null,
  seconds: 600,
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
  serialLog: 'azure.serial.log',
  consoleTail: ['Kernel panic', 'with \u0007 bell ]]>'],
  screenshot: 'azure.png',
};

/** One guest that passed and one that nobody could log in to. */
export const sampleSmokeReport: SmokeReport = {
  schemaVersion: 1,
  image: 'sample',
  version: '1.2.3',
  accelerator: { name: 'tcg', reason: 'there is no /dev/kvm' },
  jobs: 2,
  seconds: 600.55,
  guests: [passed, failed],
};
