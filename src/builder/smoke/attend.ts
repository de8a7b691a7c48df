import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { makeKeyPair } from '../tools/ssh-keygen.ts';
import { chooseAccelerator } from './accelerator.ts';
import { Guest } from './guest/guest.ts';
import { describeHardware } from './guest/hardware.ts';
import { openArtifact } from './open/open-artifact.ts';
import { prepareGuest } from './prepare-guest.ts';
import { profilesOf } from './profiles/index.ts';
import { checkPresent, findArtifact } from './release-folder.ts';
import { connectTerminal, type Leave } from './terminal.ts';

export interface AttendOptions {
  /** An artifact, absolute; `release.json` lies beside it. */
  readonly artifact: string;
  /** Absent: the first that boots this artifact. */
  readonly profile?: string;
  /** TCP ports of the guest that should lead to it from 127.0.0.1; absent: those the recipe names. */
  readonly ports?: readonly number[];
  readonly input: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly output: Writable;
  /** Told once the guest runs, before anything of its console is shown. */
  readonly onStart: (running: Attended) => void;
}

/** How to get at a running guest. */
export interface Attended {
  readonly profile: string;
  readonly hardware: string;
  readonly accelerator: string;
  readonly notes: readonly string[];
  /** Ready to be typed; null when this profile lets nobody in. */
  readonly ssh: readonly string[] | null;
  readonly ports: readonly { readonly guest: number; readonly host: number }[];
}

/** A person may look at it for as long as they like; QEMU wants a limit all the same. */
const LIMIT_SECONDS = 7 * 24 * 3600;

/**
 * Boots one artifact on its profile for a person: its serial console in the terminal, ports forwarded, writes to an
 * overlay that goes with the guest.
 * @returns how it ended
 * @throws {KilnError} `release-missing`, `release-invalid`, `usage`
 */
export async function attend(ctx: Context, options: AttendOptions): Promise<Leave> {
  const { release, artifact } = await findArtifact(options.artifact);
  const all = profilesOf(artifact.kind);
  const profile = options.profile === undefined ? all[0] : all.find(({ id }) => id === options.profile);
  if (profile === undefined) {
    throw new KilnError({
      code: 'usage',
      message: `${artifact.file} has no profile ${options.profile}; it has: ${all.map(({ id }) => id).join(', ')}`,
      hint: 'Name one of these.',
    });
  }
  await checkPresent(artifact);
  const { exec, progress } = ctx;
  const scratch = join(ctx.scratch, 'run');
  const opened = join(scratch, 'opened');
  await mkdir(opened, { recursive: true, mode: 0o700 });
  const keyFile = join(scratch, 'key');
  const { disk, accelerator, key } = await progress.step('run/open', `Open ${artifact.file}`, async () => {
    const disk = await openArtifact(artifact.kind, { exec, path: artifact.path, scratch: opened });
    return {
      disk,
      accelerator: await chooseAccelerator(exec, disk, scratch),
      key: await makeKeyPair(exec, keyFile, 'kiln run'),
    };
  });
  const row = { artifact, profile, fault: undefined };
  const folder = join(scratch, 'guest');
  const { publicKey } = key;
  const prepared = await prepareGuest({ exec, row, disk, folder, hostname: `run-${profile.id}`, publicKey });
  try {
    const ports =
      options.ports ?? release.network.ports.filter((one) => one.protocol === 'tcp').map(({ port }) => port);
    const network = { ...prepared.machine.network, inward: ports };
    prepared.open.powerOn();
    const guest = await Guest.start(exec, {
      ...prepared.machine,
      network,
      name: `run-${profile.id}`,
      folder,
      accelerator: accelerator.name,
      serialLog: join(scratch, 'serial.log'),
      limitSeconds: LIMIT_SECONDS,
      onConsoleLine: () => undefined,
    });
    try {
      const { user } = prepared.channel;
      options.onStart({
        profile: profile.id,
        hardware: describeHardware(prepared.machine.hardware),
        accelerator: `${accelerator.name.toUpperCase()}: ${accelerator.reason}`,
        notes: profile.notes,
        ssh: user === null || guest.sshPort === undefined ? null : sshCommand(keyFile, user, guest.sshPort),
        ports: guest.ports,
      });
      return await connectTerminal(guest, options.input, options.output, exec.signal);
    } finally {
      await guest.end();
    }
  } finally {
    await prepared.open.close();
  }
}

/** Without the user's own known_hosts: the guest's keys are new each time. */
function sshCommand(keyFile: string, user: string, port: number): readonly string[] {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes', 'LogLevel=ERROR'];
  const flags = options.flatMap((option) => ['-o', option]);
  return ['ssh', '-i', keyFile, ...flags, '-p', String(port), `${user}@127.0.0.1`];
}
