import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createExec } from '../../../src/builder/exec/run.ts';
import { bundleProgram } from '../../../src/builder/steps/firmware.ts';
import { debianPrograms } from '../../support/debian-programs.ts';
import { exporterCollectors } from '../../support/exporter-collectors.ts';

const EXPORTER_PORT = 19_100;
/** As in kiln-agent.service. */
const NODE_FLAGS = ['--max-old-space-size=48', '--max-semi-space-size=1', '--v8-pool-size=1', '--optimize-for-size'];
const SCRAPES = 50;
const CPU_SECONDS = 60;
const SCRAPE_SECONDS = 15;
const TICKS_PER_SECOND = 100;

/** @returns rows of the agent: what, measured, to compare */
export async function agentRows(): Promise<[string, string, string][]> {
  const programs = await debianPrograms('wrk', 'libluajit-5.1-2', 'prometheus-node-exporter');
  const root = await mkdtemp('/var/tmp/kiln-bench-agent-');
  const children: ChildProcess[] = [];
  try {
    for (const folder of ['proc', 'data', 'usr/lib', 'run/kiln', 'run/kiln-agent']) {
      await mkdir(join(root, folder), { recursive: true });
    }
    for (const file of ['stat', 'meminfo']) await writeFile(join(root, 'proc', file), await readFile(`/proc/${file}`));
    const bundle = await bundleProgram('test/bench/agent/agent-process.ts', join(root, 'agent.mjs'));
    children.push(
      spawn(
        programs.path('usr/bin/prometheus-node-exporter'),
        [...exporterCollectors(), `--web.listen-address=127.0.0.1:${EXPORTER_PORT}`],
        { stdio: 'ignore' },
      ),
    );
    const agent = spawn(process.execPath, [...NODE_FLAGS, bundle, root, String(EXPORTER_PORT)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(agent);
    const [said] = (await once(agent.stdout, 'data')) as [Buffer];
    const base = `http://127.0.0.1:${said.toString().trim()}`;
    // Until the exporter has come up and every check was asked.
    await sleep(5000);

    const exec = createExec(new AbortController().signal);
    const { stdout } = await exec.run(
      [programs.path('usr/bin/wrk'), '-t1', '-c32', '-d10s', '--latency', `${base}/testall`],
      { purpose: 'ask /testall', timeoutSeconds: 60, env: programs.env },
    );
    const rate = Number(/Requests\/sec: *([\d.]+)/.exec(stdout)?.[1]);
    const p99 = /99% *(\S+)/.exec(stdout)?.[1] ?? '?';

    const times: number[] = [];
    for (let count = 0; count < SCRAPES; count++) {
      const started = performance.now();
      await (await fetch(`${base}/metrics`)).text();
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);

    const before = await cpuSeconds(agent.pid ?? 0);
    for (let second = 0; second < CPU_SECONDS; second += SCRAPE_SECONDS) {
      await (await fetch(`${base}/metrics`)).text();
      await sleep(SCRAPE_SECONDS * 1000);
    }
    const percent = (((await cpuSeconds(agent.pid ?? 0)) - before) / CPU_SECONDS) * 100;
    const resident = /VmRSS:\s*(\d+) kB/.exec(await readFile(`/proc/${agent.pid}/status`, 'utf8'))?.[1];
    return [
      ['/testall, one process, 32 connections', `${Math.round(rate)}/s, p99 ${p99}`, 'goal 3,000/s, p99 below 10 ms'],
      ['/metrics with node-exporter, median', `${times[SCRAPES / 2]?.toFixed(1)} ms`, 'goal 50 ms'],
      ['agent, resident memory', `${(Number(resident) / 1024).toFixed(0)} MiB`, 'goal 60 MB'],
      ['agent, processor time scraped every 15 s', `${percent.toFixed(2)} % of a core`, 'goal 0.5 %; systemctl aside'],
    ];
  } finally {
    for (const child of children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
    await rm(root, { recursive: true, force: true });
  }
}

/** User and system time so far; proc_pid_stat(5), fields 14 and 15. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
