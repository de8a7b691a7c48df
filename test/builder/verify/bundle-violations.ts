import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleId } from '../../../src/builder/verify/rules.ts';
import type { ReleaseBundle } from '../../../src/contract/release.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { rootA, run } from './sample-boot-disk.ts';

const MIB = 2 ** 20;

export const BUNDLE = 'sample-1.2.3.raucb';

/** A bundle that breaks a rule. */
export interface BundleViolation {
  readonly rule: RuleId;
  readonly what: string;
  /** Its slot image, made from slot A; `null`: the file is no bundle at all. */
  readonly slot: ((slotA: Buffer) => Buffer) | null;
}

const rule = 'bundle-same-bytes';

export const bundleViolations: readonly BundleViolation[] = [
  { rule, what: 'a slot image that differs in one bit', slot: flipped },
  { rule, what: 'a slot image that is cut short', slot: (slotA) => slotA.subarray(0, (rootA.length - 1) * MIB) },
  { rule, what: 'no squashfs', slot: null },
];

function flipped(slotA: Buffer): Buffer {
  const bytes = Buffer.from(slotA);
  bytes[5 * MIB] = (bytes[5 * MIB] ?? 0) ^ 1;
  return bytes;
}

/** Slot A of the sample disk. */
export async function slotOf(raw: string): Promise<Buffer> {
  return (await readFile(raw)).subarray(rootA.start * MIB, (rootA.start + rootA.length) * MIB);
}

/** Writes what of a bundle `kiln verify` looks at: the squashfs with the slot image, without a signature. */
export async function sampleBundle(stagingDir: string, slot: Buffer | null): Promise<ReleaseBundle> {
  const path = join(stagingDir, BUNDLE);
  if (slot === null) await writeFile(path, 'no bundle');
  else {
    const content = tempFolder();
    await writeFile(join(content, 'rootfs.img'), slot);
    await run('mksquashfs', content, path, '-comp', 'zstd', '-noappend', '-quiet', '-no-progress');
  }
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: BUNDLE, sizeBytes: bytes.length, sha256, manifestHash: 'a'.repeat(64), signer: 'b'.repeat(64) };
}
