import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseReceipt, ReceiptError, type SignedReceipt } from '../../contract/updates/receipt.ts';
import { replaceAtomically } from '../platform/atomic-file.ts';

/** More than one for each version and test appliance that anybody keeps. */
const KEPT = 50;

/** Receipts that an operator carried over. Whether they count is the rules' to say. */
export async function readReceipts(updates: string): Promise<SignedReceipt[]> {
  const receipts: SignedReceipt[] = [];
  for (const name of await names(updates)) {
    try {
      receipts.push(parseReceipt(await readFile(join(folderIn(updates), name), 'utf8')));
    } catch (error) {
      if (!(error instanceof ReceiptError)) throw error;
    }
  }
  return receipts;
}

/**
 * Keeps a receipt; of one test appliance and version, the latest counts.
 * @throws {ReceiptError} when it is none
 */
export async function keepReceipt(updates: string, text: string): Promise<SignedReceipt> {
  const signed = parseReceipt(text);
  const { appliance, version } = signed.receipt;
  await mkdir(folderIn(updates), { recursive: true });
  const path = join(folderIn(updates), `${version}@${appliance}.json`);
  await replaceAtomically(path, { content: text, mode: 0o600, gid: process.getegid?.() ?? 0 });
  await forgetOldest(updates);
  return signed;
}

/** The one that came last is the newest, whatever it is about. */
async function forgetOldest(updates: string): Promise<void> {
  const kept = await Promise.all(
    (await names(updates)).map(async (name) => {
      const path = join(folderIn(updates), name);
      return { path, time: (await stat(path)).mtimeMs };
    }),
  );
  kept.sort((a, b) => a.time - b.time);
  for (const { path } of kept.slice(0, -KEPT)) await rm(path, { force: true });
}

const folderIn = (updates: string): string => join(updates, 'receipts');

async function names(updates: string): Promise<string[]> {
  const all = await readdir(folderIn(updates)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return all.filter((name) => name.endsWith('.json')).sort();
}
