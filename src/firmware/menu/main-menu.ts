import type { Item, QuestionScreen } from './screens.ts';
import type { Facts } from './state.ts';

/** What the appliance offers, as it is now. */
export function mainMenu({ status, confirmBefore }: Facts): readonly Item[] {
  const drained = status?.drained ?? false;
  return [
    ...(confirmBefore === null
      ? []
      : [item('Keep or undo the change', 'of the network', 'decide', { kind: 'decide' as const })]),
    item('Network', 'addresses, gateway, DNS', 'network', { kind: 'open-form', form: 'network' }),
    item('Host name and time', 'name, time zone, time servers', 'names', { kind: 'open-form', form: 'names' }),
    item('Password', 'of the administrator, at this console', 'password', { kind: 'open-form', form: 'password' }),
    item('Health', 'every check, and what to do', 'look', { kind: 'show-health' }),
    item('Fingerprints', 'of SSH key and certificate', 'look', { kind: 'show-fingerprints' }),
    item('Earlier configurations', 'who changed what when; go back', 'history', { kind: 'show-history' }),
    drained
      ? item('Back into service', 'load balancers send work again', 'drain', { kind: 'drain', on: false })
      : item('Out of service', 'load balancers send work elsewhere', 'drain', { kind: 'drain', on: true }),
    item('Restart', 'takes a minute or two', 'restart', { kind: 'show', screen: restartQuestion }),
    item('Power off', 'until somebody powers it on', 'power-off', { kind: 'show', screen: powerOffQuestion }),
  ];
}

function item(label: string, about: string, action: Item['action'], effect: Item['effect']): Item {
  return { label, about, action, effect };
}

const restartQuestion: QuestionScreen = {
  kind: 'question',
  title: 'Restart',
  paragraphs: ['The appliance stops its work and starts again.'],
  until: null,
  answers: [
    { label: 'Cancel', effect: null },
    { label: 'Restart', effect: { kind: 'restart' } },
  ],
  chosen: 0,
};

const powerOffQuestion: QuestionScreen = {
  ...restartQuestion,
  title: 'Power off',
  paragraphs: ['The appliance stops its work, until somebody powers it on where it runs.'],
  answers: [
    { label: 'Cancel', effect: null },
    { label: 'Power off', effect: { kind: 'power-off' } },
  ],
};
