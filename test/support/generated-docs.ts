import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/builder/cli/main.ts';
import { recipeReference } from '../../src/builder/recipe/reference.ts';
import { sealRules } from '../../src/builder/seal/rules.ts';
import { faults } from '../../src/builder/smoke/faults/index.ts';
import { profiles } from '../../src/builder/smoke/profiles/index.ts';
import { rules as verifyRules } from '../../src/builder/verify/rules.ts';
import { refusalRules } from '../../src/contract/updates/refusal.ts';
import { phases } from '../../src/contract/updates/state.ts';
import { captureStreams } from './capture-streams.ts';
import { commandPaths } from './command-paths.ts';
import { repositoryRoot } from './source-files.ts';

/** A part of a page that is made from the code. In the page it stands between two comments that name it. */
export interface DocBlock {
  /** Relative to the repository. */
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

/** What makes the pages right again; named by every test that finds one wrong. */
export const REGENERATE = 'run `npm run docs` and commit what it changes';

export async function docBlocks(): Promise<DocBlock[]> {
  const schema = JSON.parse(readFileSync(join(repositoryRoot, 'src/builder/recipe/schema.json'), 'utf8'));
  return [
    { file: 'docs/recipe.md', name: 'keys', text: recipeReference(schema) },
    { file: 'docs/commands.md', name: 'help', text: (await Promise.all(commandPaths().map(helpOf))).join('\n\n') },
    { file: 'docs/seal.md', name: 'rules', text: sealTable() },
    { file: 'docs/verify.md', name: 'rules', text: verifyTable() },
    { file: 'docs/smoke.md', name: 'profiles', text: profileTable() },
    { file: 'docs/smoke.md', name: 'faults', text: faultTable() },
    { file: 'docs/updates.md', name: 'phases', text: phaseTable() },
    { file: 'docs/updates.md', name: 'refusals', text: refusalTable() },
  ];
}

/** A page with one block put in. */
export function withBlock(page: string, { file, name, text }: DocBlock): string {
  const { start, end } = findBlock(page, file, name);
  return `${page.slice(0, start)}\n${text}\n${page.slice(end)}`;
}

/** What stands in a page for a block now. */
export function blockIn(page: string, file: string, name: string): string {
  const { start, end } = findBlock(page, file, name);
  return page.slice(start, end).trim();
}

function findBlock(page: string, file: string, name: string): { start: number; end: number } {
  const open = `<!-- generated: ${name} -->`;
  const start = page.indexOf(open) + open.length;
  const end = page.indexOf('<!-- end of generated -->', start);
  if (start < open.length || end < 0) throw new Error(`${file} has no place for the generated block ${name}`);
  return { start, end };
}

async function helpOf(command: readonly string[]): Promise<string> {
  const { streams, out } = captureStreams();
  const never = (): never => {
    throw new Error('help asks for no work');
  };
  await main([...command, '--help'], {
    streams,
    env: {},
    signal: new AbortController().signal,
    work: { bake: never, render: never, smoke: never, run: never, verify: never, sign: never },
  });
  return `### ${['kiln', ...command].join(' ')}\n\n\`\`\`text\n${out().trimEnd()}\n\`\`\``;
}

function sealTable(): string {
  const actions = { remove: 'removed', files: 'files removed, folders stay', empty: 'emptied, stays' } as const;
  const rows = sealRules.map(({ id, why, paths, action }) => {
    const where = paths.map((path) => `\`/${path}\``).join(' ');
    return `| \`${id}\` | ${where} | ${actions[action]} | ${why} |`;
  });
  return ['| Rule | Paths | Seal | Why |', '|---|---|---|---|', ...rows].join('\n');
}

function verifyTable(): string {
  const rows = verifyRules.map(
    ({ id, title, protects, reason }) => `| \`${id}\` | ${title} | ${protects.join(', ')} | ${reason} |`,
  );
  return ['| Rule | Holds when | Protects | Otherwise |', '|---|---|---|---|', ...rows].join('\n');
}

function profileTable(): string {
  const rows = profiles.map(({ id, kind, channel, notes }) => {
    const found = channel.datasource?.replace(/^DataSource/, '') ?? 'none';
    return `| \`${id}\` | ${kind} | ${found} | ${notes.join('; ')} |`;
  });
  return ['| Profile | Artifact | Datasource | Unlike the platform |', '|---|---|---|---|', ...rows].join('\n');
}

function faultTable(): string {
  const rows = faults.map(({ id, title, profile }) => `| \`${profile}-${id}\` | ${title} |`);
  return ['| Row | What goes wrong |', '|---|---|', ...rows].join('\n');
}

function phaseTable(): string {
  const rows = Object.entries(phases).map(([phase, meaning]) => `| \`${phase}\` | ${meaning} |`);
  return ['| Phase | Means |', '|---|---|', ...rows].join('\n');
}

function refusalTable(): string {
  const rows = refusalRules.map(
    ({ id, refuses, next, passes }) => `| \`${id}\` | ${refuses} | ${passes ? 'stays' : 'ends'} | ${next} |`,
  );
  return ['| Rule | Refused because | Approval | What to do |', '|---|---|---|---|', ...rows].join('\n');
}
