/**
 * Waits until all have ended. When some failed, the failure of the first of them in the list's order is thrown: which one
 * a user reads of does not depend on which came first.
 */
export async function allEnded<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
