import type { ArtifactKind } from '../names.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** What every appliance has: it boots, grows its data, has a network, a clock, cloud-init, SSH, a firewall and RAUC. */
const always = [
  'apparmor',
  'busybox',
  'ca-certificates',
  'chrony',
  'cloud-init',
  'dbus',
  'e2fsprogs',
  'grub-common',
  'initramfs-tools',
  'iproute2',
  'jq',
  'kmod',
  'less',
  'libpam-systemd',
  'netbase',
  'nftables',
  'nodejs',
  'openssh-server',
  'openssl',
  'pamtester',
  'procps',
  'prometheus-node-exporter',
  'rauc',
  'rauc-service',
  'rsyslog',
  'rsyslog-openssl',
  'snmpd',
  'sudo',
  'systemd-repart',
  'systemd-resolved',
  'systemd-sysv',
  'tzdata',
  'udev',
  'zstd',
] as const;

const kernels: Readonly<Record<Recipe['base']['kernel'], string>> = {
  generic: 'linux-image-amd64',
  cloud: 'linux-image-cloud-amd64',
};

/** Guest agents by the targets that need them. GCE needs none: cloud-init reads its keys, and Debian's agent is too old. */
const guests: Readonly<Record<ArtifactKind, readonly string[]>> = {
  vmware: ['open-vm-tools'],
  desktop: ['open-vm-tools'],
  hyperv: ['hyperv-daemons'],
  azure: ['hyperv-daemons', 'waagent'],
  aws: ['amazon-ec2-utils'],
  gce: [],
  kvm: ['qemu-guest-agent'],
};

/** TLS before the agent, where the recipe lets it be reached. */
const TLS = { port: 443, protocol: 'tcp', package: 'nginx' } as const;

/** Every package a recipe asks for by name, sorted and without repetition. Dependencies are left to apt. */
export function packagesOf(recipe: Recipe): string[] {
  const names = new Set<string>([
    ...always,
    kernels[recipe.base.kernel],
    ...recipe.targets.flatMap((kind) => guests[kind]),
    ...recipe.network.ports
      .filter(({ port, protocol }) => port === TLS.port && protocol === TLS.protocol)
      .map(() => TLS.package),
    ...recipe.base.packages,
  ]);
  return [...names].sort();
}

/**
 * What makes file systems, boot loaders and update bundles: Debian 13's own, unpacked and never installed, so that the bytes of an
 * image do not depend on the release of the build host.
 */
export const toolTreePackages = [
  'dosfstools',
  'e2fsprogs',
  'grub-common',
  'grub-efi-amd64-signed',
  'grub-pc-bin',
  'libarchive13t64',
  'libc-bin',
  'mtools',
  'rauc',
  'shim-signed',
  'squashfs-tools',
] as const;
