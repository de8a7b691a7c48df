import { permission } from './access.ts';
import type { Effect, Outcome } from './effects.ts';
import { byField } from './forms/field.ts';
import { formOf } from './forms/index.ts';
import type { Key } from './key.ts';
import { mainMenu } from './main-menu.ts';
import {
  type FormScreen,
  type Item,
  type ListScreen,
  type QuestionScreen,
  type TextScreen,
  textScreen,
} from './screens.ts';
import { type Event, pop, push, type State, topScreen, withTop } from './state.ts';
import { formScreen, updateForm, withMistakes } from './update-form.ts';
import { scrollLimit } from './view.ts';

/** The menu after something happened, and what is to be done for it: at most one thing at a time. */
export interface Step {
  readonly state: State;
  readonly effect: Effect | null;
}

/** The whole behaviour of the menu. Nothing here reaches outside. */
export function update(state: State, event: Event): Step {
  switch (event.kind) {
    case 'key':
      return onKey(state, event.key);
    case 'facts':
      return rest({ ...state, facts: event.facts });
    case 'clock':
      return rest(onClock({ ...state, now: event.now }));
    case 'resize':
      return rest({ ...state, size: event.size });
    case 'outcome':
      return onOutcome(state, event.outcome);
  }
}

export function itemsOf({ items }: ListScreen, { facts }: State): readonly Item[] {
  return items === 'main' ? mainMenu(facts) : items;
}

function onKey(state: State, key: Key): Step {
  const screen = topScreen(state);
  switch (screen.kind) {
    case 'busy':
      return rest(state);
    case 'list':
      return onListKey(state, screen, key);
    case 'text':
      return onTextKey(state, screen, key);
    case 'question':
      return onQuestionKey(state, screen, key);
    case 'form': {
      const step = updateForm(screen, key);
      if (step.kind === 'form') return rest(withTop(state, step.screen));
      return step.kind === 'cancel' ? rest(pop(state)) : start(state, step.effect);
    }
  }
}

function onListKey(state: State, screen: ListScreen, key: Key): Step {
  const items = itemsOf(screen, state);
  const choose = (chosen: number): Step => rest(withTop(state, { ...screen, chosen }));
  const chosen = Math.min(screen.chosen, items.length - 1);
  switch (key.name) {
    case 'up':
    case 'previous':
      return choose((chosen - 1 + items.length) % items.length);
    case 'down':
    case 'next':
      return choose((chosen + 1) % items.length);
    case 'home':
    case 'pageup':
      return choose(0);
    case 'end':
    case 'pagedown':
      return choose(items.length - 1);
    case 'text': {
      // Its number chooses an item, but only Enter opens it.
      const number = Number(key.text);
      return number >= 1 && number <= items.length ? choose(number - 1) : rest(state);
    }
    case 'escape':
      return state.screens.length === 1 ? { state, effect: { kind: 'leave' } } : rest(pop(state));
    case 'enter': {
      const item = items[chosen];
      return item === undefined ? rest(state) : openItem(withTop(state, { ...screen, chosen }), item);
    }
    default:
      return rest(state);
  }
}

function openItem(state: State, { action, effect, label }: Item): Step {
  switch (state.authenticated ? 'allowed' : permission(action, state.facts.access)) {
    case 'allowed':
      return start(state, effect);
    case 'ask':
      return rest(push(state, formScreen('login', {}, effect)));
    case 'refused':
      return rest(
        push(
          state,
          textScreen(
            label,
            'This needs the password of the administrator, and none was ever set. The appliance lets in by SSH key alone.',
            'To set one, log in over SSH and say: sudo passwd admin',
          ),
        ),
      );
  }
}

function onTextKey(state: State, screen: TextScreen, key: Key): Step {
  const limit = scrollLimit(screen.paragraphs, state.size);
  const scroll = (by: number): Step =>
    rest(withTop(state, { ...screen, scrolled: Math.min(limit, Math.max(0, screen.scrolled + by)) }));
  if (key.name === 'up') return scroll(-1);
  if (key.name === 'down') return scroll(1);
  if (key.name === 'pageup') return scroll(-PAGE);
  if (key.name === 'pagedown') return scroll(PAGE);
  return key.name === 'enter' || key.name === 'escape' ? rest(pop(state)) : rest(state);
}

function onQuestionKey(state: State, screen: QuestionScreen, key: Key): Step {
  if (['left', 'right', 'up', 'down', 'next', 'previous'].includes(key.name))
    return rest(withTop(state, { ...screen, chosen: 1 - screen.chosen }));
  if (key.name === 'escape') return rest(pop(state));
  const effect = screen.answers[screen.chosen]?.effect;
  if (key.name !== 'enter' || effect === undefined) return rest(state);
  return effect === null ? rest(pop(state)) : start(state, effect);
}

/** What waits for somebody else shows that it does. */
function start(state: State, effect: Effect): Step {
  if (effect.kind === 'show') return rest(push(state, effect.screen));
  if (effect.kind === 'leave') return { state, effect };
  return { state: push(state, { kind: 'busy', text: 'One moment ...' }), effect };
}

function onOutcome(busy: State, outcome: Outcome): Step {
  const state = topScreen(busy).kind === 'busy' ? pop(busy) : busy;
  const screen = topScreen(state);
  switch (outcome.kind) {
    case 'screen':
      return rest(push(state, outcome.screen));
    case 'done': {
      // What it was asked on has served, but for lists: there the next thing is chosen.
      const back = screen.kind === 'list' ? state : pop(state);
      return rest(outcome.screen === null ? back : push(back, outcome.screen));
    }
    case 'mistakes':
      if (screen.kind !== 'form') return rest(push(state, textScreen('This was not done', ...outcome.mistakes)));
      return rest(withTop(state, refused(screen, outcome.mistakes)));
    case 'authenticated': {
      const then = screen.kind === 'form' ? screen.then : null;
      const open: State = { ...pop(state), authenticated: true };
      return then === null ? rest(open) : start(open, then);
    }
    case 'failed':
      return rest(push(state, textScreen('This was not done', outcome.message)));
  }
}

function refused(screen: FormScreen, mistakes: readonly string[]): FormScreen {
  // Nobody mends a password that is not seen: it is typed again.
  const begun = screen.form === 'login' ? formScreen('login', {}, screen.then) : screen;
  return withMistakes(begun, byField(formOf(screen.form), screen.values, mistakes));
}

/** A question that was not answered in time has answered itself. */
function onClock(state: State): State {
  const screen = topScreen(state);
  if (screen.kind !== 'question' || screen.until === null || state.now < screen.until) return state;
  return withTop(state, textScreen(screen.title, 'Nobody kept the change, so it was undone.'));
}

function rest(state: State): Step {
  return { state, effect: null };
}

const PAGE = 10;
