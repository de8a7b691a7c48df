interface Variable {
  readonly name: string;
  readonly type: 'string' | 'number';
  readonly description: string;
  /** An HCL expression. */
  readonly default: string;
  readonly sensitive?: true;
}

const text = (name: string, description: string, value = ''): Variable => ({
  name,
  type: 'string',
  description,
  default: JSON.stringify(value),
});
const secret = (name: string, description: string): Variable => ({ ...text(name, description), sensitive: true });

/** Every variable of the rendered Packer files, in the order they are written. */
export const packerVariables: readonly Variable[] = [
  text('as_root', 'Put before each command to become root; empty where the login is root already.', 'sudo -n'),
  text('ssh_host', 'sandbox: address of its sshd.', '127.0.0.1'),
  { name: 'ssh_port', type: 'number', description: 'sandbox: port of its sshd.', default: '22' },
  text('ssh_private_key_file', 'Key to log in with.', 'id_ed25519'),
  text('accelerator', 'vm: kvm where it really runs a guest, else tcg.', 'tcg'),
  text('vm_disk', 'vm: raw disk whose whole is an ext4 labelled build that holds the base tree.', 'build.raw'),
  text('vm_kernel', 'vm: kernel to start.', 'vmlinuz'),
  text('vm_initrd', 'vm: initramfs to start it with.', 'initrd.img'),
  text('vm_export', 'vm: raw disk that takes the finished tree as a tar archive.', 'export.raw'),
  text('vm_output', 'vm: folder Packer copies the disk to; must not exist.', 'output-vm'),
  text('vm_serial_log', 'vm: file that keeps what the machine says on its serial port.', 'serial.log'),
  text('vm_ssh_timeout', 'vm: how long the machine may take to answer; emulated ones are slow.', '15m'),
  { name: 'vm_cpus', type: 'number', description: 'vm: processors.', default: '2' },
  { name: 'vm_memory', type: 'number', description: 'vm: memory in MiB.', default: '2048' },
  text('aws_region', 'aws: region to build in.', 'eu-central-1'),
  text('aws_instance_type', 'aws: type of the build instance.', 't3.small'),
  text('azure_subscription_id', 'azure: subscription.', '00000000-0000-0000-0000-000000000000'),
  text('azure_tenant_id', 'azure: tenant of the service principal.', '00000000-0000-0000-0000-000000000000'),
  text('azure_client_id', 'azure: service principal.', '00000000-0000-0000-0000-000000000000'),
  { ...secret('azure_client_secret', 'azure: its secret; set PKR_VAR_azure_client_secret.'), default: '"unset"' },
  text('azure_location', 'azure: region.', 'westeurope'),
  text('azure_vm_size', 'azure: size of the build machine.', 'Standard_B2s'),
  text('azure_resource_group', 'azure: resource group the image goes to.', 'images'),
  text('gcp_project', 'gcp: project.', 'unset'),
  text('gcp_zone', 'gcp: zone to build in.', 'europe-west3-a'),
  text('gcp_machine_type', 'gcp: type of the build instance.', 'e2-small'),
  text('vsphere_server', 'vsphere: address of the vCenter.', 'vcenter.invalid'),
  text('vsphere_user', 'vsphere: user.', 'unset'),
  { ...secret('vsphere_password', 'vsphere: password; set PKR_VAR_vsphere_password.'), default: '"unset"' },
  text('vsphere_datacenter', 'vsphere: datacenter.'),
  text('vsphere_host', 'vsphere: host to build on.', 'esxi.invalid'),
  text('vsphere_datastore', 'vsphere: datastore.'),
  text('vsphere_template', "vsphere: template made from Debian's generic cloud image.", 'debian-13'),
  text(
    'hyperv_template',
    "hyperv: exported machine made from Debian's generic cloud image.",
    'C:\\templates\\debian-13',
  ),
  text('hyperv_switch', 'hyperv: virtual switch.', 'Default Switch'),
];
