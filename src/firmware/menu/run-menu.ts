import type { Appliance } from './appliance.ts';
import type { Configuring } from './configuring.ts';
import type { Effect } from './effects.ts';
import { changing, perform } from './perform.ts';
import { render } from './render.ts';
import { type Event, type Facts, firstState } from './state.ts';
import type { Terminal } from './terminal.ts';
import { update } from './update.ts';

const CLOCK_MS = 1000;
/** The appliance is looked at again after as many ticks. */
const LOOK_TICKS = 5;
/** Whoever went away leaves no open menu behind. */
const IDLE_MS = 10 * 60 * 1000;

/**
 * Shows the menu until the person leaves it, or has gone away.
 * @param signal ends it at once
 */
export async function runMenu(
  terminal: Terminal,
  appliance: Appliance,
  configuring: Configuring,
  signal: AbortSignal,
): Promise<void> {
  const look = async (): Promise<Facts> => {
    const pending = await configuring.pending();
    return { ...(await appliance.facts()), confirmBefore: pending?.confirmBefore.getTime() ?? null };
  };
  let state = firstState(await look(), Date.now(), terminal.size());
  let lastKey = performance.now();
  let ticks = 0;
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const take = (event: Event): void => {
    const step = update(state, event);
    state = step.state;
    terminal.paint(render(state));
    if (step.effect?.kind === 'leave') leave();
    else if (step.effect !== null) void carryOut(step.effect);
  };
  const carryOut = async (effect: Effect): Promise<void> => {
    const outcome = await perform(effect, { appliance, configuring, authenticated: state.authenticated });
    // What was done shows at once, and decides what may be done next.
    if (changing(effect) !== null) take({ kind: 'facts', facts: await look().catch(() => state.facts) });
    take({ kind: 'outcome', outcome });
  };
  // On a slow machine a look takes longer than it takes until the next: one at a time, or they pile up.
  let looking = false;
  const lookAgain = async (): Promise<void> => {
    looking = true;
    const facts = await look().catch(() => state.facts);
    looking = false;
    take({ kind: 'facts', facts });
  };
  const clock = setInterval(() => {
    if (performance.now() - lastKey > IDLE_MS) return leave();
    take({ kind: 'clock', now: Date.now() });
    ticks += 1;
    if (ticks % LOOK_TICKS === 0 && !looking) void lookAgain();
  }, CLOCK_MS);
  terminal.onKey((key) => {
    lastKey = performance.now();
    if (key.name === 'repaint') terminal.forget();
    take({ kind: 'key', key });
  });
  terminal.onResize(() => {
    terminal.forget();
    take({ kind: 'resize', size: terminal.size() });
  });
  signal.addEventListener('abort', () => leave());
  terminal.paint(render(state));
  await left;
  clearInterval(clock);
}
