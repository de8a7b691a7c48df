import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the cache lies: what `--cache-dir` says, else below XDG_CACHE_HOME (XDG Base Directory 0.8), else ~/.cache/kiln. */
export function cacheFolder(option: string | undefined, env: NodeJS.ProcessEnv): string {
  if (option !== undefined) return resolve(option);
  const base = env.XDG_CACHE_HOME;
  // The specification says to ignore a relative one.
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'kiln');
}
