import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Mistake, RecipePath } from './mistake.ts';
import { payloadCheckMistakes } from './payload-checks.ts';
import { formatSize, GIB, MIB, parseSize } from './size.ts';
import type { WrittenRecipe } from './written.ts';

/** GPT with its alignment, the BIOS partition, and the backup GPT: 1 MiB each. */
const TABLES_BYTES = 3 * MIB;
const ESP_BYTES = 512 * MIB;
/** Less than this does not hold the state of a first boot. */
const MIN_DATA_BYTES = 256 * MIB;
const MIN_MEMORY_BYTES = 512 * MIB;

/** What a schema can not say. A rule runs only when everything it needs has passed the schema. */
interface Rule {
  needs: readonly RecipePath[];
  check(recipe: WrittenRecipe, folder: string): Mistake[] | Promise<Mistake[]>;
}

const rules: readonly Rule[] = [
  { needs: [['disk']], check: ({ disk }) => diskMistakes(disk) },
  { needs: [['hardware', 'deployments']], check: ({ hardware }) => deploymentMistakes(hardware.deployments) },
  {
    needs: [['base', 'packages']],
    check: ({ base }) => duplicates(['base', 'packages'], base.packages),
  },
  {
    needs: [['network', 'ports']],
    check: ({ network }) =>
      duplicates(
        ['network', 'ports'],
        network.ports.map(({ port, protocol }) => `${port}/${protocol}`),
      ),
  },
  { needs: [['health', 'checks']], check: ({ health }) => payloadCheckMistakes(health.checks) },
  { needs: [['targets']], check: ({ targets }) => duplicates(['targets'], targets) },
  {
    needs: [['provisioners']],
    check: async ({ provisioners }, folder) => [
      ...duplicates(['provisioners'], provisioners),
      ...(await folderMistakes(['provisioners'], provisioners, folder)),
    ],
  },
];

/**
 * @param recipe defaults filled in; parts that `broken` names may have any shape
 * @param broken where the schema already found mistakes
 */
export async function checkRules(
  recipe: WrittenRecipe,
  folder: string,
  broken: readonly RecipePath[],
): Promise<Mistake[]> {
  const usable = rules.filter(({ needs }) => !needs.some((need) => isSpoiled(need, broken)));
  return (await Promise.all(usable.map((rule) => rule.check(recipe, folder)))).flat();
}

/** Whether a mistake that was found makes what stands at `path` unusable. */
export function isSpoiled(path: RecipePath, broken: readonly RecipePath[]): boolean {
  return broken.some((one) => overlaps(path, one));
}

/** Whether one path lies on the way to the other, so that a mistake at either spoils both. */
function overlaps(one: RecipePath, other: RecipePath): boolean {
  const shared = Math.min(one.length, other.length);
  return one.slice(0, shared).every((part, index) => part === other[index]);
}

function diskMistakes(disk: WrittenRecipe['disk']): Mistake[] {
  const size = bytes(disk.size);
  const slot = bytes(disk.slot);
  if (size % GIB !== 0) return [{ path: ['disk', 'size'], message: `must be a whole number of GiB, got ${disk.size}` }];
  if (slot % MIB !== 0) return [{ path: ['disk', 'slot'], message: `must be a whole number of MiB, got ${disk.slot}` }];
  const needed = TABLES_BYTES + ESP_BYTES + 2 * slot + MIN_DATA_BYTES;
  if (needed <= size) return [];
  const smallest = Math.ceil(needed / GIB);
  return [
    {
      path: ['disk', 'size'],
      message: `${disk.size} is too small for two slots of ${disk.slot}: they need a disk of at least ${smallest}G`,
    },
  ];
}

function deploymentMistakes(deployments: WrittenRecipe['hardware']['deployments']): Mistake[] {
  const path = ['hardware', 'deployments'];
  const mistakes = duplicates(
    path,
    deployments.map(({ id }) => id),
  );
  const defaults = deployments.filter((deployment) => deployment.default).length;
  if (defaults !== 1) {
    mistakes.push({ path, message: `exactly one must have default: true, got ${defaults === 0 ? 'none' : defaults}` });
  }
  deployments.forEach(({ memory }, index) => {
    const size = bytes(memory);
    if (size % MIB === 0 && size >= MIN_MEMORY_BYTES) return;
    const message = `expected at least ${formatSize(MIN_MEMORY_BYTES)}, in whole MiB, got ${memory}`;
    mistakes.push({ path: [...path, index, 'memory'], message });
  });
  return mistakes;
}

function duplicates(path: RecipePath, values: readonly string[]): Mistake[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first === index ? [] : [{ path: [...path, index], message: `${value} is already at position ${first + 1}` }];
  });
}

async function folderMistakes(path: RecipePath, folders: readonly string[], root: string): Promise<Mistake[]> {
  const checked = folders.map(async (folder, index) => {
    const message = await folderMistake(folder, root);
    return message === undefined ? [] : [{ path: [...path, index], message }];
  });
  return (await Promise.all(checked)).flat();
}

/** The image's folder is all that a recipe may read: a copied recipe must mean the same everywhere. */
async function folderMistake(folder: string, root: string): Promise<string | undefined> {
  const leaves = `must be a folder inside the image's folder, got "${folder}"`;
  if (isAbsolute(folder) || folder.includes('\0') || isOutside(root, join(root, folder))) return leaves;
  try {
    const real = await realpath(join(root, folder));
    if (isOutside(await realpath(root), real)) return `${leaves}, a link to ${real}`;
    return (await stat(real)).isDirectory() ? undefined : `"${folder}" is not a folder`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no folder "${folder}" in the image's folder`;
    if (code === 'ELOOP') return `"${folder}" is a link that leads back to itself`;
    throw error;
  }
}

/** Whether `path` is `root` itself or not below it. */
function isOutside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function bytes(size: string): number {
  const parsed = parseSize(size);
  if (parsed === undefined) throw new Error(`the schema let "${size}" through as a size`);
  return parsed;
}
