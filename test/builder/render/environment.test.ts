import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { provisionerEnvironment } from '../../../src/builder/render/environment.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';

test('provisioners are told the image, its ports and targets, and the epoch', () => {
  const ports = [
    { port: 22, protocol: 'tcp', service: 'ssh' },
    { port: 161, protocol: 'udp', service: 'snmp' },
  ] as const;
  const recipe = { ...sampleRecipe, network: { ports }, targets: ['vmware', 'kvm'] as const };
  assert.equal(provisionerEnvironment(recipe, 1_700_000_000), {
    KILN_IMAGE: 'sample',
    KILN_VERSION: '1.2.3',
    KILN_TITLE: 'Sample & Sons',
    KILN_VENDOR_NAME: 'Example Ltd',
    KILN_VENDOR_URL: 'https://example.org/?a=1&b=2',
    KILN_KERNEL: 'generic',
    KILN_PORTS: '22/tcp 161/udp',
    KILN_TARGETS: 'vmware kvm',
    SOURCE_DATE_EPOCH: '1700000000',
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
  });
});

test('no ports are an empty word and not a missing one', () => {
  assert.is(provisionerEnvironment({ ...sampleRecipe, network: { ports: [] } }, 0).KILN_PORTS, '');
});

test.run();
