/** Where the one build can run. */
export interface PackerSource {
  readonly name: string;
  /** What Packer's `-only` takes. */
  readonly builder: string;
  /** `tree` starts from Kiln's base tree, `image` from Debian's own image inside an account. */
  readonly startsFrom: 'tree' | 'image';
  /** For the rendered README: what must be there, and the commands. */
  readonly needs: string;
  readonly commands: readonly string[];
}

const SANDBOX = 'null.sandbox';
export const MACHINE = 'qemu.vm';

const build = (only: string, variables: string): string => `packer build -only=${only} ${variables} .`;

export const packerSources: readonly PackerSource[] = [
  {
    name: 'sandbox',
    builder: SANDBOX,
    startsFrom: 'tree',
    needs:
      'Needs an sshd inside an unpacked base tree; `kiln bake` starts one in namespaces of its own. By hand, as root, with `TREE` the unpacked tree (`base.tar` in the cache):',
    commands: [
      "ssh-keygen -q -t ed25519 -N '' -f id_ed25519 && ssh-keygen -q -t ed25519 -N '' -f host_key",
      'mkdir -p "$TREE/run/sshd" && cp host_key id_ed25519.pub "$TREE/run/" && mount --bind "$TREE" "$TREE"',
      'mount -t proc proc "$TREE/proc" && mount --rbind /dev "$TREE/dev" && mount -t tmpfs tmpfs "$TREE/tmp"',
      'chroot "$TREE" /usr/sbin/sshd -f /dev/null -p 2222 -h /run/host_key -o ListenAddress=127.0.0.1 -o StrictModes=no -o AuthorizedKeysFile=/run/id_ed25519.pub',
      build(SANDBOX, '-var as_root= -var ssh_port=2222 -var ssh_private_key_file=id_ed25519'),
    ],
  },
  {
    name: 'vm',
    builder: MACHINE,
    startsFrom: 'tree',
    needs:
      'Needs QEMU and your public key in `cloud-init/user-data`. With `TREE` the unpacked tree; the finished one is the tar archive in `export.raw`:',
    commands: [
      'chroot "$TREE" update-initramfs -c -k "$(ls "$TREE/usr/lib/modules")"',
      'cp "$TREE"/boot/vmlinuz-* vmlinuz && mv "$TREE"/boot/initrd.img-* initrd.img',
      'truncate -s 8G build.raw && mkfs.ext4 -q -L build -d "$TREE" build.raw && truncate -s 6G export.raw',
      build(MACHINE, '-var ssh_private_key_file=KEY'),
      'mkdir finished && tar --numeric-owner --xattrs -C finished -xf export.raw',
    ],
  },
  {
    name: 'aws',
    builder: 'amazon-ebs.aws',
    startsFrom: 'image',
    needs:
      'Needs AWS credentials in the environment or a profile, with ec2:RunInstances, CreateImage and what belongs to them.',
    commands: [build('amazon-ebs.aws', '-var aws_region=REGION')],
  },
  {
    name: 'azure',
    builder: 'azure-arm.azure',
    startsFrom: 'image',
    needs: 'Needs a service principal with Contributor on the resource group.',
    commands: [
      'export PKR_VAR_azure_client_secret=SECRET',
      build('azure-arm.azure', '-var azure_subscription_id=ID -var azure_tenant_id=ID -var azure_client_id=ID'),
    ],
  },
  {
    name: 'gcp',
    builder: 'googlecompute.gcp',
    startsFrom: 'image',
    needs: 'Needs application default credentials with Compute Instance Admin.',
    commands: [build('googlecompute.gcp', '-var gcp_project=PROJECT')],
  },
  {
    name: 'vsphere',
    builder: 'vsphere-clone.vsphere',
    startsFrom: 'image',
    needs:
      "Needs a vCenter template made from Debian's generic cloud image and your public key in `cloud-init/user-data`, which the clone gets as guestinfo.",
    commands: [
      'export PKR_VAR_vsphere_password=PASSWORD',
      build(
        'vsphere-clone.vsphere',
        '-var vsphere_server=HOST -var vsphere_user=USER -var vsphere_template=NAME -var ssh_private_key_file=KEY',
      ),
    ],
  },
  {
    name: 'hyperv',
    builder: 'hyperv-vmcx.hyperv',
    startsFrom: 'image',
    needs:
      "Needs Packer on the Hyper-V host itself, an exported machine made from Debian's generic cloud image, and in it an account kiln-build with your public key and sudo (attach `cloud-init/` as an ISO labelled cidata before exporting).",
    commands: [
      build('hyperv-vmcx.hyperv', '-var hyperv_template=PATH -var hyperv_switch=NAME -var ssh_private_key_file=KEY'),
    ],
  },
];

/** Packer 1.7 and later take builders from plugins; these are their names and the versions the templates are for. */
export const packerPlugins = [
  { name: 'amazon', source: 'github.com/hashicorp/amazon', version: '~> 1' },
  { name: 'azure', source: 'github.com/hashicorp/azure', version: '~> 2' },
  { name: 'googlecompute', source: 'github.com/hashicorp/googlecompute', version: '~> 1' },
  { name: 'hyperv', source: 'github.com/hashicorp/hyperv', version: '~> 1' },
  { name: 'qemu', source: 'github.com/hashicorp/qemu', version: '~> 1' },
  { name: 'vsphere', source: 'github.com/hashicorp/vsphere', version: '~> 1' },
] as const;
