import { azureChannel } from '../channels/azure.ts';
import type { Hardware } from '../guest/hardware.ts';
import { type Absent, type PlatformProfile, usualSize } from './profile.ts';

/** The same for every machine of Azure; cloud-init, GRUB and waagent know it by this. */
const chassisAsset = '7783-7084-3265-9085-8269-3286-77';
/** cloud-init tells instances apart by it. */
const uuid = '4b494c4e-0000-4000-8000-00000000a2e1';
const common = { card: 'virtio-net', mac: '00:0d:3a:4b:49:4c', ...usualSize } as const satisfies Partial<Hardware>;

/** cloud-init looks for Azure's routes in the lease, warns, and goes on. */
const absent: Absent = { units: [], warnings: [/reason=failure to find primary DHCP interface\|/] };
const noGateway = 'QEMU’s DHCP server names no gateway on a network that leads nowhere, of which cloud-init warns';

/**
 * A Generation 1 virtual machine: BIOS and IDE. Without Microsoft's name, or Linux would leave the IDE disk to VMBus
 * (drivers/ata/ata_piix.c, `ignore_hyperv`), which QEMU does not have.
 */
export const azure: PlatformProfile = {
  id: 'azure',
  kind: 'azure',
  notes: ['QEMU has no VMBus: IDE without Microsoft’s name, and virtio, stand in', noGateway],
  absent,
  channel: azureChannel,
  hardware: () => ({ ...common, firmware: 'bios', controller: 'ide', smbios: { uuid, chassisAsset } }),
};

/** A Generation 2 virtual machine with Trusted Launch, of the sizes whose disks are NVMe. */
export const azureGen2: PlatformProfile = {
  id: 'azure-gen2',
  kind: 'azure',
  notes: ['QEMU has neither MANA nor VMBus: virtio stands in for the card', noGateway],
  absent,
  channel: azureChannel,
  hardware: () => ({
    ...common,
    firmware: 'uefi-secure-boot',
    controller: 'nvme',
    smbios: {
      manufacturer: 'Microsoft Corporation',
      product: 'Virtual Machine',
      version: 'Hyper-V UEFI Release v4.1',
      uuid,
      chassisAsset,
    },
  }),
};
