import type {
  BootTimes,
  CheckResult,
  GuestReport,
  ServiceRequest,
  SmokeReport,
} from '../../../../src/builder/report/smoke-report.ts';
import { samplePicture } from './sample-picture.ts';

const titles: readonly (readonly [string, string, string])[] = [
  ['opens', 'the platform can open the artifact', 'GPT valid, 5 partitions, 4.0 GiB; manifest and descriptor agree'],
  ['login', 'the guest let us in over SSH', '56.0 s after power-on, with the key of this run'],
  ['cloud-init', 'cloud-init finished without errors and applied the host name', 'status: done\nhost name: smoke-3f2a'],
  ['system-running', 'the system came up and no unit failed', 'running, 0 failed units'],
  ['firmware', 'the kernel was started by the firmware of the platform', '/sys/firmware/efi is there'],
  ['secure-boot', 'the firmware enforced Secure Boot', 'SecureBoot=1 SetupMode=0'],
  ['slot', 'the slot booted is A', 'kiln.slot=A'],
  ['root-read-only', 'root is ext4, mounted read-only', '/dev/sda3 / ext4 ro,relatime'],
  [
    'root-by-partuuid',
    'root was found by its partition identity and is root-a',
    'PARTUUID=1f3c2a44-77d5-5a06-9f0e-7a0d2c1f9b11',
  ],
  ['data-grown', 'the data partition and its file system reach the end of the disk', '7.9 GiB of 8.0 GiB'],
  ['disk-driver', 'root lies on the controller of the platform', 'vmw_pvscsi'],
  ['network-driver', 'the network card works with the driver made for it', 'vmxnet3, link up, 10.0.2.15/24'],
  [
    'open-ports',
    'nothing listens to the network but what the recipe names',
    'tcp 22 (sshd)\nudp 68 (systemd-networkd)',
  ],
  ['keys-only', 'SSH lets nobody in by password', 'publickey'],
  ['power-off', 'the guest powered off when it was told to', '4.2 s'],
  [
    'state-in-data',
    'nothing was written outside the data partition but the boot choice',
    '212 clusters in data, grubenv',
  ],
];

/** Name, hardware, artifact, datasource. */
const platforms: readonly (readonly [string, string, string, string | null])[] = [
  ['vmware', 'UEFI with Secure Boot, pvscsi, vmxnet3, 2 CPUs, 2048 MiB', 'vmware.ova', 'OVF'],
  ['vmware-large', 'UEFI with Secure Boot, pvscsi, vmxnet3, 8 CPUs, 8192 MiB', 'vmware.ova', 'OVF'],
  ['desktop', 'BIOS, ich9-ahci, e1000 (82540EM), 2 CPUs, 2048 MiB', 'desktop.ova', 'OVF'],
  [
    'hyperv',
    'UEFI with Secure Boot, ich9-ahci, e1000e, Hyper-V enlightenments, 2 CPUs, 1024 MiB',
    'hyperv.vhdx',
    'NoCloud',
  ],
  [
    'azure',
    'BIOS, piix3-ide, virtio-net-pci, wire server and IMDS on 168.63.129.16 and 169.254.169.254, 2 CPUs, 1024 MiB',
    'azure.vhd',
    'Azure',
  ],
  ['azure-gen2', 'UEFI with Secure Boot, ich9-ahci, virtio-net-pci, 2 CPUs, 1024 MiB', 'azure.vhd', 'Azure'],
  ['aws', 'UEFI, NVMe, virtio-net-pci, IMDSv2 only, 2 CPUs, 1024 MiB', 'aws.raw.zst', 'Ec2Local'],
  ['aws-bios', 'BIOS, NVMe, virtio-net-pci, IMDSv2 only, 2 CPUs, 1024 MiB', 'aws.raw.zst', null],
  ['gce', 'UEFI with Secure Boot, virtio-scsi-pci, virtio-net-pci, 2 CPUs, 1024 MiB', 'gce.tar.gz', 'GCE'],
  ['kvm', 'BIOS, virtio-blk-pci, virtio-net-pci, 2 CPUs, 1024 MiB', 'kvm.qcow2', 'NoCloud'],
  ['kvm-uefi', 'UEFI with Secure Boot, virtio-blk-pci, virtio-net-pci, 2 CPUs, 1024 MiB', 'kvm.qcow2', 'NoCloud'],
  ['kvm-scsi', 'UEFI, virtio-scsi-pci with discard, virtio-net-pci, 2 CPUs, 1024 MiB', 'kvm.qcow2', 'NoCloud'],
  ['openstack', 'BIOS, virtio-blk-pci, virtio-net-pci, config drive, 2 CPUs, 1024 MiB', 'kvm.qcow2', 'ConfigDrive'],
];

