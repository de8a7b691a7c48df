import { styleText } from 'node:util';
import type { AnswerBody } from '../../../contract/updates/protocol.ts';
import type { Approval, Phase } from '../../../contract/updates/state.ts';
import type { MaintenanceWindow } from '../../../contract/updates/window.ts';
import { plainLine, shownTime } from './plain.ts';

const colours: Partial<Record<Phase, 'green' | 'red'>> = { committed: 'green', failed: 'red', 'rolled-back': 'red' };

/** Where updates stand, as a person reads it. @param colourful whether the reader is a terminal */
export function stateText({ state, next, until }: AnswerBody, colourful: boolean): string {
  const { phase, approval } = state;
  const colour = colours[phase] ?? 'yellow';
  const word = colourful && phase !== 'idle' ? styleText(colour, phase, { validateStream: false }) : phase;
  const rows: readonly (readonly [label: string, text: string | undefined])[] = [
    ['Phase', `${word}, since ${shownTime(state.time)}`],
    ['Version', state.version === null ? undefined : versionText(state.version, state.slot)],
    ['Came from', state.previous === null ? undefined : versionText(state.previous.version, state.previous.slot)],
    ['Why', plainLine(state.reason)],
    ['Next', plainLine(next)],
    ['Until', until === null ? undefined : shownTime(until)],
    ['Approval', approval === null ? undefined : approvalText(approval)],
    ['Window', approval === null ? undefined : windowText(approval.window)],
    ['Last check', state.lastCheck === null ? 'never' : shownTime(state.lastCheck)],
    ...state.failed.map(
      ({ version, at, reason }) => ['Put aside', `${version} on ${shownTime(at)}: ${plainLine(reason)}`] as const,
    ),
  ];
  return rows.map(([label, text]) => (text === undefined ? '' : `${`${label}:`.padEnd(12)}${text}\n`)).join('');
}

/** What came of a command, in two lines. */
export function outcomeText({ state, next, until }: AnswerBody): string {
  const what = state.version === null ? state.phase : `${state.version} ${state.phase}`;
  const when = until === null ? '' : ` (until ${shownTime(until)})`;
  return `${what}: ${plainLine(state.reason)}\nNext: ${plainLine(next)}${when}\n`;
}

/** A window in words. @param window `null`: the one of the configuration */
export function windowText(window: MaintenanceWindow | null): string {
  if (window === null) return 'the one of the configuration';
  const length = `for ${window.minutes} minutes`;
  if ('at' in window) return `once, ${shownTime(window.at)}, ${length}`;
  return `${window.days.join(', ')} at ${window.start} (${window.timeZone ?? "the appliance's time zone"}), ${length}`;
}

function approvalText({ version, who, at, expires, byPolicy }: Approval): string {
  const giver = byPolicy ? 'by the policy of the configuration' : `by ${plainLine(who)}`;
  return `${version}, ${giver} on ${shownTime(at)}, until ${shownTime(expires)}`;
}

function versionText(version: string, slot: string | null): string {
  return slot === null ? version : `${version}, slot ${slot}`;
}
