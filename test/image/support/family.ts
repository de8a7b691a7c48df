import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process: the start time tells it from a later one with the same id. */
export interface Member {
  readonly pid: number;
  readonly start: string;
  readonly command: string;
}

interface Row extends Member {
  readonly parent: number;
}

const PATIENCE_MS = 60_000;

/** A process and all that descend from it now, in namespaces of their own too. */
export function familyOf(pid: number): Member[] {
  const rows = allProcesses();
  const family = rows.filter((row) => row.pid === pid);
  for (const member of family) family.push(...rows.filter(({ parent }) => parent === member.pid));
  return family;
}

/** Those whose command line names `text`: a folder of one run, for example. */
export function processesNaming(text: string): Member[] {
  return allProcesses().filter(({ command }) => command.includes(text));
}

/** Waits for processes to be gone: a kill is not over the moment it is sent. @returns those that never went */
export async function survivors(family: readonly Member[]): Promise<Member[]> {
  const started = performance.now();
  for (;;) {
    const now = allProcesses();
    const left = family.filter(({ pid, start }) => now.some((row) => row.pid === pid && row.start === start));
    if (left.length === 0 || performance.now() - started > PATIENCE_MS) return left;
    await sleep(50);
  }
}

function allProcesses(): Row[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        // proc(5): after the name in parentheses come the state (field 3), the parent (4) and, as field 22, the start.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (fields[0] === 'Z') return [];
        return [{ pid: Number(name), parent: Number(fields[1]), start: fields[19] ?? '', command }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}
