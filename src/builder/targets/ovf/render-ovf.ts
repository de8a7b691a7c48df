import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { KilnError } from '../../errors.ts';
import { releaseStem } from '../../names.ts';
import type { Deployment, Recipe } from '../../recipe/recipe.ts';
import { propertyGroups } from './properties.ts';

/** Which virtual hardware the descriptor asks for; docs/formats.md says why there are two. */
export type OvfHardware = 'vsphere' | 'desktop';

/** Sizes in bytes, all of them measured. */
export interface OvfSizes {
  vmdkBytes: number;
  capacityBytes: number;
  populatedBytes: number;
}

const MIB = 1024 * 1024;
const shared = ['disk', 'processor-and-memory', 'properties'] as const;

/**
 * Renders the OVF descriptor (DSP0243 1.1).
 * @throws {KilnError} `template-invalid` when a template names what it is not given, a mark is left in the result, or
 *   a text of the recipe holds a character XML cannot carry
 */
export function renderOvf(hardware: OvfHardware, recipe: Recipe, sizes: OvfSizes): string {
  const { name, version, title, description, vendor } = recipe;
  const deployments = recipe.hardware.deployments.map(inMiB);
  // VirtualBox knows no configurations and would take whichever size comes last, so desktops get the default alone.
  const choice = hardware === 'vsphere' && deployments.length > 1;
  const view = {
    ...sizes,
    stem: releaseStem(name, version),
    version,
    title,
    description,
    vendor,
    deployments: choice ? deployments : [],
    sizes: choice
      ? deployments.map((deployment) => ({ ...deployment, configuration: deployment.id }))
      : deployments
          .filter((deployment) => deployment.default)
          .map((deployment) => ({ ...deployment, configuration: '' })),
    propertyGroups,
  };
  return checked(render(hardware, view), `OVF for ${hardware}`);
}

function inMiB(deployment: Deployment) {
  return { ...deployment, memoryMiB: Math.floor(deployment.memoryBytes / MIB) };
}

function render(hardware: OvfHardware, view: object): string {
  const engine = Handlebars.create();
  for (const partial of shared) engine.registerPartial(partial, template(partial));
  engine.registerPartial('hardware', template(`hardware-${hardware}`));
  try {
    return engine.compile(template('envelope'), { strict: true, knownHelpersOnly: true })(view);
  } catch (cause) {
    throw invalid(`the OVF template for ${hardware} cannot be rendered: ${(cause as Error).message}`, cause);
  }
}

function template(name: string): string {
  return readFileSync(new URL(`./${name}.ovf.hbs`, import.meta.url), 'utf8');
}

/** @throws {KilnError} `template-invalid` */
export function checked(text: string, what: string): string {
  const mark = /.*(\{\{|\}\}).*/.exec(text);
  if (mark !== null) throw invalid(`a template mark was left in the ${what}: ${mark[0].trim()}`);
  // XML 1.0, production 2: of the control characters only tab, line feed and carriage return.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const control = /.*[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff].*/.exec(text);
  if (control !== null)
    throw invalid(`a control character stands in the ${what}: ${JSON.stringify(control[0].trim())}`);
  return text;
}

function invalid(message: string, cause?: unknown): KilnError {
  return new KilnError({
    code: 'template-invalid',
    message,
    hint: 'Correct the title, description or vendor in image.yaml, or the templates in src/builder/targets/ovf.',
    cause,
  });
}