/** Id, title, what was seen. */
const faults: readonly (readonly [string, string, string])[] = [
  ['power-loss', 'power cut while it writes', '412 of 412 confirmed writes kept; fsck clean; up again after 48.1 s'],
  ['disk-full', 'data partition full to the last byte', 'login still works; journal rotated to 16.0 MiB'],
  ['slow-disk', 'disk at 2 MiB/s', 'login after 203.4 s, limit 600 s'],
  ['no-network', 'network card without a link', 'healthy after 71.0 s; wait-online gave up after 10.0 s'],
  ['no-dhcp', 'nobody answers DHCP', 'healthy after 88.2 s'],
  ['metadata-down', 'metadata service answers 503', '14 tries, then NoCloud; healthy after 132.7 s'],
  ['clock-back', 'clock set to 1 January 2000', 'clock kept at the release’s time: 2026-01-02'],
  ['bad-slot', 'slot A does not boot', '3 tries, then slot B; 164.9 s'],
  ['esp-damaged', 'ESP with a damaged grubenv', 'defaults taken; slot A'],
  ['low-memory', '384 MiB of memory', 'healthy; 61 MiB free; no OOM kill'],
  ['one-cpu', 'one processor', 'healthy after 96.0 s'],
  ['disk-errors', 'read errors on data', 'data mounted read-only; told on the console'],
];

const panic = [
  '[   31.200115] scsi host0: ahci',
  '[   31.883021] ata1: SATA link up 1.5 Gbps (SStatus 113 SControl 300)',
  '[   33.416730] Begin: Running /scripts/local-premount ... done.',
  '[   33.500811] Begin: Waiting for root file system ... Begin: Running /scripts/local-block ... done.',
  '[  184.004417] Gave up waiting for root file system device.  Common problems:',
  '[  184.004901]  - Boot args (cat /proc/cmdline)',
  '[  184.005377]    - Check rootdelay= (did the system wait long enough?)',
  '[  184.005844]  - Missing modules (cat /proc/modules; ls /dev)',
  '[  184.006310] ALERT!  PARTUUID=1f3c2a44-77d5-5a06-9f0e-7a0d2c1f9b11 does not exist.  Dropping to a shell!',
  '[  184.420030] </pre><script>document.title = "hacked"</script><img src="http://example.invalid/x.png">',
  '[  184.611298] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100 \u001b[31m\u202e',
];

function boot(scale: number, gaps: Partial<BootTimes> = {}): BootTimes {
  return {
    secondsFirmware: 3.2 * scale,
    secondsLoader: 2.6 * scale,
    secondsKernel: 14.8 * scale,
    secondsUserland: 31.4 * scale,
    secondsCloudInit: 11.9 * scale,
    slowest: [
      { unit: 'cloud-init-local.service', seconds: 6.4 * scale },
      { unit: 'systemd-networkd-wait-online.service', seconds: 4.1 * scale },
      { unit: 'ssh-hostkeys.service', seconds: 3.3 * scale },
    ],
    ...gaps,
  };
}

function requests(service: string, count: number): ServiceRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    service,
    seconds: 22 + index * 0.7,
    method: index === 0 ? 'PUT' : 'GET',
    path:
      index === 0
        ? '/latest/api/token'
        : `/metadata/instance/network/interface/0/ipv4?api-version=2021-08-01&n=${index}`,
    status: index === 3 ? 400 : 200,
    refused: index === 3 ? 'no header Metadata: true' : null,
  }));
}

