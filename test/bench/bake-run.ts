import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PeakMemory } from './peak-memory.ts';

const kiln = fileURLToPath(new URL('../../scripts/kiln.mjs', import.meta.url));

interface Event {
  readonly event: string;
  readonly time: string;
  readonly name?: string;
  readonly seconds?: number;
  readonly unchanged?: boolean;
  readonly message?: string;
}

export interface BakeRun {
  /** Whole command, seconds. */
  readonly total: number;
  /** From the start of the command to the end of the step `disk`, seconds; 0 when no disk was made. */
  readonly toGoldenDisk: number;
  /** Seconds by step name. */
  readonly steps: Readonly<Record<string, number>>;
  readonly unchanged: boolean;
  /** Largest sum of the resident memory of Kiln and all it started, in bytes; files in memory do not count. */
  readonly peakBytes: number;
}

/** Runs `kiln bake --json` as a user would and reads its events. Throws when it fails. */
export async function runBake(args: readonly string[]): Promise<BakeRun> {
  const started = Date.now();
  const child = spawn(process.execPath, [kiln, 'bake', ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const memory = new PeakMemory(child.pid ?? 0);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const total = (Date.now() - started) / 1000;
  const peakBytes = memory.stop();
  const events = Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
  if (code !== 0) throw new Error(`kiln bake ${args.join(' ')}: ${events.at(-1)?.message ?? `code ${code}`}`);
  const ends = events.filter(({ event }) => event === 'step-end');
  const disk = ends.find(({ name }) => name === 'disk');
  return {
    total,
    toGoldenDisk: disk === undefined ? 0 : (Date.parse(disk.time) - started) / 1000,
    steps: Object.fromEntries(ends.map(({ name, seconds }) => [name ?? '', seconds ?? 0])),
    unchanged: events.some(({ unchanged }) => unchanged === true),
    peakBytes,
  };
}
