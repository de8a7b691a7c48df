import { readFile } from 'node:fs/promises';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';

export interface PackerBuild {
  /** Folder of rendered files. */
  folder: string;
  /** Builder to run, as `-only` takes it: `null.sandbox`. */
  only: string;
  variables: Readonly<Record<string, string>>;
  /** Folder for what Packer keeps to itself. */
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
  let current = '';
  const recent: string[] = [];
  const watch = (line: string): void => {
    const at = line.indexOf(build.mark);
    if (at >= 0) {
      current = line.slice(at + build.mark.length).trim();
      recent.length = 0;
    } else {
      recent.push(line);
      if (recent.length > 30) recent.shift();
    }
    build.onLine(line);
  };
  const variables = Object.entries(build.variables).flatMap(([name, value]) => ['-var', `${name}=${value}`]);
  try {
    await exec.run(['packer', 'build', '-color=false', `-only=${build.only}`, ...variables, build.folder], {
      purpose: 'run the provisioners',
      timeoutSeconds: build.timeoutSeconds,
      env: { CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: `${build.stateDir}/cache`, PACKER_CONFIG_DIR: build.stateDir },
      logFile: build.logFile,
      onLine: watch,
    });
  } catch (error) {
    if (!(error instanceof KilnError) || error.code !== 'tool-failed' || current === '') throw error;
    const log = await readFile(build.logFile, 'utf8').catch(() => '');
    const code = /Script exited with non-zero exit status: (\d+)/.exec(log.slice(log.lastIndexOf(build.mark)))?.[1];
    throw new KilnError({
      code: 'provisioner-failed',
      message: [
        `provisioner ${current} failed${code === undefined ? '' : ` with code ${code}`}`,
        ...recent.filter((line) => line.trim() !== '').map((line) => `  | ${line}`),
      ].join('\n'),
      hint: `Correct provisioners/${current}/run.sh and bake again. The whole output is in ${build.logFile}.`,
      cause: error,
    });
  }
}
