import { readdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { readTimes } from '../checks/cpu.ts';
import { usedPercent } from '../checks/disk.ts';
import { availablePercent } from '../checks/memory.ts';
import type { MachineMetric } from './metrics.ts';

interface Counters {
  readonly atMs: number;
  /** Ticks. */
  readonly busy: number;
  readonly all: number;
  /** Bytes. */
  readonly received: number;
  readonly sent: number;
}

/** Takes the figures of the machine. What counts up is told as what it came to since the time before. */
export class MachineSampler {
  readonly #root: string;
  readonly #elapsedMs: () => number;
  #before: Counters | null = null;

  constructor(root: string, elapsedMs: () => number) {
    this.#root = root;
    this.#elapsedMs = elapsedMs;
  }

  /** @returns what could be found out: one figure that is missing keeps back no other */
  async sample(): Promise<ReadonlyMap<MachineMetric, number>> {
    const figures = new Map<MachineMetric, number>();
    const put = (name: MachineMetric, value: number): void => {
      if (Number.isFinite(value)) figures.set(name, value);
    };
    const proc = (name: string): Promise<string> => readFile(join(this.#root, 'proc', name), 'utf8').catch(() => '');
    const [stat, meminfo, loadavg, data] = await Promise.all([
      proc('stat'),
      proc('meminfo'),
      proc('loadavg'),
      statfs(join(this.#root, 'data')).catch(() => undefined),
    ]);
    put('memory_available_percent', availablePercent(meminfo).percent);
    put('load1', Number.parseFloat(loadavg));
    if (data !== undefined) put('disk_used_percent', usedPercent(data).bytes);

    const counters = { atMs: this.#elapsedMs(), ...readTimes(stat), ...(await this.#traffic()) };
    const before = this.#before;
    this.#before = counters;
    if (before === null) return figures;
    put('cpu_busy_percent', ((counters.busy - before.busy) / (counters.all - before.all)) * 100);
    const seconds = (counters.atMs - before.atMs) / 1000;
    // A card that was taken out takes its counters with it: less than before is not known, and not negative.
    const rate = (now: number, then: number): number => (now >= then ? (now - then) / seconds : Number.NaN);
    put('network_receive_bytes_per_second', rate(counters.received, before.received));
    put('network_transmit_bytes_per_second', rate(counters.sent, before.sent));
    return figures;
  }

  /** Of all cards together. One that belongs to another, as accelerated ones do, is counted there. */
  async #traffic(): Promise<{ received: number; sent: number }> {
    const text = await readFile(join(this.#root, 'proc/net/dev'), 'utf8').catch(() => '');
    let [received, sent] = [0, 0];
    for (const [, name = '', rest = ''] of text.matchAll(/^ *([^\s:]+): *(.*)$/gm)) {
      if (name === 'lo' || (await this.#belongsToAnother(name))) continue;
      const fields = rest.split(/\s+/).map(Number);
      received += fields[0] ?? 0;
      sent += fields[8] ?? 0;
    }
    return { received, sent };
  }

  async #belongsToAnother(name: string): Promise<boolean> {
    const names = await readdir(join(this.#root, 'sys/class/net', name)).catch((): string[] => []);
    return names.includes('master');
  }
}
