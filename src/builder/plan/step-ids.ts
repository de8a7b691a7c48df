import type { ArtifactKind } from '../names.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { codeId, type StepName } from './code-id.ts';
import { contentId, treeId } from './content-id.ts';
import { ESP_BYTES } from './disk-layout.ts';
import { packagesOf, toolTreePackages } from './packages.ts';

export interface StepIdInput {
  recipe: Recipe;
  /** SHA-256 of each suite's InRelease. */
  releases: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  epoch: number;
  source: 'sandbox' | 'vm';
  kinds: readonly ArtifactKind[];
  /** Authorities an appliance takes bundles from, PEM. */
  keyring: string;
  /** SHA-256 fingerprint of the certificate bundles are signed with. */
  signer: string;
  /** Folders of all provisioners, in the order they run. */
  provisioners: readonly { name: string; folder: string }[];
}

/** Content id of every step of a bake, each made from the ids of the steps before it and its own inputs. */
export async function stepIds(input: StepIdInput): Promise<Record<StepName, string>> {
  const { recipe, releases, epoch } = input;
  const { suite } = recipe.base;
  const toolTree = await toolTreeId(input);
  const base = contentId({ code: await codeId('base'), suite, releases, epoch, packages: packagesOf(recipe) });
  const provision = contentId({
    code: await codeId('provision'),
    base,
    source: input.source,
    keyring: input.keyring,
    said: saidToProvisioners(recipe),
    provisioners: input.provisioners.map(({ name }) => name),
    files: await treeId(input.provisioners.flatMap(({ folder }) => [folder, `${folder}/../lib.sh`])),
  });
  const slot = contentId({
    code: await codeId('slot'),
    provision,
    toolTree,
    image: recipe.name,
    version: recipe.version,
    bytes: recipe.disk.slotBytes,
  });
  const disk = contentId({ code: await codeId('disk'), slot, toolTree, bytes: recipe.disk.sizeBytes, esp: ESP_BYTES });
  const bundle = contentId({ code: await codeId('bundle'), slot, toolTree, signer: input.signer });
  const wrap = contentId({ code: await codeId('wrap'), disk, recipe: recipe.sha256, kinds: [...input.kinds].sort() });
  return { 'tool-tree': toolTree, base, provision, slot, disk, bundle, wrap };
}

/** Content id of the tool tree, which depends on no recipe. */
export async function toolTreeId({ releases, epoch }: Pick<StepIdInput, 'releases' | 'epoch'>): Promise<string> {
  return contentId({ code: await codeId('tool-tree'), releases, epoch, packages: toolTreePackages });
}

/** What of the recipe reaches a provisioner; the rest of it cannot change a tree. */
function saidToProvisioners(recipe: Recipe): Readonly<Record<string, unknown>> {
  const { name, version, title, vendor, network, health, updates, targets, base } = recipe;
  return { name, version, title, vendor, ports: network.ports, health, updates, targets, kernel: base.kernel };
}
