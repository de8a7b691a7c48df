import type { Recipe } from '../recipe/recipe.ts';

/** What every provisioner finds in its environment, whatever source it runs in. Documented in docs/provisioners.md. */
export function provisionerEnvironment(recipe: Recipe, epoch: number): Record<string, string> {
  return {
    KILN_IMAGE: recipe.name,
    KILN_VERSION: recipe.version,
    KILN_TITLE: recipe.title,
    KILN_VENDOR_NAME: recipe.vendor.name,
    KILN_VENDOR_URL: recipe.vendor.url,
    KILN_KERNEL: recipe.base.kernel,
    KILN_PORTS: recipe.network.ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' '),
    KILN_TARGETS: recipe.targets.join(' '),
    SOURCE_DATE_EPOCH: String(epoch),
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
  };
}
