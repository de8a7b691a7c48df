import { ConfigurationError } from '../../contract/configuration/parse-configuration.ts';
import { type Action, permission } from './access.ts';
import type { Appliance } from './appliance.ts';
import type { Applied, Configuring } from './configuring.ts';
import type { Effect, Outcome } from './effects.ts';
import { configurationForms, type FormId, isConfigurationForm } from './forms/index.ts';
import { decisionScreen, fingerprintsScreen, healthScreen, historyScreen } from './reports.ts';
import { type Screen, textScreen, type Values } from './screens.ts';
import { formScreen } from './update-form.ts';

export interface Outside {
  readonly appliance: Appliance;
  readonly configuring: Configuring;
  /** Whether the administrator's password was given. */
  readonly authenticated: boolean;
}

/** Whom the history names. */
const ADMINISTRATOR = 'admin';
const SOMEBODY = 'somebody at the console';

/** Does what a person asked for. It never throws: what went wrong is an outcome, too. */
export async function perform(effect: Effect, outside: Outside): Promise<Outcome> {
  try {
    return await attempt(effect, outside);
  } catch (error) {
    if (error instanceof ConfigurationError) return { kind: 'mistakes', mistakes: error.mistakes };
    const { message, hint } = error as Error & { hint?: unknown };
    return { kind: 'failed', message: typeof hint === 'string' ? `${message}. ${hint}` : message };
  }
}

async function attempt(effect: Effect, outside: Outside): Promise<Outcome> {
  const { appliance, configuring, authenticated } = outside;
  const action = changing(effect);
  // Who may log in can have changed since the screen was opened.
  if (!authenticated && action !== null && permission(action, (await appliance.facts()).access) !== 'allowed') {
    return { kind: 'failed', message: 'The password of the administrator is needed by now. Begin again in the menu.' };
  }
  const who = authenticated ? ADMINISTRATOR : SOMEBODY;
  switch (effect.kind) {
    case 'open-form':
      return { kind: 'screen', screen: formScreen(effect.form, await valuesOf(effect.form, configuring)) };
    case 'show-health':
      return { kind: 'screen', screen: healthScreen((await appliance.facts()).status) };
    case 'show-fingerprints':
      return { kind: 'screen', screen: fingerprintsScreen(await appliance.fingerprints()) };
    case 'show-history':
      return { kind: 'screen', screen: historyScreen(await configuring.history()) };
    case 'decide': {
      const pending = await configuring.pending();
      const screen = pending === null ? textScreen('Network', 'Nothing waits.') : decisionScreen(pending.confirmBefore);
      return { kind: 'screen', screen };
    }
    case 'authenticate':
      if (await appliance.authenticate(effect.password)) return { kind: 'authenticated' };
      return { kind: 'mistakes', mistakes: ['This is not the password.'] };
    case 'submit':
      return submit(effect, outside, who);
    case 'rollback':
      return { kind: 'done', screen: appliedScreen(await configuring.rollback(effect.version, who)) };
    case 'confirm':
      await configuring.confirm();
      return { kind: 'done', screen: textScreen('Network', 'The change is kept.') };
    case 'revert':
      await configuring.revert();
      return { kind: 'done', screen: textScreen('Network', 'Undone: everything is as it was before.') };
    case 'drain':
      await appliance.drain(effect.on);
      return { kind: 'done', screen: null };
    case 'restart':
      await appliance.restart();
      return { kind: 'done', screen: textScreen('Restart', 'The appliance restarts.') };
    case 'power-off':
      await appliance.powerOff();
      return { kind: 'done', screen: textScreen('Power off', 'The appliance powers off.') };
    case 'show':
    case 'leave':
      // The menu does these by itself.
      return { kind: 'done', screen: null };
  }
}

async function valuesOf(form: FormId, configuring: Configuring): Promise<Values> {
  return isConfigurationForm(form) ? configurationForms[form].read(await configuring.current()) : {};
}

/** What somebody else changed meanwhile stays: only what the form stands for is put into what is in force now. */
async function submit(
  { form, values }: Effect & { kind: 'submit' },
  { appliance, configuring }: Outside,
  who: string,
): Promise<Outcome> {
  if (isConfigurationForm(form)) {
    const { write } = configurationForms[form];
    return { kind: 'done', screen: appliedScreen(await configuring.change((inForce) => write(inForce, values), who)) };
  }
  await appliance.setPassword(values.password ?? '');
  const said =
    'It is set. The menu asks for it from now on, and so does the login prompt (Alt+F2) for the account admin.';
  return { kind: 'done', screen: textScreen('Password', said) };
}

function appliedScreen({ version, changed, confirmBefore }: Applied): Screen {
  if (confirmBefore !== null) return decisionScreen(confirmBefore);
  const said = changed ? `Version ${version} of the configuration is in force.` : 'Nothing was changed.';
  return textScreen('Configuration', said);
}

/** What is changed by an effect; null: it only shows something. */
export function changing(effect: Effect): Action | null {
  switch (effect.kind) {
    case 'submit':
      return effect.form === 'login' ? null : effect.form;
    case 'rollback':
      return 'history';
    case 'confirm':
    case 'revert':
      return 'decide';
    case 'drain':
    case 'restart':
    case 'power-off':
      return effect.kind;
    default:
      return null;
  }
}
