import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import { createExec } from '../exec/run.ts';

export interface ImageLockOptions {
  outputRoot: string;
  image: string;
  /** What is done to it; absent: it is baked. */
  being?: 'baked' | 'changed';
  /** What this run is, for whoever finds the lock taken: `kiln bake images/reference`. */
  command: string;
  /** Wait for the other run instead of failing. */
  wait: boolean;
  /** Told once, when waiting begins. */
  note: (line: string) => void;
  /** Ends the waiting. */
  signal: AbortSignal;
}

/** Who holds a lock, as its file says. */
interface Holder {
  pid: number;
  since: string;
  command: string;
}

/** flock's answer when another holds the lock; outside the codes of the shell. */
const TAKEN = 75;
/** setTimeout knows no longer time: 24 days. */
const FOREVER_SECONDS = 2_000_000;

/**
 * Runs `work` as the only bake of an image into an output folder, or the only change of another folder, across processes.
 *
 * The lock is the kernel's (flock(2)) and held by a child that dies with us, so a `kill -9` frees it at once and
 * nothing is ever guessed from process ids or times. The file stays: removing a lock file while another waits for it
 * would give two holders.
 * @throws {KilnError} `locked`, naming the holder; `interrupted` while waiting
 */
export async function withImageLock<T>(options: ImageLockOptions, work: () => Promise<T>): Promise<T> {
  const file = join(options.outputRoot, options.image, '.lock');
  await mkdir(join(options.outputRoot, options.image), { recursive: true });
  let release = await tryLock(file, false, options.signal);
  if (release === undefined) {
    const holder = describe(await readHolder(file), options);
    if (!options.wait) throw locked(holder, options.being);
    options.note(`Waiting: ${holder}`);
    release = await tryLock(file, true, options.signal);
  }
  if (release === undefined) throw new Error('flock gave up waiting without a time limit');
  try {
    const own: Holder = { pid: process.pid, since: new Date().toISOString(), command: options.command };
    await writeFile(file, `${JSON.stringify(own)}\n`);
    return await work();
  } finally {
    await release();
  }
}

type Release = () => Promise<void>;

/** @returns undefined when another has the lock and `wait` is false */
async function tryLock(file: string, wait: boolean, signal: AbortSignal): Promise<Release | undefined> {
  signal.throwIfAborted();
  const end = new AbortController();
  // --no-fork: flock becomes the shell, which becomes sleep; one process owns the lock and nothing can outlive it.
  const argv = [
    'flock',
    '--no-fork',
    wait ? '--exclusive' : '--nonblock',
    '--conflict-exit-code',
    String(TAKEN),
    file,
  ] as const;
  let onHeld = (): void => {};
  const held = new Promise<'held'>((resolve) => {
    onHeld = () => resolve('held');
  });
  const stop = (): void => end.abort();
  signal.addEventListener('abort', stop, { once: true });
  const child = createExec(end.signal)
    .run([...argv, 'sh', '-c', 'echo held; exec sleep infinity'], {
      purpose: `lock ${file}`,
      timeoutSeconds: FOREVER_SECONDS,
      okCodes: [TAKEN],
      onLine: onHeld,
    })
    .then(
      () => 'taken' as const,
      (error: unknown) => {
        if (!end.signal.aborted) throw error;
        return 'ended' as const;
      },
    );
  const first = await Promise.race([held, child]);
  // From here on an abort of the work must not free the lock: the work still cleans up behind itself.
  signal.removeEventListener('abort', stop);
  if (first === 'taken') return undefined;
  if (first === 'ended') signal.throwIfAborted();
  return async () => {
    end.abort();
    await child;
  };
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof holder === 'object' && holder !== null && 'pid' in holder ? (holder as Holder) : undefined;
  } catch (error) {
    // SyntaxError: the holder has the lock and has not written its name yet.
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function describe(holder: Holder | undefined, { image, being = 'baked' }: ImageLockOptions): string {
  if (holder === undefined) return `${image} is being ${being} by another run`;
  return `${image} is being ${being} by process ${holder.pid} since ${holder.since} (${holder.command})`;
}

function locked(holder: string, being: ImageLockOptions['being']): KilnError {
  return new KilnError({
    code: 'locked',
    message: holder,
    hint:
      being === 'changed'
        ? 'Wait for it to end and try again.'
        : 'Wait for it to end, add --wait, or choose another --output.',
  });
}
