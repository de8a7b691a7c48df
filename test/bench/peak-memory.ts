import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 250;

/** Watches a process and its descendants, and keeps the largest sum of their memory (proportional set size). */
export class PeakMemory {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.timer = setInterval(() => this.look(), EVERY_MS);
  }

  /** @returns bytes */
  stop(): number {
    clearInterval(this.timer);
    return this.peak;
  }

  private look(): void {
    const children = new Map<number, number[]>();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const parent = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1] ?? -1);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    }
    let sum = 0;
    const queue = [this.pid];
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      sum += Number(/^Pss_Anon:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
      sum += Number(/^Pss_File:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
      queue.push(...(children.get(pid) ?? []));
    }
    this.peak = Math.max(this.peak, sum);
  }
}

/** Empty when the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
