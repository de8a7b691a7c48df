/** Something a person can mend: one message, and what to do next. */
export class Failure extends Error {
  readonly hint: string;
  /** 1 failed, 2 bad input, 130 left with Ctrl-C: 128 and the signal's number, as shells have it. */
  readonly exitCode: 1 | 2 | 130;

  constructor(message: string, hint: string, exitCode: Failure['exitCode'] = 1) {
    super(message);
    this.name = 'Failure';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}
