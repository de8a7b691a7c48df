import { rename, writeFile } from 'node:fs/promises';
import { readIfThere } from '../../platform/read-if-there.ts';
import { type OutsideCheckId, outsideCheckIds } from './targets.ts';

/** What was found out about the outside, by a program that may reach it, for the agent, which may not. */
export interface OutsideResult {
  readonly id: OutsideCheckId;
  /** What was asked. */
  readonly target: string;
  readonly healthy: boolean;
  readonly detail: string;
  readonly advice: string;
  /** Seconds since the machine was started: no clock can set it back. */
  readonly atUptimeSeconds: number;
}

const TEXT_CHARACTERS = 1000;

export async function writeResults(path: string, results: readonly OutsideResult[]): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify({ schemaVersion: 1, results })}\n`);
  await rename(`${path}.new`, path);
}

/**
 * @returns empty when nothing was found out yet
 * @throws {Error} when the file is none of ours
 */
export async function readResults(path: string): Promise<OutsideResult[]> {
  const text = await readIfThere(path);
  if (text === '') return [];
  const document = JSON.parse(text) as { schemaVersion?: unknown; results?: unknown } | null;
  if (document?.schemaVersion !== 1 || !Array.isArray(document.results) || document.results.length > 8)
    throw new Error(`${path} is no list of results`);
  return document.results.map((one: unknown) => {
    const { id, target, healthy, detail, advice, atUptimeSeconds } = (one ?? {}) as Record<string, unknown>;
    const known = outsideCheckIds.find((name) => name === id);
    const isText = [target, detail, advice].every((part) => typeof part === 'string' && part.length <= TEXT_CHARACTERS);
    if (known === undefined || !isText || typeof healthy !== 'boolean' || typeof atUptimeSeconds !== 'number')
      throw new Error(`${path} holds what is no result`);
    const texts = { target: target as string, detail: detail as string, advice: advice as string };
    return { id: known, ...texts, healthy, atUptimeSeconds };
  });
}
