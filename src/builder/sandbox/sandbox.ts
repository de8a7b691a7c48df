import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import { createExec } from '../exec/run.ts';
import { kilnRoot } from '../render/places.ts';
import { makeKeyPair } from '../tools/ssh-keygen.ts';
import { withoutServices } from './service-guard.ts';

/** Where a machine can be reached by SSH, as root. */
export interface SshEndpoint {
  readonly host: string;
  readonly port: number;
  /** Path of the private key to log in with. */
  readonly privateKeyFile: string;
}

const LIMIT_SECONDS = 2 * 3600;
const START_SECONDS = 60;
const POLL_MS = 20;

/**
 * Runs an sshd from inside a tree, in mount, PID, UTS and IPC namespaces of its own (and a user namespace without
 * privilege), for as long as `work` takes. It listens on loopback with keys made for this run; nothing of it is in the
 * tree afterwards, and every process in it is dead.
 *
 * The network is the host's, so that a provisioner can reach a package mirror. This keeps mistakes of a provisioner away
 * from the host; it is no prison for a hostile one, which runs as root of the build.
 * @throws {KilnError} whatever `work` throws; `tool-failed` when the sandbox cannot start
 */
export async function inSandbox<T>(
  ctx: Context,
  input: { treeDir: string; logFile: string },
  work: (endpoint: SshEndpoint) => Promise<T>,
): Promise<T> {
  const keys = join(ctx.scratch, 'sandbox');
  await mkdir(keys);
  await makeKeyPair(ctx.exec, join(keys, 'host_key'), 'sandbox');
  const { publicKey } = await makeKeyPair(ctx.exec, join(keys, 'client_key'), 'kiln');
  const port = await freePort();
  await writeFile(join(keys, 'authorized_keys'), `${publicKey}\n`);
  await writeFile(join(keys, 'sshd_config'), sshdConfiguration(port));

  const end = new AbortController();
  const exec = createExec(AbortSignal.any([ctx.exec.signal, end.signal]));
  const namespaces = ['--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child=KILL'];
  const script = join(kilnRoot, 'src/builder/sandbox/enter.sh');
  const sshd = exec.run(asTreeOwner(['unshare', ...namespaces, '--', 'sh', script, input.treeDir, keys]), {
    purpose: 'run the sandbox',
    timeoutSeconds: LIMIT_SECONDS,
    logFile: input.logFile,
  });
  // Its end is awaited below; a failure before that is told by whoever waits for the port.
  const ended = sshd.then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    await Promise.race([answers(port, end.signal), ended.then((error) => Promise.reject(error ?? endedEarly(input)))]);
    return await withoutServices(input.treeDir, () =>
      work({ host: '127.0.0.1', port, privateKeyFile: join(keys, 'client_key') }),
    );
  } finally {
    end.abort();
    await ended;
  }
}

function sshdConfiguration(port: number): string {
  return [
    `ListenAddress 127.0.0.1:${port}`,
    'HostKey /run/kiln/ssh/host_key',
    'AuthorizedKeysFile /run/kiln/ssh/authorized_keys',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    'UseDNS no',
    'PidFile none',
    'MaxSessions 64',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n');
}

function endedEarly({ logFile }: { logFile: string }): KilnError {
  return new KilnError({
    code: 'tool-failed',
    message: 'the sandbox ended before its sshd answered',
    hint: `The reason is in ${logFile}.`,
  });
}

async function answers(port: number, ended: AbortSignal): Promise<void> {
  const started = performance.now();
  while (!ended.aborted && performance.now() - started < START_SECONDS * 1000) {
    if (await accepts(port)) return;
    await sleep(POLL_MS);
  }
  throw new KilnError({
    code: 'tool-timeout',
    message: `the sandbox's sshd did not answer on port ${port} within ${START_SECONDS} s`,
    hint: 'Another program may hold the port, or the host is very busy: bake again.',
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

/** A loopback port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
