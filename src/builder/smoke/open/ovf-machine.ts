import { KilnError } from '../../errors.ts';
import type { DiskController, Firmware, NetworkCard } from '../guest/hardware.ts';
import { asNode, nodes, parseXml, textOf, type XmlNode } from './xml-tree.ts';

/** The virtual machine an OVF descriptor asks for, in its default deployment. */
export interface OvfMachine {
  readonly firmware: Firmware;
  readonly controller: DiskController;
  readonly card: NetworkCard;
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface OvfDescriptor {
  readonly machine: OvfMachine;
  /** The one disk: its file's name as the References state it, sizes in bytes. */
  readonly disk: { readonly file: string; readonly sizeBytes: number; readonly capacityBytes: number };
}

/** rasd:ResourceType, from CIM_ResourceAllocationSettingData. */
const types = { cpu: '3', memory: '4', network: '10', disk: '17' } as const;

/** rasd:ResourceSubType, lower case, by what QEMU has of the same device. */
const controllers: Readonly<Record<string, DiskController>> = {
  virtualscsi: 'pvscsi',
  lsilogicsas: 'lsi-sas',
  'vmware.sata.ahci': 'ahci',
  ahci: 'ahci',
  piix4: 'ide',
};
const cards: Readonly<Record<string, NetworkCard>> = { vmxnet3: 'vmxnet3', e1000: 'e1000', e1000e: 'e1000e' };

/**
 * Reads what an importer would make of a descriptor (DSP0243 1.1) with one virtual system and one disk.
 * @param name of the file, for messages
 * @throws {KilnError} `release-invalid`
 */
export function readOvf(xml: string, name: string): OvfDescriptor {
  const wanted = <T>(value: T | undefined, what: string): T => value ?? refuse(name, `has no ${what}`);
  const envelope = wanted(asNode(parseXml(xml)?.Envelope), 'Envelope');
  const section = wanted(asNode(asNode(envelope.VirtualSystem)?.VirtualHardwareSection), 'VirtualHardwareSection');
  const items = itemsOfDefault(envelope, section);
  const ofType = (type: string, what: string): XmlNode =>
    wanted(
      items.find((item) => textOf(item.ResourceType) === type),
      what,
    );
  const disk = ofType(types.disk, 'hard disk');
  const parent = items.find((item) => textOf(item.InstanceID) === textOf(disk.Parent));
  return {
    machine: {
      firmware: firmwareOf(section),
      controller: device(controllers, wanted(parent, 'controller for its hard disk'), name),
      card: device(cards, ofType(types.network, 'network adapter'), name),
      cpus: quantity(ofType(types.cpu, 'processor'), name),
      memoryBytes: quantity(ofType(types.memory, 'memory'), name) * unitBytes(ofType(types.memory, 'memory'), name),
    },
    disk: diskFile(envelope, name),
  };
}

/** Items without a configuration belong to every deployment (DSP0243, section 9.8). */
function itemsOfDefault(envelope: XmlNode, section: XmlNode): XmlNode[] {
  const options = nodes(asNode(envelope.DeploymentOptionSection)?.Configuration);
  const chosen = (options.find((option) => option['@default'] === 'true') ?? options[0])?.['@id'];
  return nodes(section.Item).filter((item) => {
    const only = item['@configuration'];
    return only === undefined || only === chosen;
  });
}

function firmwareOf(section: XmlNode): Firmware {
  const config = new Map(nodes(section.Config).map((entry) => [entry['@key'], entry['@value']]));
  if (config.get('firmware') !== 'efi') return 'bios';
  return config.get('bootOptions.efiSecureBootEnabled') === 'true' ? 'uefi-secure-boot' : 'uefi';
}

function device<T>(known: Readonly<Record<string, T>>, item: XmlNode, name: string): T {
  const model = textOf(item.ResourceSubType);
  const found = Object.entries(known).find(([key]) => key === model.toLowerCase());
  return found?.[1] ?? refuse(name, `asks for the device "${model}", which QEMU does not have`);
}

function quantity(item: XmlNode, name: string): number {
  const value = textOf(item.VirtualQuantity);
  return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : refuse(name, `states the quantity "${value}"`);
}

/** DSP0004, annex C: programmatic units. */
function unitBytes(item: XmlNode, name: string): number {
  const unit = textOf(item.AllocationUnits);
  const power = /^byte ?\* ?2\^(\d{1,2})$/.exec(unit)?.[1];
  return power === undefined ? refuse(name, `counts memory in "${unit}" instead of "byte * 2^20"`) : 2 ** Number(power);
}

function diskFile(envelope: XmlNode, name: string): OvfDescriptor['disk'] {
  const disks = nodes(asNode(envelope.DiskSection)?.Disk);
  const [disk] = disks;
  if (disk === undefined || disks.length > 1) return refuse(name, `has ${disks.length} disks instead of one`);
  const files = nodes(asNode(envelope.References)?.File);
  const file = files.find((entry) => entry['@id'] === disk['@fileRef']);
  if (file === undefined) return refuse(name, 'has a disk that refers to no file');
  if (disk['@capacityAllocationUnits'] !== 'byte') return refuse(name, 'does not state the capacity in bytes');
  return {
    file: textOf(file['@href']),
    sizeBytes: Number(textOf(file['@size'])),
    capacityBytes: Number(textOf(disk['@capacity'])),
  };
}

function refuse(name: string, what: string): never {
  throw new KilnError({
    code: 'release-invalid',
    message: `${name}: the OVF descriptor ${what}`,
    hint: 'Importers would stumble over it too: correct what wraps the OVA and bake the release again.',
  });
}
