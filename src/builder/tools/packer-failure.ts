import { KilnError } from '../errors.ts';

const SHOWN = 20;
const EXIT = /Script exited with non-zero exit status: (\d+)/;
const BUILD_ERROR = /^Build '.*?' errored after [^:]*: (.*)$/m;
/** From here on Packer speaks of itself, not the provisioner. */
const END = /: Provisioning step had errors|^Build '.*' errored|^==> Some builds didn't complete|^Cancelling build/;
/** Packer's own line before each script, and what it puts before a line of output. */
const ANNOUNCEMENT = /: Provisioning with shell script: /;
const PREFIX = /^(?:==> |--> | {4})[\w.-]+: /;

/**
 * Reads a failed build's output: which provisioner was running, how it ended and what it said last.
 * @param mark what the build prints before a provisioner's name
 * @returns null when no provisioner had begun, or the failure is not a provisioner's
 */
export function provisionerFailure(output: string, mark: string, logFile: string, cause: unknown): KilnError | null {
  const begun = output.lastIndexOf(mark);
  if (begun < 0) return null;
  const [first = '', ...rest] = output.slice(begun + mark.length).split(/\r?\n/);
  const name = first.trim();
  const code = EXIT.exec(output.slice(begun))?.[1];
  const end = rest.findIndex((line) => END.test(line));
  const said = (end < 0 ? rest : rest.slice(0, end))
    .filter((line) => !ANNOUNCEMENT.test(line))
    .map((line) => line.replace(PREFIX, '').trimEnd())
    .filter((line) => line !== '')
    .slice(-SHOWN);
  const how = code === undefined ? 'did not end as it should' : `failed with exit code ${code}`;
  return new KilnError({
    code: 'provisioner-failed',
    message: [`provisioner ${name} ${how}`, ...said.map((line) => `  | ${line}`)].join('\n'),
    hint: `Correct run.sh of ${name} and bake again. The whole output is in ${logFile}.`,
    cause,
  });
}

/**
 * Reads why a build ended before any provisioner: the one line that says it, without the thirty around it.
 * @returns null when Packer did not even begin to build; what it objects to is then all of its output
 */
export function earlyFailure(output: string, logFile: string, cause: unknown): KilnError | null {
  const reason = BUILD_ERROR.exec(output)?.[1]?.trim();
  if (reason === undefined) return null;
  return new KilnError({
    code: 'tool-failed',
    message: `packer did not get as far as the provisioners: ${reason}`,
    hint: `The whole output is in ${logFile}.`,
    cause,
  });
}
