import { readFile } from 'node:fs/promises';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import type { Exec } from '../exec/run.ts';
import { earlyFailure, provisionerFailure } from './packer-failure.ts';

export interface PackerBuild {
  /** Folder of rendered files. */
  folder: string;
  /** Builder to run, as `-only` takes it: `null.sandbox`. */
  only: string;
  variables: Readonly<Record<string, string>>;
  /** Folder for what Packer keeps to itself, its temporary files and sockets too. */
  stateDir: string;
  timeoutSeconds: number;
  logFile: string;
  /** The line that a build prints before each provisioner begins with this; its rest is the provisioner's name. */
  mark: string;
  onLine: (line: string) => void;
}

/**
 * Runs `packer build` for one source.
 * @throws {KilnError} `provisioner-failed` naming the provisioner, its exit code and its last lines; else as Exec.run
 */
export async function packerBuild(exec: Exec, build: PackerBuild): Promise<void> {
  const variables = Object.entries(build.variables).flatMap(([name, value]) => ['-var', `${name}=${value}`]);
  const packer = ['packer', 'build', '-color=false', `-only=${build.only}`, ...variables, build.folder];
  try {
    await exec.run(inProcessNamespace(packer), {
      purpose: 'run the provisioners',
      timeoutSeconds: build.timeoutSeconds,
      cwd: build.stateDir,
      env: packerEnvironment(build.stateDir),
      logFile: build.logFile,
      onLine: build.onLine,
    });
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
    if (error.code === 'tool-missing') throw notInstalled(error);
    if (error.code !== 'tool-failed') throw error;
    const output = await readFile(build.logFile, 'utf8');
    throw (
      provisionerFailure(output, build.mark, build.logFile, error) ??
      earlyFailure(output, build.logFile, error) ??
      error
    );
  }
}

/** Packer starts plugins, and these start machines. All die with it, also when Packer itself is killed. */
function inProcessNamespace(argv: readonly string[]): [string, ...string[]] {
  return asTreeOwner(['unshare', '--pid', '--fork', '--kill-child=KILL', '--', ...argv]);
}

function packerEnvironment(stateDir: string): Record<string, string> {
  return {
    CHECKPOINT_DISABLE: '1',
    PACKER_CACHE_DIR: `${stateDir}/cache`,
    PACKER_CONFIG_DIR: stateDir,
    // Packer puts its sockets there, and the path of a socket holds at most 107 characters (unix(7)); with a longer one
    // Packer 1.6.6 crashes. Relative to its working folder, which is the same one, the path is short wherever scratch lies.
    TMPDIR: '.',
  };
}

/** unshare is what was started; it is Packer that could not be. */
function notInstalled(cause: KilnError): KilnError {
  return new KilnError({
    code: cause.code,
    message: 'could not run the provisioners: packer is not installed',
    hint: cause.hint,
    cause,
  });
}
