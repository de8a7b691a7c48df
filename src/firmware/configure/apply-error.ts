/** A change that could not be made. Everything is as it was before, unless the message says otherwise. */
export class ApplyError extends Error {
  /** What to do next. */
  readonly hint: string;
  /** 1 failed, 2 bad input. */
  readonly exitCode: 1 | 2;

  constructor(message: string, hint: string, { exitCode = 1, ...options }: ErrorOptions & { exitCode?: 1 | 2 } = {}) {
    super(message, options);
    this.name = 'ApplyError';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** A change that failed and could not be undone either: the next start finishes it. */
export class UnsettledError extends ApplyError {
  constructor(message: string, options: ErrorOptions) {
    super(
      `the change failed and could not be undone: ${message}`,
      'Restart the appliance: it puts itself in order then.',
      options,
    );
    this.name = 'UnsettledError';
  }
}

/** What stopped a change, said as such; what is no failure of the machine or of a service is a bug and stays one. */
export function notChanged(cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (cause instanceof ApplyError || typeof code !== 'string') return cause;
  if (code === 'EACCES' || code === 'EPERM') return cause;
  const hints: Readonly<Record<string, string>> = {
    EEXIST: 'Somebody else changed the configuration meanwhile: try again.',
    ENOENT: 'Its folder may be gone; make it again: sudo systemd-tmpfiles --create',
  };
  const hint = hints[code] ?? 'See whether /data has space and can be written: df -h /data';
  return new ApplyError(`the configuration was not changed: ${message}`, hint, { cause });
}
