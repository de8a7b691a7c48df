import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import { canonicalReceipt, parseReceipt, type SignedReceipt } from '../../contract/updates/receipt.ts';
import { createAtomically, replaceAtomically } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/read-if-there.ts';

/** A version that was kept after its trial, and since when it runs. */
export interface Kept {
  readonly version: string;
  readonly manifestHash: string;
  /** RFC 3339. */
  readonly committed: string;
}

/** A receipt, and what whoever reads it has to know of its signer. */
export interface Testimony {
  readonly signed: SignedReceipt;
  /** Ed25519 SubjectPublicKeyInfo (RFC 8410) in base64: `updates.testedFirst.publicKey` of the others. */
  readonly publicKey: string;
}

const ROOT_ALONE = 0o600;

/** Notes what was kept, for receipts to come. */
export async function noteKept(updates: string, kept: Kept): Promise<void> {
  const content = `${JSON.stringify(kept)}\n`;
  await replaceAtomically(keptFile(updates), { content, mode: ROOT_ALONE, gid: process.getegid?.() ?? 0 });
}

/**
 * Testifies that this appliance has run its version since it kept it. Its key is made the first time, and stays here.
 * @param about the appliance's name, and what runs
 * @returns undefined where that version came with the image, or nothing is noted of it
 */
export async function testify(
  updates: string,
  about: { readonly appliance: string; readonly image: string; readonly version: string },
  now: Date,
): Promise<Testimony | undefined> {
  const noted = await readIfThere(keptFile(updates));
  const kept = noted === '' ? undefined : (JSON.parse(noted) as Kept);
  if (kept === undefined || kept.version !== about.version) return undefined;
  const { manifestHash, committed } = kept;
  const receipt = { schemaVersion: 1, ...about, manifestHash, committed, issued: now.toISOString() } as const;
  const key = await ownKey(updates);
  const signature = sign(null, Buffer.from(canonicalReceipt(receipt)), key).toString('base64');
  return {
    // What others could not read would be no receipt.
    signed: parseReceipt(JSON.stringify({ receipt, signature })),
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}

async function ownKey(updates: string): Promise<KeyObject> {
  const path = join(updates, 'receipts.key');
  const there = await readIfThere(path);
  if (there !== '') return createPrivateKey(there);
  const { privateKey } = generateKeyPairSync('ed25519');
  await createAtomically(path, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), ROOT_ALONE);
  return privateKey;
}

const keptFile = (updates: string): string => join(updates, 'kept.json');
