import { type CheckResult, failedChecks, type GuestReport, type ServiceRequest } from '../smoke-report.ts';
import { partsInWords, partsOf } from './boot-chart.ts';
import { inSeconds } from './durations.ts';
import { type PictureView, pictureView } from './picture-view.ts';
import { type VerdictView, verdictView } from './verdict-view.ts';

/** More requests than this are folded away. */
const REQUESTS_IN_SIGHT = 8;

/** What the templates read of one guest: a row of the overview and a section. */
export interface GuestView {
  readonly name: string;
  readonly anchor: string;
  readonly heading: string;
  readonly isFault: boolean;
  readonly fault: string;
  readonly file: string;
  readonly hardware: string;
  readonly verdict: VerdictView;
  readonly login: string;
  readonly healthy: string;
  readonly inService: string;
  readonly total: string;
  readonly datasource: string;
  readonly passed: string;
  /** Of a fault: what the row of the overview tells. */
  readonly figures: string;
  readonly facts: readonly { readonly term: string; readonly value: string; readonly isName: boolean }[];
  readonly notes: readonly string[];
  /** The failed check that came first, and how many followed. */
  readonly first: { readonly title: string; readonly detail: string; readonly more: string } | null;
  readonly checks: readonly CheckView[];
  readonly slowest: readonly { readonly unit: string; readonly seconds: string }[];
  readonly requests: RequestsView;
  readonly pictures: readonly PictureView[];
  readonly isPictureBeside: boolean;
  readonly console: { readonly lines: string; readonly count: number; readonly log: string } | null;
}

interface CheckView extends Pick<CheckResult, 'id' | 'title' | 'detail'> {
  readonly verdict: VerdictView;
  readonly seconds: string;
}

interface RequestsView {
  readonly summary: string;
  readonly isShort: boolean;
  readonly rows: readonly (Omit<ServiceRequest, 'seconds' | 'refused'> & { seconds: string; refused: string })[];
}

export function guestView(guest: GuestReport, pictures: ReadonlyMap<string, Buffer>): GuestView {
  const { name, fault, artifact, hardware, checks } = guest;
  const shown = (['login', 'failure'] as const).flatMap((when) => {
    const file = guest.screenshots[when];
    return file === null ? [] : [pictureView(name, when, file, pictures.get(file))];
  });
  return {
    name,
    anchor: anchorOf(guest),
    heading: fault?.title ?? name,
    isFault: fault !== null,
    fault: fault?.title ?? '',
    file: artifact.file,
    hardware,
    verdict: verdictView(guest.verdict),
    login: inSeconds(guest.secondsToLogin),
    healthy: inSeconds(guest.secondsToHealthy),
    inService: inSeconds(guest.secondsToInService),
    total: inSeconds(guest.seconds),
    datasource: guest.datasource ?? '–',
    passed: `${checks.filter(({ verdict }) => verdict === 'passed').length}/${checks.length}`,
    figures: figuresOf(guest),
    facts: facts(guest),
    notes: guest.notes,
    first: firstFailure(guest),
    checks: checks.map(({ id, title, detail, verdict, seconds }) => ({
      ...{ id, title, detail, verdict: verdictView(verdict), seconds: inSeconds(seconds) },
    })),
    slowest: (guest.boot?.slowest ?? []).map(({ unit, seconds }) => ({ unit, seconds: inSeconds(seconds) })),
    requests: requestsView(guest.requests),
    pictures: shown,
    isPictureBeside: shown.length === 1,
    console:
      guest.consoleTail.length === 0
        ? null
        : { lines: guest.consoleTail.join('\n'), count: guest.consoleTail.length, log: guest.serialLog },
  };
}

/** Where the section of a guest is in the page. */
export function anchorOf({ name }: Pick<GuestReport, 'name'>): string {
  return `guest-${name.replace(/[^A-Za-z0-9-]/g, '_')}`;
}

function facts(guest: GuestReport): GuestView['facts'] {
  const fact = (term: string, value: string, isName = false) => ({ term, value, isName });
  return [
    ...(guest.fault === null ? [] : [fact('Fault', `${guest.fault.title} (${guest.fault.id})`)]),
    fact('Profile', guest.profile),
    fact('Hardware', guest.hardware),
    fact('Artifact', guest.artifact.file, true),
    fact('SHA-256', guest.artifact.sha256, true),
    fact('Datasource', guest.datasource ?? 'none, or nobody could ask'),
    fact('First login', guest.secondsToLogin === null ? 'never' : inSeconds(guest.secondsToLogin)),
    fact('Healthy', guest.secondsToHealthy === null ? 'not known' : inSeconds(guest.secondsToHealthy)),
    fact('In service', guest.secondsToInService === null ? 'not known' : inSeconds(guest.secondsToInService)),
    fact('Boot', guest.boot === null ? 'not known' : partsInWords(partsOf(guest.boot))),
    fact('Total', inSeconds(guest.seconds)),
    fact('Serial log', guest.serialLog, true),
  ];
}

function firstFailure(guest: GuestReport): GuestView['first'] {
  const [first, ...rest] = failedChecks(guest);
  if (first === undefined) return null;
  const more = rest.length === 0 ? '' : `Failed too: ${rest.map(({ id }) => id).join(', ')}.`;
  return { title: `${first.id}: ${first.title}`, detail: first.detail, more };
}

/** Of a fault: what failed first, else the answer to the check named like it, else to the last one that passed. */
function figuresOf(guest: GuestReport): string {
  if (guest.fault === null) return '';
  const { id } = guest.fault;
  const told =
    failedChecks(guest)[0] ??
    guest.checks.find((check) => check.id === id) ??
    guest.checks.filter(({ verdict }) => verdict === 'passed').at(-1);
  return told?.detail ?? '–';
}

function requestsView(requests: readonly ServiceRequest[]): RequestsView {
  const refused = requests.filter((request) => request.refused !== null).length;
  const services = [...new Set(requests.map(({ service }) => service))];
  const asked = `${requests.length} ${requests.length === 1 ? 'request' : 'requests'} to ${services.join(', ')}`;
  return {
    summary: `${asked}, ${refused === 0 ? 'none' : refused} refused`,
    isShort: requests.length <= REQUESTS_IN_SIGHT,
    rows: requests.map((request) => ({
      ...request,
      seconds: inSeconds(request.seconds),
      refused: request.refused ?? '',
    })),
  };
}
