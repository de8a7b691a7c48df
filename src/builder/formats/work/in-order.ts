/**
 * Keeps up to `ahead` pieces of work under way and hands out their results in order. Nothing new starts until the
 * consumer asks, so a slow consumer holds no more than `ahead` results.
 */
export async function* inOrder<I, O>(
  inputs: Iterable<I>,
  ahead: number,
  work: (input: I) => Promise<O>,
): AsyncGenerator<readonly [I, O]> {
  const pending: { input: I; output: Promise<O> }[] = [];
  const start = (input: I): void => {
    const output = work(input);
    // Whoever awaits it sees the failure; without this line an earlier failure would leave this one unheard.
    output.catch(() => undefined);
    pending.push({ input, output });
  };
  for (const input of inputs) {
    start(input);
    if (pending.length < ahead) continue;
    const head = pending.shift();
    if (head !== undefined) yield [head.input, await head.output];
  }
  for (const { input, output } of pending) yield [input, await output];
}
