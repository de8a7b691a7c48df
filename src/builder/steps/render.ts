import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PayloadChecks } from '../../contract/payload-checks/payload-checks.ts';
import { releaseStem } from '../names.ts';
import { packagesOf } from '../plan/packages.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { GIB, MIB } from '../recipe/size.ts';
import { provisionerEnvironment } from '../render/environment.ts';
import { hclString, markdownText, shellWord, yamlString } from '../render/hcl.ts';
import { provisionerRoot, templateRoot } from '../render/places.ts';
import { MACHINE, packerPlugins, packerSources } from '../render/sources.ts';
import { renderTemplate } from '../render/template.ts';
import { packerVariables } from '../render/variables.ts';
import { bundleFirmware } from './firmware.ts';
import type { Provisioner } from './provisioners.ts';

export interface RenderInput {
  recipe: Recipe;
  /** Seconds since 1970. */
  epoch: number;
  provisioners: readonly Provisioner[];
  /** Authorities the appliance takes update bundles from, PEM. */
  keyring: string;
  /** Public key that may log in to a build machine; a placeholder where a person will put theirs. */
  sshPublicKey?: string;
}

/** Printed by a build before each provisioner, so that a failure can be given its name. */
export const PROVISIONER_MARK = '--- kiln provisioner ';
/** Account of the build machines. */
const LOGIN = 'kiln-build';
/** Second disk of the build VM, seen from inside. */
const EXPORT_DEVICE = '/dev/disk/by-id/virtio-export';
const PLACEHOLDER_KEY = 'ssh-ed25519 PUT-YOUR-PUBLIC-KEY-HERE';
/** Where a build puts the provisioners inside the tree. */
const INSIDE = '/tmp/provisioners';

const helpers = {
  hcl: hclString,
  yaml: yamlString,
  shell: shellWord,
  markdown: markdownText,
  // One stream, so that what a provisioner says stays in order.
  marker: (name: unknown): string => `exec 2>&1; echo ${shellWord(`${PROVISIONER_MARK}${String(name)}`)}`,
  command: (name: unknown): string =>
    `umask 022 && . ${INSIDE}/environment && cd ${shellWord(`${INSIDE}/${String(name)}`)} && sh ./run.sh`,
};

/** Templates by the file each becomes. */
const files: readonly (readonly [template: string, file: string])[] = [
  ['build.pkr.hcl.hbs', 'build.pkr.hcl'],
  ['variables.pkr.hcl.hbs', 'variables.pkr.hcl'],
  ...packerSources.map(({ name }) => [`sources/${name}.pkr.hcl.hbs`, `sources-${name}.pkr.hcl`] as const),
  ['plugins.pkr.hcl.hbs', 'current/plugins.pkr.hcl'],
  ['cloud-init/user-data.hbs', 'cloud-init/user-data'],
  ['cloud-init/meta-data.hbs', 'cloud-init/meta-data'],
  ['provisioners/environment.hbs', 'provisioners/environment'],
  ['provisioners/vm/export-tree.sh.hbs', 'provisioners/vm/export-tree.sh'],
  ['provisioners/native/prepare.sh.hbs', 'provisioners/native/prepare.sh'],
  ['provisioners/native/finish.sh.hbs', 'provisioners/native/finish.sh'],
  ['README.md.hbs', 'README.md'],
];

/**
 * Writes the build as plain Packer and cloud-init files that a person can read and run by hand, and copies the
 * provisioners and the appliance's own programs beside them. The same input gives the same bytes.
 * @returns the files that were made here and not copied, absolute
 * @throws {KilnError} `template-invalid`
 */
export async function renderBuild(input: RenderInput, folder: string): Promise<string[]> {
  const data = templateData(input);
  const written: string[] = [];
  for (const [template, file] of files) {
    const text = await readFile(join(templateRoot, template), 'utf8');
    const rendered = renderTemplate(`packer/${template}`, text, data, helpers);
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, rendered);
    written.push(path);
  }
  const target = join(folder, 'provisioners');
  const checks = join(target, 'firmware/checks.json');
  await mkdir(dirname(checks), { recursive: true });
  await writeFile(checks, `${JSON.stringify(payloadChecksOf(input.recipe), null, 2)}\n`);
  const keyring = join(target, 'firmware/keyring.pem');
  await writeFile(keyring, input.keyring);
  written.push(checks, keyring);
  const { channelRoot } = input.recipe.updates;
  if (channelRoot !== null) {
    const root = join(target, 'firmware/channel-root.json');
    await writeFile(root, channelRoot);
    written.push(root);
  }
  await cp(join(provisionerRoot, 'lib.sh'), join(target, 'lib.sh'));
  for (const { name, folder: from } of input.provisioners) await cp(from, join(target, name), { recursive: true });
  return [...written, ...(await bundleFirmware(join(target, 'firmware')))];
}

/** What the agent finds in the image. */
function payloadChecksOf({ health }: Recipe): PayloadChecks {
  return { schemaVersion: 1, checks: health.checks };
}

function templateData({ recipe, epoch, provisioners, sshPublicKey }: RenderInput): object {
  const stem = releaseStem(recipe.name, recipe.version);
  const deployment = recipe.hardware.deployments.find((one) => one.default) ?? recipe.hardware.deployments[0];
  const diskGiB = recipe.disk.sizeBytes / GIB;
  const packages = packagesOf(recipe);
  return {
    image: recipe.name,
    version: recipe.version,
    title: oneLine(recipe.title),
    description: oneLine(recipe.description),
    artifactName: stem,
    // Google's names know neither dots nor capitals.
    cloudName: stem.toLowerCase().replace(/[^a-z0-9-]/g, '-'),
    diskGiB,
    // Debian's marketplace images are 30 GiB and a disk cannot be smaller; Google's smallest is 10.
    azureDiskGiB: Math.max(diskGiB, 30),
    gcpDiskGiB: Math.max(diskGiB, 10),
    cpus: deployment?.cpus ?? 2,
    memoryMiB: (deployment?.memoryBytes ?? 2 * GIB) / MIB,
    sources: packerSources.map(({ builder }) => builder),
    trees: packerSources.filter(({ startsFrom }) => startsFrom === 'tree').map(({ builder }) => builder),
    machine: MACHINE,
    howTo: packerSources.map(({ name, needs, commands }) => ({ source: name, needs, commands })),
    plugins: packerPlugins,
    variables: packerVariables.map((variable) => ({ sensitive: false, ...variable })),
    provisioners: provisioners.map(({ name }) => name),
    environment: Object.entries(provisionerEnvironment(recipe, epoch)).map(([name, value]) => ({
      name,
      value: oneLine(value),
    })),
    packages,
    kernelPackage: packages.find((name) => /^linux-image-(cloud-)?amd64$/.test(name)),
    login: LOGIN,
    sshKey: sshPublicKey ?? PLACEHOLDER_KEY,
    instanceId: `${stem}-build`,
    exportDevice: EXPORT_DEVICE,
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
