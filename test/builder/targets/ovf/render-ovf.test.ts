import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { propertyGroups } from '../../../../src/builder/targets/ovf/properties.ts';
import { checked, type OvfHardware, renderOvf } from '../../../../src/builder/targets/ovf/render-ovf.ts';
import { caught } from '../../../support/caught.ts';
import { sampleRecipe } from '../sample-recipe.ts';

const GIB = 1024 ** 3;
const sizes = { vmdkBytes: 123_456, capacityBytes: 8 * GIB, populatedBytes: 65_536 };
const namespaces = {
  o: 'http://schemas.dmtf.org/ovf/envelope/1',
  rasd: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData',
  vssd: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData',
  vmw: 'http://www.vmware.com/schema/ovf',
};

function withOvf(hardware: OvfHardware, look: (find: (xpath: string) => string[], root: XmlElement) => void): void {
  const document = XmlDocument.fromString(renderOvf(hardware, sampleRecipe, sizes));
  try {
    look((xpath) => document.root.find(xpath, namespaces).map((node) => node.content), document.root);
  } finally {
    document.dispose();
  }
}

const both: readonly OvfHardware[] = ['vsphere', 'desktop'];

test('sizes, names and texts come from the recipe and the disk, escaped', () => {
  for (const hardware of both) {
    withOvf(hardware, (find) => {
      assert.equal(find('o:References/o:File/@o:href'), ['sample-1.2.3.vmdk']);
      assert.equal(find('o:References/o:File/@o:size'), ['123456']);
      assert.equal(find('o:DiskSection/o:Disk/@o:capacity'), [String(8 * GIB)]);
      assert.equal(find('o:DiskSection/o:Disk/@o:populatedSize'), ['65536']);
      assert.equal(find('//o:Product'), ['Sample & Sons']);
      assert.equal(find('//o:Annotation'), [sampleRecipe.description]);
      assert.equal(find('//o:VendorUrl'), [sampleRecipe.vendor.url]);
      assert.equal(find('//o:OperatingSystemSection/@o:id'), ['96']);
      assert.equal(find('//o:VirtualHardwareSection/@o:transport'), ['com.vmware.guestInfo']);
    });
  }
});

// Stand-ins for the rules of DMTF's schema (DSP8023) that a mistake in a template could break.
test('the order of sections, and of the fields of each item, is the schema’s', () => {
  for (const hardware of both) {
    withOvf(hardware, (find, root) => {
      const names = (xpath: string) => root.find(xpath, namespaces).map((node) => (node as XmlElement).name);
      const optional = hardware === 'vsphere' ? ['DeploymentOptionSection'] : [];
      assert.equal(names('*'), ['References', 'DiskSection', 'NetworkSection', ...optional, 'VirtualSystem']);
      assert.equal(names('o:VirtualSystem/*'), [
        'Info',
        'Name',
        'OperatingSystemSection',
        'VirtualHardwareSection',
        'AnnotationSection',
        'ProductSection',
      ]);
      for (const [i] of find('//o:Item').entries()) {
        const fields = names(`(//o:Item)[${i + 1}]/*`);
        assert.equal(fields, [...fields].sort(), 'CIM lists the fields of an item by name');
        for (const field of ['ElementName', 'InstanceID', 'ResourceType']) assert.ok(fields.includes(field), field);
      }
      const parts = names('//o:VirtualHardwareSection/*');
      assert.ok(parts.lastIndexOf('Item') < parts.indexOf('Config'), 'foreign elements come last');
      for (const section of ['o:DiskSection', 'o:NetworkSection', '//o:ProductSection', '//o:VirtualHardwareSection']) {
        assert.equal(names(`${section}/*[1]`), ['Info']);
      }
    });
  }
});

