/** Where the one build can run. `builder` is what Packer's `-only` takes. */
export interface PackerSource {
  readonly name: string;
  readonly builder: string;
  /** For the rendered README: what to add to the command, and what must be there. */
  readonly arguments: string;
  readonly needs: string;
}

export const packerSources: readonly PackerSource[] = [
  {
    name: 'sandbox',
    builder: 'null.sandbox',
    arguments: '-var as_root= -var ssh_port=PORT -var ssh_private_key_file=KEY',
    needs: 'an sshd inside the unpacked base tree, which `kiln bake` starts',
  },
  {
    name: 'vm',
    builder: 'qemu.vm',
    arguments: '-var vm_disk=… -var vm_kernel=… -var vm_initrd=… -var vm_export=… -var ssh_private_key_file=KEY',
    needs: 'QEMU, a disk with the base tree, your public key in cloud-init/user-data',
  },
  {
    name: 'aws',
    builder: 'amazon-ebs.aws',
    arguments: '-var aws_region=REGION',
    needs: 'AWS credentials in the environment; ec2:RunInstances, CreateImage and what belongs to them',
  },
  {
    name: 'azure',
    builder: 'azure-arm.azure',
    arguments: '-var azure_subscription_id=ID -var azure_tenant_id=ID -var azure_client_id=ID',
    needs: 'a service principal with Contributor on the resource group, its secret in PKR_VAR_azure_client_secret',
  },
  {
    name: 'gcp',
    builder: 'googlecompute.gcp',
    arguments: '-var gcp_project=PROJECT',
    needs: 'application default credentials with Compute Instance Admin',
  },
  {
    name: 'vsphere',
    builder: 'vsphere-clone.vsphere',
    arguments: '-var vsphere_server=HOST -var vsphere_user=USER -var vsphere_template=NAME',
    needs: "a template made from Debian's generic cloud image, the password in PKR_VAR_vsphere_password",
  },
  {
    name: 'hyperv',
    builder: 'hyperv-vmcx.hyperv',
    arguments: '-var hyperv_template=PATH -var hyperv_switch=NAME -var ssh_private_key_file=KEY',
    needs: "Packer on the Hyper-V host itself and an exported machine made from Debian's generic cloud image",
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
