/** What the appliance says of its own start on the serial console; see provisioners/20-state, boot-report. */
export interface BootReport {
  readonly state: string;
  /** Units that failed, joined by commas, or `none`. */
  readonly failed: string;
  readonly slot: string;
  /** `disk`, or `memory` when the disk can not be written. */
  readonly storage: string;
  /** What the kernel was told to take for root. */
  readonly asked: string;
  /** Device, file system and `ro` or `rw`, joined by commas. */
  readonly root: string;
  /** Class of cloud-init's datasource, or `none`. */
  readonly datasource: string;
  /** Addresses with prefix lengths, joined by commas, or `none`. */
  readonly address: string;
  /** Driver of the card that has a link, or `none`. */
  readonly card: string;
  /** Driver of root's controller. */
  readonly controller: string;
  /** Seconds from the kernel's start to systemd's. */
  readonly userland: number;
  /** Seconds from the kernel's start to the end of systemd's start-up job. */
  readonly up: number;
  /** The same up to the moment of the report. */
  readonly now: number;
}

const START = /(?:^|\s)kiln: (state=\S.*)$/;

/** @returns undefined for every other line */
export function readBootReport(line: string): BootReport | undefined {
  const text = START.exec(line)?.[1];
  if (text === undefined) return undefined;
  const fields = new Map(text.split(' ').map((word) => [word.split('=', 1)[0], word.slice(word.indexOf('=') + 1)]));
  const field = (name: string): string => fields.get(name) ?? 'not said';
  return {
    state: field('state'),
    failed: field('failed'),
    slot: field('slot'),
    storage: field('storage'),
    asked: field('asked'),
    root: field('root'),
    datasource: field('datasource'),
    address: field('address'),
    card: field('card'),
    controller: field('controller'),
    userland: Number(field('userland')),
    up: Number(field('up')),
    now: Number(field('now')),
  };
}
