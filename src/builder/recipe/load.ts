import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { KilnError } from '../errors.ts';
import { RECIPE_FILE } from '../names.ts';
import { readChannelRoot } from './channel-root.ts';
import { checkSchema } from './check-schema.ts';
import { parseSourceDateEpoch } from './epoch.ts';
import { type Mistake, showPath } from './mistake.ts';
import { normalise } from './normalise.ts';
import type { Recipe } from './recipe.ts';
import { checkRules, isSpoiled } from './rules.ts';
import { formatSize, MIB } from './size.ts';
import type { WrittenRecipe } from './written.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

/** A person does not write more; a disk image named by mistake is not read into memory. */
const MAX_BYTES = MIB;

/**
 * Reads, checks and freezes a recipe.
 * @param path image.yaml itself or the folder it lies in
 * @param env read for SOURCE_DATE_EPOCH only
 * @throws {KilnError} `recipe-missing`; `recipe-invalid` with every mistake and its line; `usage`
 */
export async function loadRecipe(path: string, env: NodeJS.ProcessEnv = process.env): Promise<Recipe> {
  const file = await findRecipe(path);
  const shown = showFile(file);
  const data = await readFile(file);
  const source = readYaml(decode(data, shown));
  if (source.syntax.length > 0) {
    throw invalid(source.syntax.map(({ line, column, message }) => `${shown}:${line}:${column}: ${message}`));
  }
  const folder = dirname(await realpath(file));
  const { mistakes, channelRoot } = await check(source.value, folder);
  if (mistakes.length > 0) throw invalid(placed(mistakes, source, shown));
  return normalise(source.value as WrittenRecipe, {
    folder,
    sha256: createHash('sha256').update(data).digest('hex'),
    defaultEpoch: epochFrom(env),
    channelRoot,
  });
}

interface Checked {
  readonly mistakes: readonly Mistake[];
  /** Text of the file that the recipe names; null as well where it is a mistake. */
  readonly channelRoot: string | null;
}

async function check(value: unknown, folder: string): Promise<Checked> {
  const broken = checkSchema(value);
  const paths = broken.map(({ path }) => path);
  if (paths.some((path) => path.length === 0)) return { mistakes: broken, channelRoot: null };
  const written = value as WrittenRecipe;
  const mistakes = [...broken, ...(await checkRules(written, folder, paths))];
  const place = ['updates', 'channelRoot'];
  const named = isSpoiled(place, paths) ? null : written.updates.channelRoot;
  if (named === null) return { mistakes, channelRoot: null };
  const root = await readChannelRoot(named, folder, new Date());
  if ('text' in root) return { mistakes, channelRoot: root.text };
  return { mistakes: [...mistakes, { path: place, message: root.fault }], channelRoot: null };
}

async function findRecipe(path: string): Promise<string> {
  const file = (await kindOf(path)) === 'folder' ? join(path, RECIPE_FILE) : path;
  if ((await kindOf(file)) === 'file') return resolve(file);
  throw new KilnError({
    code: 'recipe-missing',
    message: `there is no recipe at ${file}`,
    hint: await whereToLook(path),
  });
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  try {
    const found = await stat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'none';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'none';
    throw error;
  }
}

async function whereToLook(path: string): Promise<string> {
  const parent = dirname(resolve(path));
  const wanted = basename(resolve(path));
  const names: string[] = [];
  // The parent may not exist or not be a folder; then there is nothing to suggest.
  for (const name of await readdir(parent).catch(() => [])) {
    if ((await kindOf(join(parent, name, RECIPE_FILE))) === 'file') names.push(name);
  }
  const general = `Name a folder that holds an ${RECIPE_FILE}, for example images/reference.`;
  if (names.length === 0) return general;
  const guess = closest(wanted, names);
  if (distance(wanted, guess) <= 3) return `Did you mean ${join(dirname(path), guess)}?`;
  return `Recipes in ${showFile(parent)}: ${names.sort().join(', ')}.`;
}

function decode(data: Buffer, shown: string): string {
  if (data.length > MAX_BYTES) {
    throw invalid([`${shown}: is larger than ${formatSize(MAX_BYTES)}, which no recipe is`]);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch (error) {
    // TypeError is all that a fatal decoder throws.
    if (!(error instanceof TypeError)) throw error;
    throw invalid([`${shown}: is not UTF-8 text`]);
  }
}

function placed(mistakes: readonly Mistake[], source: YamlSource, shown: string): string[] {
  return mistakes
    .map((mistake) => ({ mistake, ...source.locate(mistake.path, mistake.atKey ?? false) }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ mistake, line, column }) => {
      const place = mistake.path.length === 0 ? '' : `${showPath(mistake.path)}: `;
      return `${shown}:${line}:${column}: ${place}${mistake.message}`;
    });
}

function invalid(lines: readonly string[]): KilnError {
  const count = lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`;
  return new KilnError({
    code: 'recipe-invalid',
    message: `the recipe has ${count}\n${lines.map((line) => `  ${line}`).join('\n')}`,
    hint: 'Correct the lines above; docs/recipe.md describes every key.',
  });
}

function epochFrom(env: NodeJS.ProcessEnv): number | null {
  const text = env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return null;
  const epoch = parseSourceDateEpoch(text);
  if (epoch !== undefined) return epoch;
  throw new KilnError({
    code: 'usage',
    message: `SOURCE_DATE_EPOCH is "${text}", which is no number of seconds between 1980 and 2107`,
    hint: 'Set it to seconds since 1970, as `date +%s` prints them, or unset it.',
  });
}

function showFile(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near === '' ? '.' : near;
}
