/** What a sealed tree must not hold. One table serves both sides: seal removes it, the hygiene check looks for it. */
export interface SealRule {
  /** Stable name, shown with every finding. */
  readonly id: string;
  /** What it is and why it must not ship. */
  readonly why: string;
  /** Paths relative to the tree, globs: `*` stands for anything but a slash, `**` for anything. */
  readonly paths: readonly string[];
  /** `remove`: nothing may be there. `files`: folders may stay, files may not. `empty`: a file stays and holds nothing. */
  readonly action: 'remove' | 'files' | 'empty';
}

export const sealRules: readonly SealRule[] = [
  {
    id: 'machine-id',
    why: 'clones that share a machine id share a DHCP lease',
    paths: ['etc/machine-id'],
    action: 'empty',
  },
  {
    id: 'dbus-machine-id',
    why: 'a second copy of the machine id',
    paths: ['var/lib/dbus/machine-id'],
    action: 'remove',
  },
  {
    id: 'snmp-identity',
    why: 'snmpd’s engine id tells appliances apart; one that ran during the bake gave them all the same',
    paths: ['var/lib/snmp/*', 'var/agentx'],
    action: 'remove',
  },
  {
    id: 'ssh-host-keys',
    why: 'a key shared by every appliance identifies none of them',
    paths: ['etc/ssh/ssh_host_*'],
    action: 'remove',
  },
  {
    id: 'authorized-keys',
    why: 'nobody gets in unasked',
    paths: ['root/.ssh', 'home/*', 'etc/ssh/authorized_keys*'],
    action: 'remove',
  },
  {
    id: 'shell-history',
    why: 'what was typed during the bake',
    paths: [
      'root/.*_history',
      'root/.lesshst',
      'root/.viminfo',
      'root/.wget-hsts',
      'root/.cache',
      'root/.config',
      'root/.local',
    ],
    action: 'remove',
  },
  { id: 'logs', why: 'logs of the bake', paths: ['var/log/**'], action: 'files' },
  {
    id: 'download-folders',
    why: 'owned by whoever downloaded, which differs between a bake with and without cached packages',
    paths: ['var/cache/apt/archives/partial', 'var/lib/apt/lists/partial', 'var/lib/apt/lists/auxfiles'],
    action: 'remove',
  },
  {
    id: 'package-cache',
    why: 'downloads and lists of the bake, with the mirror it used',
    paths: ['var/cache/apt/**', 'var/lib/apt/lists/**', 'var/cache/debconf/*-old', 'var/lib/dpkg/*-old'],
    action: 'files',
  },
  {
    id: 'caches',
    why: 'rebuilt when wanted',
    paths: ['var/cache/ldconfig/aux-cache', 'var/cache/man/**', 'var/cache/fontconfig/**'],
    action: 'files',
  },
  {
    id: 'temporary-files',
    why: 'left over from the bake',
    paths: ['tmp/*', 'var/tmp/*', 'run/*'],
    action: 'remove',
  },
  { id: 'device-nodes', why: 'the kernel makes them; a rootless bake could not', paths: ['dev/*'], action: 'remove' },
  {
    id: 'random-seed',
    why: 'a seed that every appliance shares is none',
    paths: [
      'var/lib/systemd/random-seed',
      'var/lib/systemd/credential.secret',
      'boot/random-seed',
      'loader/random-seed',
    ],
    action: 'remove',
  },
  {
    id: 'cloud-init-state',
    why: 'cloud-init would take the appliance for one that was set up before',
    paths: [
      'var/lib/cloud/*',
      'etc/netplan/*',
      'etc/systemd/network/*cloud-init*',
      'etc/sudoers.d/90-cloud-init*',
      'etc/cloud/cloud-init.disabled',
      'etc/ssh/sshd_config.d/50-cloud-init.conf',
    ],
    action: 'remove',
  },
  { id: 'azure-agent-state', why: 'state of another machine', paths: ['var/lib/waagent/*'], action: 'remove' },
  {
    id: 'leases',
    why: 'addresses of the build network',
    paths: ['var/lib/dhcp/*', 'var/lib/dhcpcd/*', 'var/lib/systemd/network/*', 'var/lib/NetworkManager/*'],
    action: 'remove',
  },
  {
    id: 'network-rules',
    why: 'names tied to the cards of the build machine',
    paths: ['etc/udev/rules.d/*persistent-net*', 'etc/udev/rules.d/*persistent-cd*'],
    action: 'remove',
  },
  {
    id: 'initiator-names',
    why: 'must be unique for each appliance',
    paths: ['etc/iscsi/initiatorname.iscsi', 'etc/nvme/hostnqn', 'etc/nvme/hostid', 'etc/hostid'],
    action: 'remove',
  },
  {
    id: 'snakeoil-certificate',
    why: 'a private key shared by every appliance',
    paths: ['etc/ssl/private/ssl-cert-snakeoil.key', 'etc/ssl/certs/ssl-cert-snakeoil.pem'],
    action: 'remove',
  },
  {
    id: 'account-backups',
    why: 'older versions of the account files',
    paths: ['etc/passwd-', 'etc/shadow-', 'etc/group-', 'etc/gshadow-', 'etc/subuid-', 'etc/subgid-', 'etc/.pwd.lock'],
    action: 'remove',
  },
  {
    id: 'build-residue',
    why: 'left by the bake itself',
    paths: [
      'usr/sbin/policy-rc.d',
      'etc/apt/apt.conf.d/*proxy*',
      'etc/apt/apt.conf.d/99mmdebstrap',
      'etc/dpkg/dpkg.cfg.d/99mmdebstrap',
      '.dockerenv',
    ],
    action: 'remove',
  },
];
