import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readOvf } from '../../../../src/builder/smoke/open/ovf-machine.ts';
import { renderOvf } from '../../../../src/builder/targets/ovf/render-ovf.ts';
import { caught } from '../../../support/caught.ts';
import { sampleRecipe } from '../../targets/sample-recipe.ts';

const sizes = { vmdkBytes: 1234, capacityBytes: 2 ** 33, populatedBytes: 99 };
const vsphere = renderOvf('vsphere', sampleRecipe, sizes);

async function refused(xml: string, reason: RegExp): Promise<void> {
  const error = await caught('release-invalid', () => readOvf(xml, 'x.ovf'));
  assert.match(error.message, reason);
  assert.match(error.message, /^x\.ovf: /);
}

test('the vSphere descriptor asks for the paravirtual machine in its default size', () => {
  const { machine, disk } = readOvf(vsphere, 'x.ovf');
  assert.equal(machine, {
    firmware: 'uefi-secure-boot',
    controller: 'pvscsi',
    card: 'vmxnet3',
    cpus: 4,
    memoryBytes: 8 * 2 ** 30,
  });
  assert.equal(disk, { file: 'sample-1.2.3.vmdk', sizeBytes: 1234, capacityBytes: 2 ** 33 });
});

test('the desktop descriptor asks for BIOS, AHCI and E1000', () => {
  const { machine } = readOvf(renderOvf('desktop', sampleRecipe, sizes), 'x.ovf');
  assert.equal([machine.firmware, machine.controller, machine.card, machine.cpus], ['bios', 'ahci', 'e1000', 4]);
});

test('UEFI without Secure Boot is told apart', () => {
  const off = vsphere.replace('efiSecureBootEnabled" vmw:value="true"', 'efiSecureBootEnabled" vmw:value="false"');
  assert.is(readOvf(off, 'x').machine.firmware, 'uefi');
});

test('prefixes are the author’s choice', () => {
  const renamed = vsphere.replaceAll('rasd:', 'r:').replaceAll('xmlns:rasd', 'xmlns:r');
  assert.equal(readOvf(renamed, 'x'), readOvf(vsphere, 'x'));
});

test('a device that QEMU does not have is named', async () => {
  await refused(vsphere.replace('>VmxNet3<', '>PCNet32<'), /device "PCNet32"/);
  await refused(vsphere.replace('>VirtualSCSI<', '>constructor<'), /device "constructor"/);
});

test('what is missing or makes no sense is named', async () => {
  await refused('', /no Envelope/);
  await refused('no XML at all', /no Envelope/);
  await refused('<Envelope/>', /no VirtualHardwareSection/);
  await refused(vsphere.replace('<rasd:ResourceType>17<', '<rasd:ResourceType>15<'), /no hard disk/);
  await refused(vsphere.replace('<rasd:Parent>3<', '<rasd:Parent>8<'), /no controller/);
  await refused(vsphere.replaceAll('byte * 2^20', 'furlongs'), /"furlongs"/);
  await refused(vsphere.replace('VirtualQuantity>4<', 'VirtualQuantity>-4<'), /quantity "-4"/);
  await refused(vsphere.replace('ovf:fileRef="disk-file"', 'ovf:fileRef="other"'), /refers to no file/);
});

test('a document type, which could define entities, is refused', async () => {
  await refused(`<!DOCTYPE x [<!ENTITY a "b">]>${vsphere}`, /no Envelope/);
});

test.run();
