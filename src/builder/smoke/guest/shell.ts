import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, NodeSSH } from 'node-ssh';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands in a guest. */
export interface Shell {
  /**
   * @param command for the login shell
   * @throws {Error} when the connection is lost or the command takes longer than `limitSeconds` (default 60)
   */
  run(command: string, limitSeconds?: number): Promise<CommandResult>;
}

export interface LoginInput {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
}

const COMMAND_LIMIT_SECONDS = 60;
const RETRY_MS = 2_000;
/** An emulated guest takes seconds for the key exchange alone. */
const READY_MS = 60_000;
/** Which methods a server offers does not depend on who asks. */
const ANYBODY = 'kiln';

/**
 * Logs in as soon as the guest lets us. QEMU takes connections from its start on, so only an answer counts.
 * @throws {Error} after `limitSeconds`, with the last failure as cause
 */
export async function login(input: LoginInput): Promise<SshShell> {
  const deadline = performance.now() + input.limitSeconds * 1000;
  for (;;) {
    input.signal.throwIfAborted();
    const left = deadline - performance.now();
    const ssh = new NodeSSH();
    try {
      await ssh.connect({
        host: '127.0.0.1',
        port: input.port,
        username: input.user,
        privateKey: input.privateKey,
        readyTimeout: Math.max(1, Math.min(READY_MS, left)),
      });
      return new SshShell(ssh);
    } catch (cause) {
      ssh.dispose();
      if (left <= RETRY_MS) {
        throw new Error(`no login over SSH within ${input.limitSeconds} s: ${(cause as Error).message}`, { cause });
      }
    }
    await sleep(RETRY_MS, undefined, { signal: input.signal });
  }
}

export class SshShell implements Shell {
  readonly #ssh: NodeSSH;

  constructor(ssh: NodeSSH) {
    this.#ssh = ssh;
  }

  async run(command: string, limitSeconds = COMMAND_LIMIT_SECONDS): Promise<CommandResult> {
    const stop = new AbortController();
    const late = sleep(limitSeconds * 1000, undefined, { signal: stop.signal }).then((): never => {
      throw new Error(`the guest did not finish within ${limitSeconds} s: ${command}`);
    });
    try {
      const { code, stdout, stderr } = await Promise.race([this.#ssh.execCommand(command), late]);
      return { code: code ?? -1, stdout, stderr };
    } finally {
      late.catch(() => undefined);
      stop.abort();
    }
  }

  /**
   * Runs a command that tells something now and then.
   * @throws {Error} when the connection is lost
   */
  async stream(command: string, onLine: (line: string) => void): Promise<void> {
    let rest = '';
    await this.#ssh.execCommand(command, {
      onStdout: (chunk) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      },
    });
  }

  close(): void {
    this.#ssh.dispose();
  }
}

/**
 * Asks a guest's SSH server by which methods one may log in, by trying none (RFC 4252, section 5.2).
 * @throws {Error} when the server does not answer
 */
export async function loginMethods(port: number): Promise<string[]> {
  const ssh = new NodeSSH();
  let methods: string[] = [];
  // ssh2 asks for the next method to try: the first time without a list, then with what the server offers.
  const authHandler: NonNullable<Config['authHandler']> = (offered, _partial, next) => {
    if (offered === null) return next({ type: 'none', username: ANYBODY });
    methods = [...(offered as unknown as string[])];
    return next(false as never);
  };
  try {
    await ssh.connect({ host: '127.0.0.1', port, username: ANYBODY, readyTimeout: READY_MS, authHandler });
    return ['none'];
  } catch (error) {
    if (methods.length === 0) throw error;
    return methods;
  } finally {
    ssh.dispose();
  }
}