function checks(failing: string | undefined): CheckResult[] {
  const at = titles.findIndex(([id]) => id === failing);
  return titles.map(([id, title, detail], index) => {
    const base = { id, title, seconds: 0.4 + index / 3 };
    if (at < 0 || index < at) return { ...base, verdict: 'passed', detail };
    if (index > at) return { ...base, verdict: 'skipped', detail: 'nobody was let in', seconds: 0 };
    return {
      ...base,
      verdict: 'failed',
      detail: 'no login within 600 s\nthe console says that root was not found: <ALERT> & "more"',
    };
  });
}

function platform([name, hardware, file, datasource]: (typeof platforms)[number], index: number): GuestReport {
  const fails = datasource === null;
  const scale = 1 + ((index * 7) % 5) / 6;
  const service = { azure: 'wireserver, imds', aws: 'imds', gce: 'metadata' }[name];
  return {
    name,
    profile: name,
    fault: null,
    hardware,
    notes: name.startsWith('azure')
      ? ['QEMU has no VMBus: IDE and virtio stand in', 'the wire server signs nothing']
      : [],
    artifact: { kind: name, file: `reference-1.4.0-${file}`, sha256: '3f9ab2c1'.repeat(8) },
    verdict: fails ? 'failed' : 'passed',
    datasource,
    secondsToLogin: fails ? null : 44.2 * scale,
    secondsToHealthy: fails ? null : 52 * scale,
    secondsToInService: fails ? null : 58 * scale,
    seconds: fails ? 600.2 : 96.3 * scale,
    boot: fails
      ? null
      : boot(scale, name === 'desktop' ? { secondsLoader: null } : name === 'gce' ? { secondsCloudInit: null } : {}),
    checks: checks(fails ? 'login' : undefined),
    requests: service === undefined ? [] : requests(service, name === 'azure' ? 31 : 6),
    serialLog: `${name}.serial.log`,
    consoleTail: fails ? panic : [],
    screenshots: { login: fails ? null : `${name}.login.png`, failure: fails ? `${name}.failure.png` : null },
  };
}

function fault([id, title, seen]: (typeof faults)[number], index: number): GuestReport {
  const fails = id === 'bad-slot';
  const verdict = fails ? 'failed' : 'passed';
  const detail = fails ? 'slot B was not tried: GRUB went back to A 4 times' : seen;
  return {
    ...platform(['kvm', 'BIOS, virtio-blk-pci, virtio-net-pci, 2 CPUs, 1024 MiB', 'kvm.qcow2', 'NoCloud'], index),
    name: `kvm-${id}`,
    profile: 'kvm',
    fault: { id, title },
    verdict,
    seconds: 121.5 + index * 9,
    boot: index % 3 === 0 ? null : boot(1.1),
    checks: [
      ...checks(undefined).slice(0, 2),
      { id, title: `it lives through: ${title}`, verdict, detail, seconds: 61 },
    ],
    serialLog: `kvm-${id}.serial.log`,
    consoleTail: fails ? panic.slice(0, 6) : [],
    screenshots: { login: `kvm-${id}.login.png`, failure: fails ? `kvm-${id}.failure.png` : null },
  };
}

/** A report as a release has it: 13 platforms, one of which fails, and 12 faults, one of which fails. */
export const fullReport: SmokeReport = {
  schemaVersion: 2,
  image: 'reference',
  version: '1.4.0',
  started: '2026-01-02T04:04:05+01:00',
  accelerator: { name: 'tcg', reason: 'no kernel spoke under KVM within 20 s' },
  jobs: 4,
  seconds: 1104.2,
  guests: [...platforms.map(platform), ...faults.map(fault)],
};

/** Pictures for all of its guests but one. */
export function fullPictures(): Map<string, Buffer> {
  const names = fullReport.guests.flatMap(({ screenshots }) =>
    Object.values(screenshots).filter((name) => name !== null),
  );
  const made = { login: samplePicture(7, 22), failure: samplePicture(11, 14) };
  return new Map(
    names
      .filter((name) => name !== 'kvm-low-memory.login.png')
      .map((name) => [name, name.includes('.failure.') ? made.failure : made.login]),
  );
}
