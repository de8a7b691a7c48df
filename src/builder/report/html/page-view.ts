import { failedGuests, type GuestReport, type SmokeReport, type Verdict } from '../smoke-report.ts';
import { type BootChart, bootChart } from './boot-chart.ts';
import { inWords } from './durations.ts';
import { anchorOf, type GuestView, guestView } from './guest-view.ts';
import { type VerdictView, verdictView } from './verdict-view.ts';

/** What the templates read. */
export interface PageView {
  readonly image: string;
  readonly version: string;
  readonly verdict: VerdictView;
  readonly sentence: string;
  readonly failed: readonly { readonly name: string; readonly anchor: string }[];
  readonly facts: readonly { readonly term: string; readonly value: string; readonly more: string }[];
  readonly platforms: readonly GuestView[];
  readonly faults: readonly GuestView[];
  readonly chart: BootChart;
}

export function pageView(report: SmokeReport, pictures: ReadonlyMap<string, Buffer>): PageView {
  const failed = failedGuests(report);
  const guests = report.guests.map((guest) => guestView(guest, pictures));
  return {
    image: report.image,
    version: report.version,
    verdict: verdictView(report.guests.length === 0 ? 'skipped' : failed.length === 0 ? 'passed' : 'failed'),
    sentence: sentence(report.guests.length, failed.length),
    failed: failed.map((guest) => ({ name: guest.name, anchor: anchorOf(guest) })),
    facts: facts(report),
    platforms: guests.filter(({ isFault }) => !isFault),
    faults: guests.filter(({ isFault }) => isFault),
    chart: bootChart(report.guests.map((guest) => ({ guest, anchor: anchorOf(guest) }))),
  };
}

function sentence(guests: number, failed: number): string {
  if (guests === 0) return 'Nothing was booted';
  if (failed === 0) return guests === 1 ? 'The one guest passed' : `All ${guests} guests passed`;
  return `${failed} of ${guests} ${guests === 1 ? 'guest' : 'guests'} failed`;
}

function facts(report: SmokeReport): PageView['facts'] {
  const { accelerator, guests, jobs, seconds } = report;
  const sum = guests.reduce((total, guest) => total + guest.seconds, 0);
  const ratio = seconds > 0 ? `, ${(sum / seconds).toFixed(1)} times the wall time` : '';
  const checks = guests.flatMap((guest) => guest.checks);
  const count = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  return [
    { term: 'Started', ...dateInWords(report.started) },
    { term: 'Wall time', value: inWords(seconds), more: `guests ${inWords(sum)}${ratio}` },
    { term: 'Guests', value: `${guests.length}`, more: `${kinds(guests)}; at most ${jobs} at once` },
    {
      term: 'Checks',
      value: `${count('passed')} of ${checks.length} passed`,
      more: `${count('failed')} failed, ${count('skipped')} skipped`,
    },
    { term: 'Accelerator', value: accelerator.name.toUpperCase(), more: accelerator.reason },
  ];
}

function kinds(guests: readonly GuestReport[]): string {
  const faults = guests.filter(({ fault }) => fault !== null).length;
  const platforms = guests.length - faults;
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${counted(platforms, 'platform')}, ${counted(faults, 'fault')}`;
}

/** The same words in every time zone. A text that is no date stays as it is. */
function dateInWords(started: string): { readonly value: string; readonly more: string } {
  const date = new Date(started);
  if (Number.isNaN(date.getTime())) return { value: started, more: '' };
  const text = date.toISOString();
  return { value: text.slice(0, 10), more: `${text.slice(11, 19)} UTC` };
}
