import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from '../../contract/release.ts';
import type { Exec } from '../exec/run.ts';
import type { GuestReport } from '../report/smoke-report.ts';
import type { KeyPair } from '../tools/ssh-keygen.ts';
import type { Accelerator } from './accelerator.ts';
import { afterChecks } from './after/index.ts';
import type { Budget } from './budget.ts';
import { CheckLog, type CheckName } from './check-log.ts';
import { checks } from './checks/index.ts';
import { Guest } from './guest/guest.ts';
import { describeHardware } from './guest/hardware.ts';
import { login, type SshShell } from './guest/shell.ts';
import { limitsFor } from './limits.ts';
import type { OpenedDisk } from './open/opened-disk.ts';
import { fileState, type PreparedGuest, prepareGuest } from './prepare-guest.ts';
import type { PlatformProfile } from './profiles/profile.ts';
import type { ListedArtifact } from './release-folder.ts';

/** What all guests of a run share. */
export interface SmokeRun {
  readonly exec: Exec;
  readonly release: Release;
  readonly accelerator: Accelerator;
  readonly memory: Budget;
  readonly key: KeyPair;
  /** Short, and another for each run: part of every guest's identity. */
  readonly id: string;
  /** For guests' folders. */
  readonly scratch: string;
  readonly reportDir: string;
  /** Opens an artifact, or gives the disk it was opened to before. */
  open(artifact: ListedArtifact): Promise<OpenedDisk>;
}

const TAIL_LINES = 40;
/** QEMU itself, its translation cache and its display. */
const QEMU_BYTES = 512 * 2 ** 20;

const opens: CheckName = { id: 'opens', title: 'the platform can open the artifact' };
const reachesLogin: CheckName = { id: 'login', title: 'the guest let us in over SSH' };
const powersOff: CheckName = { id: 'power-off', title: 'the guest powered off when it was told to' };
const untouched: CheckName = { id: 'untouched', title: 'the artifact was not written to' };

/** Boots one artifact on one profile. Whatever the guest does wrong is in the report; only an interruption is thrown. */
export async function bootGuest(
  run: SmokeRun,
  artifact: ListedArtifact,
  profile: PlatformProfile,
  onConsoleLine: (line: string) => void,
): Promise<GuestReport> {
  const started = performance.now();
  const boot = new GuestBoot(run, artifact, profile, onConsoleLine);
  const stateBefore = await fileState(artifact.path);
  try {
    await boot.perform();
  } finally {
    await rm(boot.folder, { recursive: true, force: true });
  }
  await boot.log.ask(untouched, async () => {
    const passed = (await fileState(artifact.path)) === stateBefore;
    return {
      passed,
      detail: passed ? 'same file, length and times' : `${artifact.path} was changed while its guest ran`,
    };
  });
  return {
    profile: profile.id,
    hardware: boot.hardware,
    notes: profile.notes,
    artifact: { kind: artifact.kind, file: artifact.file, sha256: artifact.sha256 },
    verdict: boot.log.failed ? 'failed' : 'passed',
    secondsToLogin: boot.secondsToLogin,
    seconds: (performance.now() - started) / 1000,
    checks: boot.log.results,
    serialLog: boot.serialLog,
    consoleTail: boot.consoleTail,
    screenshot: boot.screenshot,
  };
}

class GuestBoot {
  readonly log: CheckLog;
  readonly folder: string;
  readonly serialLog: string;
  hardware = 'never started';
  secondsToLogin: number | null = null;
  consoleTail: readonly string[] = [];
  screenshot: string | null = null;
  readonly #run: SmokeRun;
  readonly #artifact: ListedArtifact;
  readonly #profile: PlatformProfile;
  readonly #onConsoleLine: (line: string) => void;

  constructor(
    run: SmokeRun,
    artifact: ListedArtifact,
    profile: PlatformProfile,
    onConsoleLine: (line: string) => void,
  ) {
    this.#run = run;
    this.#artifact = artifact;
    this.#profile = profile;
    this.#onConsoleLine = onConsoleLine;
    this.log = new CheckLog(run.exec.signal);
    this.folder = join(run.scratch, `guest-${profile.id}`);
    this.serialLog = `${profile.id}.serial.log`;
  }

  async perform(): Promise<void> {
    const prepared = await this.#prepare();
    if (prepared === undefined) return this.#skip([reachesLogin, ...checks, powersOff, ...afterChecks], 'not opened');
    const memory = prepared.hardware.memoryBytes + QEMU_BYTES;
    const clean = await this.#run.memory.with(memory, () => this.#runGuest(prepared));
    if (!clean) return this.#skip(afterChecks, 'the guest did not power off in order');
    const { exec } = this.#run;
    const remains = {
      exec,
      before: prepared.disk.block,
      overlay: prepared.overlay,
      gpt: prepared.gpt,
      scratch: this.folder,
    };
    for (const check of afterChecks) await this.log.ask(check, () => check.run(remains));
  }

