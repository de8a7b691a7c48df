import { asNode, nodes, parseXml, textOf, type XmlNode } from '../smoke/open/xml-tree.ts';
import { checkForm } from './ovf-form.ts';
import type { Tell } from './rules.ts';

export interface OvfFacts {
  /** Of the disk's file in the archive. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly capacityBytes: number;
}

/** rasd:ResourceType of what an appliance has: processor, memory, controllers, network, disk. */
const usual = new Map([
  ['3', 'processor'],
  ['4', 'memory'],
  ['5', 'IDE controller'],
  ['6', 'SCSI controller'],
  ['10', 'network adapter'],
  ['17', 'hard disk'],
  ['20', 'SATA controller'],
]);
const controllers = ['virtualscsi', 'lsilogicsas', 'vmware.sata.ahci', 'ahci'];
const cards = ['vmxnet3', 'e1000', 'e1000e'];
const FIRST_HARDWARE = 10;
const LAST_HARDWARE = 15;

/**
 * An OVF descriptor (DSP0243 1.1) of one virtual system with one disk. DMTF's schema is in no package of Debian: this
 * holds the same structure, as far as an appliance uses it.
 */
export function checkOvf(text: string, facts: OvfFacts, tell: Tell): void {
  const envelope = asNode(parseXml(text)?.Envelope);
  if (envelope === undefined) {
    tell('ovf-form', 'the document', 'this is no XML with an Envelope');
    return;
  }
  if (!checkForm(text, tell)) return;
  const system = asNode(envelope.VirtualSystem);
  const section = asNode(system?.VirtualHardwareSection);
  if (system === undefined || section === undefined) {
    tell('ovf-form', 'Envelope', 'expected one VirtualSystem with a VirtualHardwareSection');
    return;
  }
  for (const name of ['References', 'DiskSection', 'NetworkSection'])
    if (asNode(envelope[name]) === undefined) tell('ovf-form', name, 'it is missing');
  checkReferences(envelope, section, facts, tell);
  checkHardware(section, tell);
  checkOptional(text, section, system, tell);
}

function checkReferences(envelope: XmlNode, section: XmlNode, facts: OvfFacts, tell: Tell): void {
  const files = nodes(asNode(envelope.References)?.File);
  const disks = nodes(asNode(envelope.DiskSection)?.Disk);
  const [file] = files;
  const [disk] = disks;
  if (file === undefined || disk === undefined || files.length > 1 || disks.length > 1) {
    tell('ovf-references', 'References', `expected one file and one disk, found ${files.length} and ${disks.length}`);
    return;
  }
  if (file['@href'] !== facts.name)
    tell('ovf-references', 'File', `it names ${textOf(file['@href'])}; the archive holds ${facts.name}`);
  if (disk['@fileRef'] !== file['@id']) tell('ovf-references', 'Disk', `it refers to ${textOf(disk['@fileRef'])}`);
  const items = nodes(section.Item);
  const ids = items.map((item) => `${textOf(item['@configuration'])}/${textOf(item.InstanceID)}`);
  for (const id of repeated(ids)) tell('ovf-references', `Item ${id}`, 'two items have one InstanceID');
  const known = new Set(items.map((item) => textOf(item.InstanceID)));
  const networks = new Set(nodes(asNode(envelope.NetworkSection)?.Network).map((network) => network['@name']));
  const configurations = nodes(asNode(envelope.DeploymentOptionSection)?.Configuration).map((one) => one['@id']);
  for (const item of items) {
    const where = `Item ${textOf(item.InstanceID)}`;
    if (item.Parent !== undefined && !known.has(textOf(item.Parent)))
      tell('ovf-references', where, `its parent ${textOf(item.Parent)} is not there`);
    if (item.Connection !== undefined && !networks.has(textOf(item.Connection)))
      tell('ovf-references', where, `its network ${textOf(item.Connection)} is not declared`);
    if (item.HostResource !== undefined && item.HostResource !== `ovf:/disk/${textOf(disk['@diskId'])}`)
      tell('ovf-references', where, `it refers to ${textOf(item.HostResource)}, which is no disk of this descriptor`);
    if (item['@configuration'] !== undefined && !configurations.includes(item['@configuration']))
      tell('ovf-references', where, `its configuration ${textOf(item['@configuration'])} is not declared`);
  }
  const number = (what: string, found: unknown, expected: number): void => {
    if (found !== String(expected)) tell('ovf-sizes', what, `it says ${textOf(found)}, expected ${expected}`);
  };
  number('File size', file['@size'], facts.sizeBytes);
  number('Disk capacity', disk['@capacity'], facts.capacityBytes);
  if (disk['@capacityAllocationUnits'] !== 'byte') tell('ovf-sizes', 'Disk', 'its capacity is not counted in bytes');
  const populated = Number(textOf(disk['@populatedSize']));
  if (!(populated > 0 && populated <= facts.capacityBytes))
    tell('ovf-sizes', 'Disk', `its populated size is ${textOf(disk['@populatedSize'])}`);
  if (!/#streamOptimized$/.test(textOf(disk['@format']))) tell('ovf-references', 'Disk', 'its format is another');
}

function checkHardware(section: XmlNode, tell: Tell): void {
  const version = /^vmx-(\d\d)$/.exec(textOf(asNode(section.System)?.VirtualSystemType))?.[1];
  if (version === undefined || Number(version) < FIRST_HARDWARE || Number(version) > LAST_HARDWARE) {
    const found = textOf(asNode(section.System)?.VirtualSystemType);
    tell(
      'ovf-hardware',
      'System',
      `expected vmx-${FIRST_HARDWARE} to vmx-${LAST_HARDWARE}, found ${found || 'nothing'}`,
    );
  }
  const items = nodes(section.Item);
  const seen = new Set<string>();
  for (const item of items) {
    const type = textOf(item.ResourceType);
    const where = `Item ${textOf(item.InstanceID)}`;
    const model = textOf(item.ResourceSubType).toLowerCase();
    seen.add(type);
    if (!usual.has(type)) tell('ovf-hardware', where, `a device of type ${type}, which an appliance does not need`);
    if (['5', '6', '20'].includes(type) && !controllers.includes(model))
      tell('ovf-hardware', where, `the controller "${model}" is not known everywhere`);
    if (type === '10' && !cards.includes(model)) tell('ovf-hardware', where, `the card "${model}" is not known`);
    if ((type === '3' || type === '4') && !/^[1-9]\d*$/.test(textOf(item.VirtualQuantity)))
      tell('ovf-hardware', where, `the quantity "${textOf(item.VirtualQuantity)}"`);
    if (type === '17' && (textOf(item.AddressOnParent) === '' || item.Parent === undefined))
      tell('ovf-hardware', where, 'the disk has no place on a controller');
    if (type === '10' && item.AutomaticAllocation !== 'true')
      tell('ovf-hardware', where, 'the card is not connected at power-on');
  }
  for (const type of ['3', '4', '10', '17'])
    if (!seen.has(type)) tell('ovf-hardware', 'VirtualHardwareSection', `it has no ${usual.get(type)}`);
}

function checkOptional(text: string, section: XmlNode, system: XmlNode, tell: Tell): void {
  for (const name of ['Config', 'ExtraConfig'])
    for (const entry of nodes(section[name]))
      if (entry['@required'] !== 'false') tell('ovf-optional', `${name} ${textOf(entry['@key'])}`, 'it is required');
  if (/<EulaSection|nvram/i.test(text)) tell('ovf-optional', 'the document', 'a licence section or an NVRAM file');
  const properties = nodes(asNode(system.ProductSection)?.Property);
  if (properties.length > 0 && textOf(section['@transport']) === '')
    tell('ovf-optional', 'VirtualHardwareSection', 'there are properties and no transport for them');
  const keys = properties.map((property) => textOf(property['@key']));
  for (const key of repeated(keys)) tell('ovf-optional', `Property ${key}`, 'the key is taken');
  for (const property of properties) {
    const key = textOf(property['@key']);
    if (!/^[A-Za-z][\w-]*$/.test(key))
      tell('ovf-optional', `Property ${key}`, 'the key has characters importers stumble over');
    if (property['@userConfigurable'] !== 'true') tell('ovf-optional', `Property ${key}`, 'nobody can fill it in');
  }
}

/** Those that were there before, once for each further time. */
function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}
