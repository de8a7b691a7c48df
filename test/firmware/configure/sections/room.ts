// A tree of the appliance's own Debian, provisioned, in namespaces of its own: its daemons run there from their own units'
// command lines, as their own users, on their real ports, beside their real peers. Only systemd is missing.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration } from '../../../../src/contract/configuration/configuration.ts';
import type { RenderedFile, Section } from '../../../../src/firmware/configure/section.ts';
import { provisionTree } from '../../../image/support/provision-tree.ts';
import { smallBase, treeFolder } from '../../../image/support/small-base.ts';
import { repositoryRoot } from '../../../support/source-files.ts';

/** What the room has besides the smallest tree; all of it is in every appliance but the peers. */
const packages = ['apparmor', 'busybox', 'nftables', 'openssl', 'procps', 'rsyslog', 'rsyslog-openssl', 'snmpd'];
const peers = ['snmp', 'systemd-journal-remote'];

export interface Outcome {
  readonly code: number;
  /** Standard output and error. */
  readonly said: string;
}

export class Room {
  readonly #folder: string;
  readonly #keeper: ChildProcess;
  readonly #first: string;
  readonly #written = new Map<Section, readonly RenderedFile[]>();

  private constructor(folder: string, keeper: ChildProcess, first: string) {
    this.#folder = folder;
    this.#keeper = keeper;
    this.#first = first;
  }

  static async open(): Promise<Room> {
    const folder = await treeFolder();
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const base = await smallBase(folder, [...packages, ...peers]);
    const own = ['70-hardening', '85-watchers'].map((name) => join(repositoryRoot, 'provisioners', name));
    const { treeDir } = await provisionTree(base, folder, own);
    const settle = [
      'mkdir -p /data && mount -t proc proc /proc && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev && mount -t tmpfs tmpfs /data',
      ...Object.entries({ null: 3, zero: 5, urandom: 9 }).map(
        ([name, minor]) => `mknod -m 0666 /dev/${name} c 1 ${minor}`,
      ),
      'ip link set lo up && echo ready && exec sleep infinity',
    ].join(' && ');
    const namespaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child'];
    const keeper = spawn('unshare', [...namespaces, 'chroot', treeDir, 'sh', '-euc', settle], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      keeper.stdout?.once('data', () => resolve());
      keeper.once('exit', (code) => reject(new Error(`the room ended with ${code}`)));
    });
    const first = readFileSync(`/proc/${keeper.pid}/task/${keeper.pid}/children`, 'utf8').trim();
    return new Room(join(folder, 'tree'), keeper, first);
  }

  /** On the host, of what is this in the room. */
  path(inside: string): string {
    return join(this.#folder, inside);
  }

  /** Runs a command in the room to its end. */
  async run(command: readonly string[], input = ''): Promise<Outcome> {
    const child = spawn('nsenter', [...this.#enter(), ...command], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const code = await new Promise<number>((resolve) => child.on('close', (ended) => resolve(ended ?? -1)));
    return { code, said };
  }

  /** Starts a command in the room; what it says goes to a file. It ends with the room at the latest. */
  start(command: readonly string[], log: string): ChildProcess {
    const child = spawn('nsenter', [...this.#enter(), ...command], { stdio: ['pipe', 'pipe', 'pipe'] });
    const sink = createWriteStream(log, { flags: 'a' });
    child.stdout?.pipe(sink, { end: false });
    child.stderr?.pipe(sink, { end: false });
    return child;
  }

  /** Writes what a section makes of a configuration, as the appliance does, and runs its checks. */
  async apply(section: Section, configuration: Configuration): Promise<Outcome> {
    const files = section.files(configuration);
    for (const { path } of this.#written.get(section) ?? []) rmSync(this.path(path), { force: true });
    for (const file of files) {
      if (!('content' in file)) throw new Error('links are not made here');
      mkdirSync(dirname(this.path(file.path)), { recursive: true });
      writeFileSync(this.path(file.path), file.content, { mode: file.mode });
      await chmod(this.path(file.path), file.mode);
    }
    this.#written.set(section, files);
    let said = '';
    for (const command of section.check?.(configuration) ?? []) {
      const outcome = await this.run(command);
      said += outcome.said;
      if (outcome.code !== 0) return { code: outcome.code, said };
    }
    return { code: 0, said };
  }

  /** Asks until it is so. @throws {Error} with the peer's own words when it never is */
  async until(what: string, isSo: () => Promise<boolean> | boolean, words: () => string = () => ''): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      if (await isSo()) return;
      if (tries === 150) throw new Error(`${what} never came to be:\n${words().slice(-2000)}`);
      await sleep(100);
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#keeper.once('exit', resolve));
    this.#keeper.kill('SIGKILL');
    await ended;
  }

  #enter(): string[] {
    return ['--target', this.#first, '--mount', '--pid', '--net', '--ipc', '--uts', '--root', '--wd', '--'];
  }
}
