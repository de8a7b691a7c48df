import type { BootTimes, GuestReport } from '../smoke-report.ts';
import { inSeconds } from './durations.ts';

export type PartId = 'firmware' | 'loader' | 'kernel' | 'cloud-init' | 'userland';

/** A stretch of one bar. `x` and `width` are percent of the drawing, with three digits. */
export interface Segment {
  readonly part: PartId;
  readonly x: string;
  readonly width: string;
  readonly label: string;
}

export interface ChartRow {
  readonly name: string;
  readonly anchor: string;
  readonly segments: readonly Segment[];
  /** When the appliance was first in service; null when that was not told. */
  readonly mark: { readonly x: string; readonly label: string } | null;
  /** A figure for each of `chartParts`, a dash for one that could not be told. */
  readonly figures: readonly string[];
  /** The known parts together; with `≥` when one is missing. */
  readonly total: string;
  /** The whole row in words. */
  readonly label: string;
}

export interface Tick {
  readonly x: string;
  readonly label: string;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface BootChart {
  readonly parts: typeof chartParts;
  /** Platforms, then faults; a group without rows is left out. */
  readonly groups: readonly { readonly title: string; readonly rows: readonly ChartRow[] }[];
  readonly ticks: readonly Tick[];
  /** Names of guests that have no times at all. */
  readonly without: readonly string[];
  readonly hasGaps: boolean;
}

/** In the order of a boot. */
export const chartParts = [
  { id: 'firmware', title: 'Firmware' },
  { id: 'loader', title: 'Loader' },
  { id: 'kernel', title: 'Kernel' },
  { id: 'cloud-init', title: 'cloud-init' },
  { id: 'userland', title: 'Other units' },
] as const satisfies readonly { id: PartId; title: string }[];

const STEPS = 5;

/** A guest of the chart and where its section is. */
export interface Charted {
  readonly guest: Pick<GuestReport, 'name' | 'fault' | 'boot' | 'secondsToInService'>;
  readonly anchor: string;
}

/** Where the time of each boot went: one bar a guest on one axis. The scale ends at a round number of seconds. */
export function bootChart(charted: readonly Charted[]): BootChart {
  const timed = charted.map((one) => ({ ...one, parts: partsOf(one.guest.boot) }));
  const shown = timed.filter(({ parts }) => parts.some(({ seconds }) => seconds !== null));
  const longest = Math.max(0, ...shown.map(({ guest, parts }) => Math.max(sum(parts), guest.secondsToInService ?? 0)));
  const step = tickStep(longest);
  const count = Math.max(1, Math.ceil(longest / step));
  const rowsOf = (isFault: boolean): ChartRow[] =>
    shown.filter(({ guest }) => (guest.fault !== null) === isFault).map((one) => chartRow(one, step * count));
  const groups = [
    { title: 'Platform profiles', rows: rowsOf(false) },
    { title: 'Faults', rows: rowsOf(true) },
  ].filter(({ rows }) => rows.length > 0);
  return {
    parts: chartParts,
    groups,
    ticks: Array.from({ length: count + 1 }, (_, index) => tick(index, count, step)),
    without: timed.filter((one) => !shown.includes(one)).map(({ guest }) => guest.name),
    hasGaps: groups.some(({ rows }) => rows.some(({ figures }) => figures.includes(inSeconds(null)))),
  };
}

interface Part {
  readonly id: PartId;
  readonly title: string;
  readonly seconds: number | null;
}

/** Userland is shown without what cloud-init took of it, so that the parts add up to the boot. */
export function partsOf(boot: BootTimes | null): readonly Part[] {
  const userland = known(boot?.secondsUserland);
  const told = known(boot?.secondsCloudInit);
  // Stages overlap other units and are measured by themselves: they can seem longer than all of userland.
  const cloudInit = told === null || userland === null ? told : Math.min(told, userland);
  const seconds: Record<PartId, number | null> = {
    firmware: known(boot?.secondsFirmware),
    loader: known(boot?.secondsLoader),
    kernel: known(boot?.secondsKernel),
    'cloud-init': cloudInit,
    userland: userland === null ? null : userland - (cloudInit ?? 0),
  };
  return chartParts.map(({ id, title }) => ({ id, title, seconds: seconds[id] }));
}

/** `firmware 4.0 s, kernel 18.8 s` and what is missing, for people who do not see the bar. */
export function partsInWords(parts: readonly Part[]): string {
  const word = (part: Part): string => (part.seconds === null ? 'not known' : inSeconds(part.seconds));
  return parts.map((part) => `${part.title} ${word(part)}`).join(', ');
}

function chartRow({ guest, anchor, parts }: Charted & { parts: readonly Part[] }, scale: number): ChartRow {
  const { name, secondsToInService: inService } = guest;
  const segments: Segment[] = [];
  let end = 0;
  for (const { id, title, seconds } of parts) {
    if (seconds === null || seconds === 0) continue;
    const label = `${title} ${inSeconds(seconds)}`;
    segments.push({ part: id, x: percent(end, scale), width: percent(seconds, scale), label });
    end += seconds;
  }
  const isWhole = parts.every(({ id, seconds }) => seconds !== null || id === 'cloud-init');
  return {
    name,
    anchor,
    segments,
    mark: inService === null ? null : { x: percent(inService, scale), label: `In service ${inSeconds(inService)}` },
    figures: parts.map(({ seconds }) => inSeconds(seconds)),
    total: `${isWhole ? '' : '≥ '}${inSeconds(end)}`,
    label: `${name}: ${partsInWords(parts)}${inService === null ? '' : `, in service after ${inSeconds(inService)}`}`,
  };
}

function tick(index: number, count: number, step: number): Tick {
  return {
    x: percent(index, count),
    label: `${index * step}${index === 0 ? ' s' : ''}`,
    anchor: index === 0 ? 'start' : index === count ? 'end' : 'middle',
  };
}

/** Seconds between marks: 1, 2 or 5 with zeros behind. At most five steps, whose labels fit on a phone. */
function tickStep(longest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(longest, STEPS) / STEPS));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => longest / step <= STEPS) ?? 10 * power;
}

function known(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined || !Number.isFinite(seconds) ? null : Math.max(0, seconds);
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { seconds }) => total + (seconds ?? 0), 0);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(3)}%`;
}
