import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Bytes } from '../../../src/builder/verify/bytes.ts';
import type { RuleId, Tell } from '../../../src/builder/verify/rules.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A small file that keeps every rule of its format, and what breaks each of them. */
export interface Sample {
  readonly name: string;
  make(): Promise<Buffer>;
  /** Runs the reader. */
  check(bytes: Bytes, path: string, tell: Tell): Promise<void>;
  /** Where a change is worth trying, in bytes from the start; absent means everywhere. */
  readonly places?: readonly (readonly [start: number, length: number])[];
  /** Makes checksums right again after a change, for a reader that gets behind them. */
  seal?(file: Buffer): void;
  readonly violations: readonly Violation[];
}

/** Breaks one rule. */
export interface Violation {
  readonly rule: RuleId;
  readonly what: string;
  /** Changes the file, or gives another. */
  change(file: Buffer): Buffer | undefined;
}

export interface Told {
  readonly rule: RuleId;
  readonly where: string;
  readonly message: string;
}

const folder = tempFolder();

/**
 * What a reader tells of a file.
 * @throws {RangeError} as readers do where a structure points past the end
 */
export async function toldOf(sample: Pick<Sample, 'check'>, file: Uint8Array): Promise<Told[]> {
  const path = join(folder, 'sample');
  await writeFile(path, file);
  return toldOfPath(sample, path);
}

export async function toldOfPath({ check }: Pick<Sample, 'check'>, path: string): Promise<Told[]> {
  const told: Told[] = [];
  await Bytes.with(path, (bytes) => check(bytes, path, (rule, where, message) => told.push({ rule, where, message })));
  return told;
}

/** A violation that writes these bytes at a place, and then makes the checksums right. */
export function overwrite(
  rule: RuleId,
  what: string,
  at: number,
  bytes: readonly number[] | string | bigint,
  seal: (file: Buffer) => void = () => undefined,
): Violation {
  return {
    rule,
    what,
    change: (file) => {
      const place = at < 0 ? file.length + at : at;
      if (typeof bytes === 'bigint') file.writeBigUInt64LE(bytes, place);
      else if (typeof bytes === 'string') file.write(bytes, place, 'latin1');
      else file.set(bytes, place);
      seal(file);
      return undefined;
    },
  };
}
