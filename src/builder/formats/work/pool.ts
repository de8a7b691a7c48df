import { Worker } from 'node:worker_threads';
import type { JobKind, Jobs, Reply } from './jobs.ts';

interface Task {
  kind: JobKind;
  input: Jobs[JobKind]['input'];
  resolve(output: Jobs[JobKind]['output']): void;
  reject(error: unknown): void;
}

/** A fixed number of threads that take jobs in the order they were given. Start one a wrap, and close it. */
export class WorkPool {
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Task>();
  readonly #queue: Task[] = [];
  readonly #onAbort = (): void => this.#failAll(this.signal.reason);
  #closed: { reason: unknown } | undefined;

  /**
   * @param threads at least 1
   * @param signal when it aborts, all jobs are rejected with its reason and the threads end
   */
  constructor(threads: number, signal: AbortSignal) {
    this.threads = threads;
    this.signal = signal;
    if (signal.aborted) this.#closed = { reason: signal.reason };
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** @throws the job's failure (an Error with the file system's `code`), or the signal's reason. */
  run<K extends JobKind>(kind: K, input: Jobs[K]['input']): Promise<Jobs[K]['output']> {
    return new Promise<Jobs[JobKind]['output']>((resolve, reject) => {
      if (this.#closed !== undefined) return reject(this.#closed.reason);
      this.#queue.push({ kind, input, resolve, reject });
      this.#dispatch();
    }) as Promise<Jobs[K]['output']>;
  }

  /** Ends the threads. Jobs still under way are rejected. */
  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#failAll(new Error('the work pool was closed'));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    for (;;) {
      if (this.#queue.length === 0) return;
      const worker = this.#idle.pop() ?? (this.#workers.length < this.threads ? this.#start() : undefined);
      if (worker === undefined) return;
      const task = this.#queue.shift();
      if (task === undefined) return;
      this.#busy.set(worker, task);
      worker.postMessage({ kind: task.kind, input: task.input });
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('./start-worker.mjs', import.meta.url), { execArgv: [] });
    worker.on('message', (reply: Reply) => {
      const task = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if ('output' in reply) task?.resolve(reply.output);
      else task?.reject(Object.assign(new Error(reply.failure.message), { code: reply.failure.code }));
      this.#dispatch();
    });
    worker.on('error', (error) => this.#failAll(error));
    this.#workers.push(worker);
    return worker;
  }

  #failAll(reason: unknown): void {
    this.#closed ??= { reason };
    const tasks = [...this.#busy.values(), ...this.#queue.splice(0)];
    this.#busy.clear();
    for (const task of tasks) task.reject(this.#closed.reason);
    for (const worker of this.#workers) void worker.terminate();
  }
}
