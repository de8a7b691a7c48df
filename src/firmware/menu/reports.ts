import type { CheckState, Status } from '../../contract/health.ts';
import type { Fingerprint } from './appliance.ts';
import type { Version } from './configuring.ts';
import { type Item, type ListScreen, type QuestionScreen, type TextScreen, textScreen } from './screens.ts';

const words: Readonly<Record<CheckState['verdict'], string>> = {
  healthy: 'ok',
  failing: 'FAILING',
  unknown: 'not known yet',
};

/** What load balancers are told, in words. */
export function serviceWords({ drained, inService }: Status): string {
  return drained ? 'Drained by an operator' : inService ? 'In service' : 'NOT in service';
}

/** Every check, what it saw, and what to do. */
export function healthScreen(status: Status | null): TextScreen {
  if (status === null) {
    const todo = 'See whether it runs, over SSH: systemctl status kiln-agent';
    return textScreen('Health', 'The monitoring agent does not answer.', todo);
  }
  const checks = status.checks.flatMap(({ id, verdict, detail, advice }) => [
    `${id.padEnd(12)} ${words[verdict]}`,
    `  ${detail}`,
    ...(advice === null ? [] : [`  To do: ${advice}`]),
  ]);
  return textScreen('Health', serviceWords(status), '', ...checks);
}

export function fingerprintsScreen(fingerprints: readonly Fingerprint[]): TextScreen {
  const intro = 'Compare these with what your SSH client or browser shows at the first connection.';
  return textScreen('Fingerprints', intro, ...fingerprints.flatMap((one) => ['', one.of, `  ${one.fingerprint}`]));
}

/** Versions to go back to; the first is in force. */
export function historyScreen(versions: readonly Version[]): ListScreen | TextScreen {
  if (versions.length === 0) return textScreen('Earlier configurations', 'Nobody has changed anything yet.');
  const items = versions.map(({ version, time, who, channel }, index): Item => {
    const label = `version ${version}  ${time.slice(0, 16).replace('T', ' ')} UTC`;
    const about = `${who}, ${channel}`;
    if (index === 0) {
      const screen = textScreen(label, 'This version is in force.', `Set by ${about}.`);
      return { label, about: `${about} (in force)`, action: 'history', effect: { kind: 'show', screen } };
    }
    return {
      label,
      about,
      action: 'history',
      effect: { kind: 'show', screen: rollbackQuestion(version, label, about) },
    };
  });
  return { kind: 'list', title: 'Earlier configurations', items, chosen: 0 };
}

function rollbackQuestion(version: number, label: string, about: string): QuestionScreen {
  return {
    kind: 'question',
    title: 'Go back',
    paragraphs: [
      `Put ${label}, set by ${about}, in force again, as a new version?`,
      'Everything that was changed since then goes back as well. The password does not.',
    ],
    until: null,
    answers: [
      { label: 'Cancel', effect: null },
      { label: 'Go back', effect: { kind: 'rollback', version } },
    ],
    chosen: 0,
  };
}

/** A new network waits for somebody who sees that it works. */
export function decisionScreen(confirmBefore: Date): QuestionScreen {
  return {
    kind: 'question',
    title: 'Network',
    paragraphs: [
      'The new settings are in force. See whether the appliance can be reached, then keep them.',
      'If nobody keeps them they are undone, so that a mistake shuts nobody out.',
    ],
    until: confirmBefore.getTime(),
    answers: [
      { label: 'Keep', effect: { kind: 'confirm' } },
      { label: 'Undo', effect: { kind: 'revert' } },
    ],
    chosen: 0,
  };
}
