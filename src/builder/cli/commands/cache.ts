import { type Command, InvalidArgumentError } from 'commander';
import type { CacheListing } from '../../cache/inventory.ts';
import { formatSize, parseSize } from '../../recipe/size.ts';
import { table } from '../../report/table.ts';
import type { Session, Start } from '../session.ts';

const DEFAULT_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

interface PruneOptions {
  olderThan?: number;
  maxSize?: number;
  all?: true;
}

export function addCache(program: Command, start: Start): void {
  const cache = program.command('cache').description('List what is kept between bakes, or remove some of it.');
  cache
    .command('list')
    .description('List cache entries, the most recently used first.')
    .addHelpText('after', '\nExamples:\n  kiln cache list\n  kiln cache list --json')
    .action(start(list));
  cache
    .command('prune')
    .description(`Remove cache entries. Without options: those not used for ${DEFAULT_DAYS} days.`)
    .option('--older-than <days>', 'remove what was not used for so many days, like 14d', days)
    .option('--max-size <size>', 'remove the least recently used until the rest is at most this, like 10G', size)
    .option('--all', 'remove everything')
    .addHelpText(
      'after',
      `
Entries that a running bake works with are kept. Nothing is lost for good: what is missing is made again.

Examples:
  kiln cache prune
  kiln cache prune --older-than 7d --max-size 20G
  kiln cache prune --all`,
    )
    .action(start(prune));
}

async function list({ cacheDir, display }: Session): Promise<void> {
  const { listCache } = await import('../../cache/inventory.ts');
  const entries = await listCache(cacheDir);
  const total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const head = ['KIND', 'ID', 'SIZE', 'LAST USED', 'WHAT'];
  const text = [
    ...(entries.length === 0 ? [] : [table([head, ...entries.map(row)], [2])]),
    `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ${formatSize(total)} in ${cacheDir}`,
  ].join('\n');
  display.result({ cacheDir, totalBytes: total, entries: entries.map(forMachines) }, text);
}

async function prune({ cacheDir, display }: Session, options: PruneOptions): Promise<void> {
  const { pruneCache } = await import('../../cache/inventory.ts');
  const byDefault = options.olderThan === undefined && options.maxSize === undefined;
  const olderThan = options.olderThan ?? (byDefault ? DEFAULT_DAYS : undefined);
  const removed = await pruneCache(cacheDir, {
    all: options.all === true,
    ...(olderThan === undefined ? {} : { usedSince: new Date(Date.now() - olderThan * DAY_MS) }),
    ...(options.maxSize === undefined ? {} : { maxBytes: options.maxSize }),
  });
  const freed = removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const text = `Removed ${removed.length} ${removed.length === 1 ? 'entry' : 'entries'}, ${formatSize(freed)}`;
  display.result({ cacheDir, freedBytes: freed, removed: removed.map(forMachines) }, text);
}

function row(entry: CacheListing): string[] {
  const state = entry.damaged ? 'damaged' : entry.description;
  const used = entry.inUse ? 'in use' : entry.lastUsed.toISOString().slice(0, 16).replace('T', ' ');
  return [entry.kind, entry.id.slice(0, 12), formatSize(entry.sizeBytes), used, state];
}

function forMachines({ folder, ...entry }: CacheListing): object {
  return { ...entry, path: folder };
}

function days(text: string): number {
  const match = /^(\d{1,5})d?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Give a number of days, like 14d.');
  return Number(match[1]);
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('Give a size like 10G or 512M.');
  return bytes;
}
