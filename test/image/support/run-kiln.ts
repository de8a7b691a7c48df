import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface KilnEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface KilnResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed; empty without it. */
  readonly events: readonly KilnEvent[];
}

/** Runs the real command in the checkout, as a user would. */
export async function runKiln(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<KilnResult> {
  const child = spawn(process.execPath, ['scripts/kiln.mjs', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const stdout = Buffer.concat(out).toString();
  const events = args.includes('--json') ? stdout.split('\n').filter(Boolean).map(parse) : [];
  return { code, stdout, stderr: Buffer.concat(err).toString(), events };
}

function parse(line: string): KilnEvent {
  return JSON.parse(line) as KilnEvent;
}
