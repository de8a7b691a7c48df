/** Something a person can mend: one message, and what to do next. */
export class Failure extends Error {
  readonly hint: string;
  /** 1 failed, 2 bad input. */
  readonly exitCode: 1 | 2;

  constructor(message: string, hint: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.name = 'Failure';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}
