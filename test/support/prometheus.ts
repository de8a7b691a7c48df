import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DebianPrograms } from './debian-programs.ts';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';

/** What Prometheus has of one series. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Unix time, and the value as text. */
  readonly value: readonly [number, string];
}

/** Debian's Prometheus on loopback, with data that goes with the test. */
export class Prometheus {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(address: string, child: ChildProcess) {
    this.address = address;
    this.#child = child;
  }

  /** @param configuration prometheus.yml */
  static async start(programs: DebianPrograms, configuration: string): Promise<Prometheus> {
    const folder = tempFolder();
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, configuration);
    const port = await freePort();
    const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`];
    const child = spawn(programs.path('usr/bin/prometheus'), [...args, `--web.listen-address=127.0.0.1:${port}`], {
      env: { ...process.env, ...programs.env },
      stdio: 'ignore',
    });
    return new Prometheus(`http://127.0.0.1:${port}`, child);
  }

  /** @throws {Error} for a query that Prometheus refuses, or while it does not listen yet */
  async query(expression: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${this.address}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { status, data, error } = (await answer.json()) as {
      status: string;
      error?: string;
      data: { result: Sample[] };
    };
    if (status !== 'success') throw new Error(`${expression}: ${error}`);
    return data.result;
  }

  /** Asks until there is an answer: scrapes take their time. @returns nothing when none came within the tries */
  async answered(expression: string, tries = 60): Promise<readonly Sample[]> {
    for (let left = tries; left > 0; left -= 1) {
      const result = await this.query(expression).catch((error: Error) => {
        // It is not there yet.
        if (error.message.includes('fetch failed')) return [];
        throw error;
      });
      if (result.length > 0) return result;
      await sleep(500);
    }
    return [];
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
  }
}
