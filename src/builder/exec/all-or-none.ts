/**
 * Waits until all have ended, so that nothing writes any more when the caller cleans up. The first failure counts; it
 * aborts the rest through `failure`.
 * @param failure its signal must be one that the work listens to
 */
export async function allOrNone<T extends readonly unknown[]>(
  work: { readonly [Index in keyof T]: Promise<T[Index]> },
  failure: AbortController,
): Promise<T> {
  let first: { error: unknown } | undefined;
  await Promise.allSettled(
    work.map((one) =>
      one.catch((error: unknown) => {
        first ??= { error };
        failure.abort(error);
      }),
    ),
  );
  if (first !== undefined) throw (first as { error: unknown }).error;
  return Promise.all(work) as unknown as Promise<T>;
}
