/**
 * Every failure Kiln tells its user about, by code. The code is stable: support and documentation search for it.
 * `exit` is the process exit code: 1 for a told failure, 2 for bad input.
 */
export const errorCodes = {
  'recipe-invalid': { exit: 2, meaning: 'the recipe has mistakes; all of them are listed' },
  'recipe-missing': { exit: 2, meaning: 'no image.yaml where one was named' },
  usage: { exit: 2, meaning: 'the command line has a mistake' },
  'signing-invalid': { exit: 2, meaning: 'a signing key, certificate or keyring cannot be used' },
  'release-missing': { exit: 2, meaning: 'the folder named holds no release' },
  'release-invalid': { exit: 2, meaning: 'release.json or an artifact it names is missing, truncated or changed' },
  'tool-missing': { exit: 1, meaning: 'a program Kiln needs is not installed' },
  'tool-failed': { exit: 1, meaning: 'a program ended with an error' },
  'tool-timeout': { exit: 1, meaning: 'a program ran longer than its limit and was stopped' },
  interrupted: { exit: 1, meaning: 'stopped by Ctrl-C or a signal (exit code 130)' },
  'disk-full': { exit: 1, meaning: 'no space left where Kiln writes' },
  'permission-denied': { exit: 1, meaning: 'a file or folder may not be read or written' },
  'mirror-unreachable': { exit: 1, meaning: 'the package mirror does not answer and the cache cannot stand in' },
  'mirror-untrusted': { exit: 1, meaning: 'a mirror signature or package hash does not check out' },
  'package-unknown': { exit: 1, meaning: 'the mirror has no package of that name' },
  'cache-corrupt': { exit: 1, meaning: 'a cache entry does not match its content id and could not be replaced' },
  locked: { exit: 1, meaning: 'another bake of this image is running' },
  'provisioner-failed': { exit: 1, meaning: 'a provisioner ended with an error' },
  'template-invalid': { exit: 1, meaning: 'a template names something the recipe does not give, or a mark was left' },
  'seal-dirty': { exit: 1, meaning: 'the sealed tree still holds identity, secrets or residue; each path is listed' },
  'slot-too-small': { exit: 1, meaning: 'the root tree does not fit into the slot' },
  'disk-invalid': { exit: 1, meaning: 'the golden disk does not have the layout it should' },
  'smoke-failed': { exit: 1, meaning: 'an artifact did not boot or a check on it failed' },
  'verify-failed': { exit: 1, meaning: 'an artifact breaks a rule of its importers' },
  'channel-invalid': { exit: 2, meaning: 'a channel, its keys, or what is asked of it is not right' },
  'channel-refused': { exit: 1, meaning: 'what a channel shows does not come, or is not what its keys have signed' },
  'not-released': { exit: 1, meaning: 'a bundle may not go to the stable track: its reports are missing or red' },
  'host-unsupported': { exit: 1, meaning: 'this host lacks something Kiln needs that cannot be installed' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface KilnErrorInit {
  code: ErrorCode;
  /** What went wrong and where, one sentence, no trailing full stop. May continue on further lines with detail. */
  message: string;
  /** The next step for the user, an imperative sentence. */
  hint: string;
  cause?: unknown;
}

/** A failure that is told to the user as message + hint, without a stack. Anything else that is thrown is a bug of ours. */
export class KilnError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(init: KilnErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'KilnError';
    this.code = init.code;
    this.hint = init.hint;
  }

  /** Process exit code for this failure: 1, 2, or 130 when interrupted. */
  get exitCode(): number {
    return this.code === 'interrupted' ? 130 : errorCodes[this.code].exit;
  }
}

/** What everything that Ctrl-C or a signal stopped fails with. */
export function interrupted(): KilnError {
  return new KilnError({ code: 'interrupted', message: 'interrupted', hint: 'Run the command again to start over.' });
}
