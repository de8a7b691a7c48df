/** Work beyond a bake in the sandbox. */
export type Need = 'vm-source' | 'smoke' | 'sign' | 'test';

/** Something of the build host that a Debian package brings. */
export interface Requirement {
  /** A program looked for in PATH, or a file when it begins with a slash. */
  what: string;
  /** Debian package; the names are the same in 12 and 13. */
  package: string;
  /** What Kiln does with it. */
  purpose: string;
  /** What cannot be done without it, when that is not every bake. */
  onlyFor?: readonly Need[];
  /** Only without root rights. */
  rootlessOnly?: true;
}

/**
 * Everything a bake, a smoke run and the tests start or read on the build host, as data. `kiln check` looks for these,
 * the set-up script installs these and nothing else, and a test holds that the code starts no program besides.
 */
export const requirements: readonly Requirement[] = [
  { what: 'apt-get', package: 'apt', purpose: 'read the package mirror' },
  { what: '/usr/lib/apt/apt-helper', package: 'apt', purpose: 'fetch and verify release files' },
  { what: 'flock', package: 'util-linux', purpose: 'allow one bake of an image at a time' },
  { what: 'setpriv', package: 'util-linux', purpose: 'stop programs when Kiln is killed' },
  { what: 'unshare', package: 'util-linux', purpose: 'sandbox the provisioners' },
  { what: 'newuidmap', package: 'uidmap', purpose: 'own files of many users without root', rootlessOnly: true },
  { what: 'newgidmap', package: 'uidmap', purpose: 'test bakes without root', onlyFor: ['test'] },
  {
    what: '/usr/share/keyrings/debian-archive-keyring.gpg',
    package: 'debian-archive-keyring',
    purpose: 'check mirror signatures',
  },
  { what: 'mmdebstrap', package: 'mmdebstrap', purpose: 'make the base tree' },
  { what: 'packer', package: 'packer', purpose: 'run the provisioners' },
  { what: 'ssh', package: 'openssh-client', purpose: 'reach sandboxes and guests', onlyFor: ['test'] },
  { what: 'ssh-keygen', package: 'openssh-client', purpose: 'make a key for one run' },
  { what: 'mkfs.vfat', package: 'dosfstools', purpose: 'make a sample ESP', onlyFor: ['test'] },
  { what: 'mcopy', package: 'mtools', purpose: 'read the ESP of a guest', onlyFor: ['smoke'] },
  { what: 'sfdisk', package: 'fdisk', purpose: 'write partition tables' },
  { what: 'qemu-img', package: 'qemu-utils', purpose: 'write and read disk formats' },
  { what: 'tar', package: 'tar', purpose: 'write and read archives' },
  { what: 'zstd', package: 'zstd', purpose: 'compress disks' },
  {
    what: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    purpose: 'boot artifacts',
    onlyFor: ['vm-source', 'smoke'],
  },
  {
    what: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd',
    package: 'ovmf',
    purpose: 'boot artifacts with Secure Boot',
    onlyFor: ['smoke'],
  },
  { what: 'nc', package: 'netcat-openbsd', purpose: 'lead guests to metadata services', onlyFor: ['smoke'] },
  { what: 'xorriso', package: 'xorriso', purpose: 'make cloud-init seeds', onlyFor: ['vm-source', 'smoke'] },
  { what: 'openssl', package: 'openssl', purpose: 'make signing keys and check signatures' },
  { what: 'debugfs', package: 'e2fsprogs', purpose: 'read files of a slot', onlyFor: ['smoke', 'sign'] },
  { what: 'unsquashfs', package: 'squashfs-tools', purpose: 'open update bundles', onlyFor: ['smoke'] },
  { what: 'cmp', package: 'diffutils', purpose: 'compare update bundles with disks', onlyFor: ['smoke'] },
  { what: 'sbsign', package: 'sbsigntool', purpose: 'sign a loader with another key', onlyFor: ['test'] },
  { what: 'grub-editenv', package: 'grub-common', purpose: 'test the boot choice', onlyFor: ['test'] },
  { what: 'nsenter', package: 'util-linux', purpose: 'test daemons of the appliance', onlyFor: ['test'] },
  { what: 'shellcheck', package: 'shellcheck', purpose: 'test the provisioners', onlyFor: ['test'] },
  { what: 'tmux', package: 'tmux', purpose: 'type at the console’s menu', onlyFor: ['test'] },
  { what: 'jq', package: 'jq', purpose: 'run the console’s first screen', onlyFor: ['test'] },
  { what: 'busybox', package: 'busybox', purpose: 'run the console’s first screen', onlyFor: ['test'] },
  { what: 'xmllint', package: 'libxml2-utils', purpose: 'test the OVA descriptor', onlyFor: ['test'] },
  { what: 'virt-v2v', package: 'virt-v2v', purpose: 'read the OVA as an importer', onlyFor: ['test'] },
  { what: 'guestfish', package: 'guestfish', purpose: 'open the disk in the OVA', onlyFor: ['test'] },
  // What guestfish starts; a host in a container has none of its own.
  { what: '/vmlinuz', package: 'linux-image-cloud-amd64', purpose: 'run guestfish', onlyFor: ['test'] },
  { what: 'python3', package: 'python3', purpose: 'read metrics with a parser of others', onlyFor: ['test'] },
  { what: 'chromium', package: 'chromium', purpose: 'test the report page', onlyFor: ['test'] },
];