test('every reference names something that is there, and ids are not given twice', () => {
  for (const hardware of both) {
    withOvf(hardware, (find) => {
      assert.equal(find('o:DiskSection/o:Disk/@o:fileRef'), find('o:References/o:File/@o:id'));
      assert.equal(
        find('//rasd:HostResource'),
        find('o:DiskSection/o:Disk/@o:diskId').map((id) => `ovf:/disk/${id}`),
      );
      assert.equal(find('//rasd:Connection'), find('o:NetworkSection/o:Network/@o:name'));
      const ids = find('//o:Item[not(@o:configuration)]/rasd:InstanceID');
      assert.is(new Set(ids).size, ids.length);
      for (const parent of find('//rasd:Parent')) assert.ok(ids.includes(parent));
      const configurations = find('o:DeploymentOptionSection/o:Configuration/@o:id');
      for (const used of find('//o:Item/@o:configuration')) assert.ok(configurations.includes(used));
      const keys = find('//o:Property/@o:key');
      assert.is(new Set(keys).size, keys.length);
      for (const key of keys) assert.not.match(key, /[.:]/);
    });
  }
});

test('vSphere: paravirtual hardware, UEFI with Secure Boot, sizes to choose from', () => {
  withOvf('vsphere', (find) => {
    assert.equal(find('//vssd:VirtualSystemType'), ['vmx-15']);
    assert.equal(find('//rasd:ResourceSubType'), ['VirtualSCSI', 'VmxNet3']);
    const setting = (key: string) => find(`//vmw:*[@vmw:key="${key}"]/@vmw:value`);
    assert.equal(setting('firmware'), ['efi']);
    assert.equal(setting('bootOptions.efiSecureBootEnabled'), ['true']);
    assert.equal(setting('tools.syncTimeWithHost'), ['false']);
    assert.equal(setting('disk.EnableUUID'), ['TRUE']);
    assert.equal(new Set(find('//vmw:*/@o:required')), new Set(['false']));
    assert.equal(find('o:DeploymentOptionSection/o:Configuration[@o:default="true"]/@o:id'), ['production']);
    assert.equal(find('//o:Item[@o:configuration="test"]/rasd:VirtualQuantity'), ['1', '1024']);
    assert.equal(find('//o:Item[@o:configuration="production"]/rasd:VirtualQuantity'), ['4', '8192']);
  });
});

test('desktop: hardware that VirtualBox and old Workstations know, and one size only', () => {
  withOvf('desktop', (find) => {
    assert.equal(find('//rasd:ResourceSubType'), ['vmware.sata.ahci', 'E1000']);
    assert.equal(find('//o:Item/@o:configuration'), []);
    assert.equal(find('//rasd:VirtualQuantity'), ['4', '8192']);
  });
});

test('no device that is rejected or audited away', () => {
  // Floppy, CD, DVD, serial, parallel, USB, sound.
  for (const hardware of both) {
    withOvf(hardware, (find) => {
      for (const type of find('//rasd:ResourceType'))
        assert.not(['14', '15', '16', '21', '22', '23', '35'].includes(type));
    });
  }
});

test('all properties can be set at import, and none is a password', () => {
  withOvf('vsphere', (find) => {
    const keys = find('//o:Property/@o:key');
    assert.equal(
      keys,
      propertyGroups.flatMap(({ properties }) => properties.map(({ key }) => key)),
    );
    assert.is(find('//o:Property[@o:userConfigurable="true"]/@o:key').length, keys.length);
    assert.not(keys.includes('password'));
  });
});

test('a template mark or a control character in the result fails the bake', async () => {
  await caught('template-invalid', () => checked('<a>{{name}}</a>', 'OVF'));
  await caught('template-invalid', () => checked('<a>name}}</a>', 'OVF'));
  await caught('template-invalid', () => renderOvf('vsphere', { ...sampleRecipe, title: 'a\u0007b' }, sizes));
});

test('a name the template uses and nobody gives fails the bake', async () => {
  const vendor = { name: 'Example' } as typeof sampleRecipe.vendor;
  const error = await caught('template-invalid', () => renderOvf('vsphere', { ...sampleRecipe, vendor }, sizes));
  assert.match(error.message, 'url');
});

test.run();
