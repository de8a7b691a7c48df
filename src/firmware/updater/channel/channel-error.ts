import { oneLine } from '../../../contract/one-line.ts';

/** What a channel says may be meant to confuse a terminal, and be of any length. */
const MESSAGE_MAX_CHARACTERS = 300;

/** Why metadata of a channel was not taken: the id is for scripts and tests, the message for people. */
export const channelFaults = {
  unreachable:
    'Is the channel’s address right, and can the appliance reach it (name, route, proxy)? It will ask again.',
  moved: 'A channel does not send appliances to other hosts. Set the address where it really is.',
  oversized: 'What answers there is not a channel, or somebody is in the way. Nothing was taken.',
  expired:
    'The channel was not refreshed in time, or old metadata is shown on purpose. Ask whoever runs the channel; check this clock.',
  older: 'This appliance has seen newer metadata: somebody shows an old state of the channel. Nothing was taken.',
  unsigned: 'The signatures are not by keys this appliance trusts. Nothing was taken; ask the vendor.',
  inconsistent:
    'The files do not belong together: a copy was cut short, or somebody mixed them. Copy the channel again.',
  malformed: 'What the channel shows is not what a channel consists of. Nothing was taken; ask whoever runs it.',
} as const;
export type ChannelFault = keyof typeof channelFaults;

/** Metadata of a channel that was refused. What had been known before stays as it was. */
export class ChannelError extends Error {
  readonly fault: ChannelFault;
  /** What to do. */
  readonly hint: string;

  constructor(fault: ChannelFault, message: string, cause?: unknown) {
    super(message, { cause });
    // As Node names its own: tuf-js passes on nothing but the text.
    this.name = `ChannelError [${fault}]`;
    this.fault = fault;
    this.hint = channelFaults[fault];
  }
}

/** tuf-js keeps the kind of some errors only in the text of another; the words are its own, and tests hold them. */
const wordings: readonly (readonly [RegExp, ChannelFault])[] = [
  // A file that others name is not there; the first one of all is no mixture.
  [/\/\d+\.(?:snapshot|targets)\.json (?:is answered with HTTP|is not there)/, 'inconsistent'],
  [/is answered with HTTP|is not there/, 'unreachable'],
  [/expired/, 'expired'],
  [/is less than current version|Expected version \d+, got/, 'older'],
  [/Max length reached/, 'oversized'],
  [/was signed by|verify \S* ?signature|no signature|no public key/, 'unsigned'],
  [/doesn't match|does not match|Expected (?:length|hash)|Missing (?:file|\S+ in snapshot)/, 'inconsistent'],
];

/** Says what tuf-js meant. */
export function toChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const told = /error ChannelError \[(\w+)\]: (.*)$/s.exec(message);
  const fault = told?.[1];
  if (fault !== undefined && isFault(fault)) return new ChannelError(fault, told?.[2] ?? message, error);
  const [, kind] = wordings.find(([pattern]) => pattern.test(message)) ?? [];
  return new ChannelError(kind ?? 'malformed', oneLine(message, MESSAGE_MAX_CHARACTERS), error);
}

function isFault(word: string): word is ChannelFault {
  return Object.hasOwn(channelFaults, word);
}
