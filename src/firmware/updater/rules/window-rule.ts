import { type Refusal, refusal } from '../../../contract/updates/refusal.ts';
import type { Situation } from './facts.ts';
import { isOpen, nextOpening, type Opening } from './opening.ts';

/** Either the window that is open, or when the next one opens (`null`: none will) and the refusal until then. */
export type WindowAnswer = { readonly opening: Opening } | { readonly until: Date | null; readonly refusal: Refusal };

/** Looks at the window of the approval, or else of the configuration. */
export function askWindow({ state, configuration, now, facts }: Situation): WindowAnswer {
  const window = state.approval?.window ?? configuration.updates.window;
  if (window === null) return closed(null, 'none is set');
  const opening = nextOpening(window, configuration.timeZone ?? facts.timeZone, now);
  if (opening === undefined) return closed(null, 'it is over, and does not come again');
  return isOpen(opening, now)
    ? { opening }
    : closed(opening.start, `the next one opens ${opening.start.toISOString()}`);
}

function closed(until: Date | null, detail: string): WindowAnswer {
  return { until, refusal: refusal('outside-window', detail) };
}

/**
 * Whether a restart ends within a window: the planned downtime still fits, or the whole window is too short for it anyway
 * and has just begun.
 */
export function restartFits({ start, end }: Opening, now: Date, downtimeMinutes: number): boolean {
  const needed = Math.min(downtimeMinutes * 60_000, (end.getTime() - start.getTime()) / 2);
  return end.getTime() - now.getTime() >= needed;
}
