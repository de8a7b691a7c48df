import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds } from '../../../src/builder/names.ts';
import { packagesOf, toolTreePackages } from '../../../src/builder/plan/packages.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';

const bare = packagesOf({ ...sampleRecipe, targets: [] });
const added = (recipe: Partial<typeof sampleRecipe>): string[] =>
  packagesOf({ ...sampleRecipe, targets: [], ...recipe }).filter((name) => !bare.includes(name));

test('each platform brings its guest agent and nothing of another', () => {
  const expected = {
    vmware: ['open-vm-tools'],
    desktop: ['open-vm-tools'],
    hyperv: ['hyperv-daemons'],
    azure: ['hyperv-daemons', 'waagent'],
    aws: ['amazon-ec2-utils'],
    gce: [],
    kvm: ['qemu-guest-agent'],
  };
  assert.equal(Object.fromEntries(artifactKinds.map((kind) => [kind, added({ targets: [kind] })])), expected);
});

test('names are sorted and come once, whoever asks for them', () => {
  const { base } = sampleRecipe;
  const names = packagesOf({ ...sampleRecipe, base: { ...base, packages: ['zsh', 'sudo', 'acl', 'open-vm-tools'] } });
  assert.equal(names, [...new Set(names)].sort());
  for (const name of ['zsh', 'sudo', 'acl', 'open-vm-tools']) assert.ok(names.includes(name));
});

test('there is exactly one kernel, the one the recipe names', () => {
  const kernels = (kernel: 'generic' | 'cloud') =>
    packagesOf({ ...sampleRecipe, base: { ...sampleRecipe.base, kernel } }).filter((name) => /^linux-image/.test(name));
  assert.equal(kernels('generic'), ['linux-image-amd64']);
  assert.equal(kernels('cloud'), ['linux-image-cloud-amd64']);
});

test('names are Debian package names', () => {
  for (const name of [...packagesOf(sampleRecipe), ...toolTreePackages]) assert.match(name, /^[a-z0-9][a-z0-9.+-]+$/);
});

test.run();
