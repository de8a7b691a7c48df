import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Who owns a temporary thing, as a word that fits a file name: `<pid namespace>-<pid>-<start>`. The start time tells
 * a process from a later one with the same id (proc(5), /proc/pid/stat field 22, in clock ticks since boot).
 */
export function ownToken(): string {
  return `${pidNamespace()}-${process.pid}-${startOf(process.pid) ?? 0}`;
}

/**
 * Whether the process a token names still runs. One in another PID namespace (a container that shares this folder)
 * can not be seen from here and counts as running: what it owns is not ours to remove.
 * @returns false also for text that is no token
 */
export function ownerRuns(token: string): boolean {
  const match = /^(\d+)-(\d+)-(\d+)$/.exec(token);
  if (match === null) return false;
  const [, namespace, pid, start] = match;
  return namespace !== pidNamespace() || startOf(Number(pid)) === Number(start);
}

function pidNamespace(): string {
  // "pid:[4026531836]"
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}

function startOf(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: it ended between opening and reading.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
  // Field 2, the name in parentheses, may hold spaces and parentheses; count from its end. Field 3 is the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  return Number(fields[22 - 3]);
}
