import { join } from 'node:path';
import type { Exec } from '../../../src/builder/exec/run.ts';
import { makeKeyPair } from '../../../src/builder/tools/ssh-keygen.ts';
import { bootToLogin } from './boot-to-login.ts';
import { makeStockDisk } from './stock-disk.ts';

/** In turn, so that a busy moment of the host meets both. */
const ROUNDS = 3;

/** One figure of both systems: medians, in seconds from power-on. */
export interface Comparison {
  readonly what: string;
  readonly ours: number;
  readonly stock: number;
}

/** Starts an appliance and a stock Debian 13 with cloud-init on the same emulated machine, one guest at a time. */
export async function compareStarts(exec: Exec, qcow2: string, folder: string): Promise<Comparison[]> {
  const blocks = {
    ours: { driver: 'qcow2', file: { driver: 'file', filename: qcow2 } },
    stock: { driver: 'raw', file: { driver: 'file', filename: await makeStockDisk(exec, folder) } },
  };
  const key = await makeKeyPair(exec, join(folder, 'boot-key'), 'bench');
  const runs: Record<keyof typeof blocks, { prompt: number; login: number }[]> = { ours: [], stock: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['ours', 'stock'] as const) {
      const guest = { name: `${name}-${round}`, block: blocks[name], accelerator: 'tcg', key } as const;
      runs[name].push(await bootToLogin(exec, { ...guest, folder: join(folder, guest.name) }));
    }
  }
  const median = (name: keyof typeof blocks, of: 'prompt' | 'login'): number =>
    runs[name].map((run) => run[of]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  return [
    { what: 'power-on to prompt, one guest alone', ours: median('ours', 'prompt'), stock: median('stock', 'prompt') },
    { what: 'power-on to login over SSH', ours: median('ours', 'login'), stock: median('stock', 'login') },
  ];
}
