import type { Recipe } from '../../../src/builder/recipe/recipe.ts';

const GIB = 1024 ** 3;

/** A recipe as `loadRecipe` would give it, with what wrapping reads. */
export const sampleRecipe: Recipe = {
  name: 'sample',
  version: '1.2.3',
  title: 'Sample & Sons',
  description: 'Does <nothing> "much".\nBut well.',
  vendor: { name: 'Example Ltd', url: 'https://example.org/?a=1&b=2' },
  epoch: 1_767_225_600,
  base: { suite: 'trixie', kernel: 'generic', packages: [], mirror: null },
  disk: { sizeBytes: 8 * GIB, slotBytes: 2 * GIB },
  hardware: {
    deployments: [
      { id: 'test', title: 'Test', cpus: 1, memoryBytes: GIB, default: false },
      { id: 'production', title: 'Production', cpus: 4, memoryBytes: 8 * GIB, default: true },
    ],
  },
  network: { ports: [] },
  health: { checks: [] },
  updates: { channelRoot: null },
  targets: ['vmware', 'desktop', 'hyperv', 'azure', 'aws', 'gce', 'kvm'],
  provisioners: [],
  folder: '/nowhere',
  sha256: 'ab'.repeat(32),
};
