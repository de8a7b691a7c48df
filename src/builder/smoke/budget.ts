interface Waiting {
  readonly bytes: number;
  grant(): void;
}

/** Memory shared by guests: who asks first is served first, and one guest alone may take more than there is. */
export class Budget {
  readonly #totalBytes: number;
  readonly #queue: Waiting[] = [];
  #used = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  /** Runs `work` once `bytes` are free, and gives them back after. */
  async with<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((grant) => {
      this.#queue.push({ bytes, grant });
      this.#serve();
    });
    try {
      return await work();
    } finally {
      this.#used -= bytes;
      this.#serve();
    }
  }

  #serve(): void {
    for (;;) {
      const [next] = this.#queue;
      if (next === undefined || (this.#used > 0 && this.#used + next.bytes > this.#totalBytes)) return;
      this.#queue.shift();
      this.#used += next.bytes;
      next.grant();
    }
  }
}

/**
 * Works through `items`, at most `limit` at once, and keeps their order. All are finished before a failure is thrown:
 * none is left running behind its caller's back.
 */
export async function mapAtMost<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: PromiseSettledResult<R>[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const item = items[index];
      if (item === undefined) return;
      [results[index]] = (await Promise.allSettled([work(item)])) as [PromiseSettledResult<R>];
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
