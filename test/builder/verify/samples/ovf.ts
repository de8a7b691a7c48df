import { renderOvf } from '../../../../src/builder/targets/ovf/render-ovf.ts';
import { checkOvf } from '../../../../src/builder/verify/ovf.ts';
import type { RuleId } from '../../../../src/builder/verify/rules.ts';
import { sampleRecipe } from '../../targets/sample-recipe.ts';
import type { Sample, Violation } from '../sample.ts';
import { DISK_BYTES } from './disk.ts';
import { VMDK_NAME } from './vmdk.ts';

const VMDK_BYTES = 12_345;

/** @param vmdkBytes length of the disk's file in the archive */
export function sampleOvf(vmdkBytes: number): string {
  return renderOvf('vsphere', sampleRecipe, { vmdkBytes, capacityBytes: DISK_BYTES, populatedBytes: 3 * 65_536 });
}

/** Replaces what is found first, and sees to it that it was there. */
function reword(rule: RuleId, what: string, from: RegExp | string, to: string): Violation {
  const change: Violation['change'] = (file) => {
    const text = file.toString();
    const other = text.replace(from, to);
    if (other === text) throw new Error(`the descriptor has nothing like ${String(from)}`);
    return Buffer.from(other);
  };
  return { rule, what, change };
}

export const ovf: Sample = {
  name: 'ovf',
  make: async () => Buffer.from(sampleOvf(VMDK_BYTES)),
  check: async (bytes, _, tell) => {
    const facts = { name: VMDK_NAME, sizeBytes: VMDK_BYTES, capacityBytes: DISK_BYTES };
    checkOvf((await bytes.read(0, 2 ** 20)).toString(), facts, tell);
  },
  violations: [
    reword('ovf-form', 'no XML', /<References>/, '<References'),
    reword('ovf-form', 'a descriptor that was cut', /<\/VirtualSystem>[\s\S]*/, ''),
    reword('ovf-form', 'an ampersand', /<Name>/, '<Name>&'),
    reword('ovf-form', 'a document type', /<Envelope/, '<!DOCTYPE x><Envelope'),
    reword(
      'ovf-form',
      'another namespace',
      'http://schemas.dmtf.org/ovf/envelope/1"',
      'http://schemas.dmtf.org/ovf/envelope/2"',
    ),
    reword('ovf-form', 'an undeclared prefix', /xmlns:vmw="[^"]*"/, ''),
    reword('ovf-form', 'a mark of a template', /<Name>/, '<Name>{{title}}'),
    reword('ovf-form', 'no network section', /<NetworkSection>[\s\S]*<\/NetworkSection>/, ''),
    reword('ovf-form', 'no hardware', /<VirtualHardwareSection[\s\S]*<\/VirtualHardwareSection>/, ''),
    reword('ovf-references', 'another file', VMDK_NAME, 'other.vmdk'),
    reword('ovf-references', 'a disk of no file', /ovf:fileRef="[^"]*"/, 'ovf:fileRef="x"'),
    reword('ovf-references', 'a device of no disk', /ovf:\/disk\/[\w-]+/, 'ovf:/disk/x'),
    reword('ovf-references', 'a parent that is not there', /<rasd:Parent>\d+/, '<rasd:Parent>99'),
    reword('ovf-references', 'two items of one id', /(<Item>[\s\S]*?<\/Item>)/, '$1$1'),
    reword('ovf-references', 'a network nobody declares', /(<rasd:Connection>)[^<]*/, '$1x'),
    reword('ovf-references', 'a configuration nobody declares', /(<Item ovf:configuration=")[^"]*/, '$1x'),
    reword('ovf-references', 'a second file', /(<File [^>]*\/>)/, '$1$1'),
    reword('ovf-references', 'another format', '#streamOptimized', '#sparse'),
    reword('ovf-sizes', 'another size of the file', `ovf:size="${VMDK_BYTES}"`, 'ovf:size="1"'),
    reword('ovf-sizes', 'another capacity', `ovf:capacity="${DISK_BYTES}"`, 'ovf:capacity="8"'),
    reword(
      'ovf-sizes',
      'other units',
      'ovf:capacityAllocationUnits="byte"',
      'ovf:capacityAllocationUnits="byte * 2^30"',
    ),
    reword('ovf-sizes', 'more populated than there is', /ovf:populatedSize="\d+"/, 'ovf:populatedSize="99999999999"'),
    reword('ovf-hardware', 'newer hardware', /vmx-\d\d/, 'vmx-21'),
    reword('ovf-hardware', 'a sound card', /<rasd:ResourceType>10</, '<rasd:ResourceType>35<'),
    reword('ovf-hardware', 'an unknown controller', /VirtualSCSI/, 'nvme'),
    reword('ovf-hardware', 'an unknown card', /VmxNet3/i, 'ne2000'),
    reword('ovf-hardware', 'no quantity', /(<rasd:VirtualQuantity>)\d+/, '$10'),
    reword(
      'ovf-hardware',
      'a disk without a place',
      /<rasd:AddressOnParent>0<\/rasd:AddressOnParent>(?=[\s\S]{0,400}<rasd:HostResource>)/,
      '',
    ),
    reword('ovf-hardware', 'a card that is not connected', /(<rasd:AutomaticAllocation>)true/, '$1false'),
    reword('ovf-optional', 'a required setting', 'required="false"', 'required="true"'),
    reword('ovf-optional', 'a licence', '<OperatingSystemSection', '<EulaSection/><OperatingSystemSection'),
    reword('ovf-optional', 'properties without a transport', /ovf:transport="[^"]*"/, ''),
    reword('ovf-optional', 'a key with a dot', /(<Property ovf:key=")/, '$1a.'),
    reword(
      'ovf-optional',
      'a key twice',
      /(<Property ovf:key=")[^"]*("[\s\S]*?<Property ovf:key=")[^"]*/,
      '$1same$2same',
    ),
    reword('ovf-optional', 'what nobody can fill in', 'userConfigurable="true"', 'userConfigurable="false"'),
    { rule: 'ovf-form', what: 'an empty file', change: () => Buffer.alloc(0) },
  ],
};