  async #prepare(): Promise<PreparedGuest | undefined> {
    let prepared: PreparedGuest | undefined;
    await this.log.ask(opens, async () => {
      const { exec, key, id } = this.#run;
      const disk = await this.#run.open(this.#artifact);
      const hostname = `smoke-${this.#profile.id}-${id}`;
      const parts = { exec, artifact: this.#artifact, profile: this.#profile, folder: this.folder };
      prepared = await prepareGuest({ ...parts, disk, hostname, publicKey: key.publicKey });
      return { passed: true, detail: `${disk.block.driver}, ${this.#artifact.virtualSizeBytes} bytes` };
    });
    return prepared;
  }

  /** @returns whether the guest powered off in order */
  async #runGuest(prepared: PreparedGuest): Promise<boolean> {
    const { exec, accelerator, reportDir } = this.#run;
    const limits = limitsFor(accelerator.name);
    this.hardware = describeHardware(prepared.hardware);
    let guest: Guest | undefined;
    let shell: SshShell | undefined;
    await this.log.ask(reachesLogin, async () => {
      guest = await Guest.start(exec, {
        name: this.#profile.id,
        folder: this.folder,
        hardware: prepared.hardware,
        accelerator: accelerator.name,
        serialLog: join(reportDir, this.serialLog),
        limitSeconds: limits.guest,
        onConsoleLine: this.#onConsoleLine,
      });
      shell = await this.#login(guest, limits.login);
      this.secondsToLogin = guest.age;
      return { passed: true, detail: `${guest.age.toFixed(1)} s after power-on` };
    });
    if (guest === undefined) {
      this.#skip([...checks, powersOff], 'QEMU did not start');
      return false;
    }
    try {
      return await this.#question(guest, shell, prepared, limits.powerOff);
    } finally {
      shell?.close();
      await guest.end();
    }
  }

  /** A guest whose QEMU has ended can not be waited for. */
  async #login(guest: Guest, limitSeconds: number): Promise<SshShell> {
    const stop = new AbortController();
    const { exec, key } = this.#run;
    const signal = AbortSignal.any([exec.signal, stop.signal]);
    const gone = guest.ended.then((error): never => {
      throw error ?? new Error('the guest powered off by itself before it let us in');
    });
    gone.catch(() => undefined);
    try {
      const input = { port: guest.sshPort, privateKey: key.privateKey, limitSeconds, signal };
      return await Promise.race([login(input), gone]);
    } finally {
      stop.abort();
    }
  }

  async #question(
    guest: Guest,
    shell: SshShell | undefined,
    prepared: PreparedGuest,
    limitSeconds: number,
  ): Promise<boolean> {
    const asked = checks.filter((check) => check.appliesTo?.(prepared.hardware) ?? true);
    if (shell === undefined) {
      this.#skip([...asked, powersOff], 'nobody was let in');
      await this.#keepEvidence(guest);
      return false;
    }
    const { release } = this.#run;
    const subject = { shell, sshPort: guest.sshPort, release, ...prepared };
    for (const check of asked) await this.log.ask(check, () => check.run(subject));
    if (this.log.failed) await this.#keepEvidence(guest);
    const clean = await this.log.ask(powersOff, () => powerOff(guest, shell, limitSeconds));
    if (!clean) await this.#keepEvidence(guest);
    return clean;
  }

  async #keepEvidence(guest: Guest): Promise<void> {
    this.consoleTail = guest.console.tail(TAIL_LINES);
    const picture = `${this.#profile.id}.png`;
    if (await guest.screenshot(join(this.#run.reportDir, picture))) this.screenshot = picture;
  }

  #skip(names: readonly CheckName[], why: string): void {
    for (const name of names) this.log.skip(name, why);
  }
}

/** The connection breaks while the guest goes down, so the order itself never fails; its effect is what counts. */
async function powerOff(guest: Guest, shell: SshShell, limitSeconds: number) {
  const started = performance.now();
  await shell.run('sudo systemctl poweroff', limitSeconds).catch(() => undefined);
  const passed = await guest.endsWithin(limitSeconds);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!passed) return { passed, detail: `still running ${limitSeconds} s after the order to power off` };
  const error = await guest.ended;
  return error === undefined
    ? { passed, detail: `within ${seconds} s` }
    : { passed: false, detail: error instanceof Error ? error.message : String(error) };
}
