export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? +(\S+)(?: +(-?\d+))?$/;
const META = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) ?(.*)$/;
/** What samples of these types have behind the name of their family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  histogram: ['_bucket', '_count', '_sum'],
  summary: ['', '_count', '_sum'],
};

/**
 * Turns Prometheus text 0.0.4 into OpenMetrics 1.0.0. Every sample keeps its name, labels and value, so that whoever
 * changes over finds the series it had. What differs is the frame:
 * - a counter's family is named without `_total` (OpenMetrics 1.0, section 5.1.2.1). One whose samples are called
 *   otherwise, or whose family would be called like another, is of type unknown: a new name would be a new series;
 * - `untyped` is called `unknown`, quotes in help texts are escaped, time stamps are seconds;
 * - there are no comments, and `# EOF` ends it.
 * A line that is none of the format is left out: one bad figure must not cost a scrape.
 */
export function toOpenMetrics(text: string): string {
  const out: string[] = [];
  const names = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
  let family = { name: '', help: '', type: '' };
  let isOpen = false;
  const open = (): void => {
    if (isOpen || family.name === '') return;
    isOpen = true;
    const { name, type } = nameAndType(family, names);
    out.push(`# TYPE ${name} ${type}`);
    if (family.help !== '') out.push(`# HELP ${name} ${family.help}`);
  };
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = META.exec(line) ?? [];
    if (keyword !== undefined) {
      if (name !== family.name) {
        open();
        family = { name, help: '', type: '' };
        isOpen = false;
      }
      if (keyword === 'HELP') family.help = rest.replaceAll('"', '\\"');
      else family.type = rest;
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) continue;
    const [, series = '', labels = '', value = '', stamp] = sample;
    if (!belongs(series, family)) {
      open();
      // A sample without a type is a family of its own.
      family = { name: series, help: '', type: '' };
      isOpen = false;
    }
    open();
    out.push(`${series}${labels} ${value}${stamp === undefined ? '' : ` ${Number(stamp) / 1000}`}`);
  }
  open();
  return `${[...out, '# EOF'].join('\n')}\n`;
}

function belongs(series: string, { name, type }: { readonly name: string; readonly type: string }): boolean {
  if (series === name) return true;
  return type in SUFFIXES && series.startsWith(name) && (SUFFIXES[type] ?? []).includes(series.slice(name.length));
}

function nameAndType(
  { name, type }: { readonly name: string; readonly type: string },
  names: ReadonlySet<string>,
): { name: string; type: string } {
  const short = name.replace(/_total$/, '');
  if (type === 'counter' && short !== name && !names.has(short)) return { name: short, type };
  return { name, type: ['gauge', 'histogram', 'summary'].includes(type) ? type : 'unknown' };
}

/**
 * Whether a scraper would rather have OpenMetrics: it has to name it, in a version we write, and not like plain text more
 * (RFC 9110, section 12.5.1).
 */
export function wantsOpenMetrics(accept: string): boolean {
  let [open, plain] = [0, 0];
  for (const range of accept.split(',').slice(0, 32)) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const value = (name: string): string | undefined =>
      parameters
        .find((one) => one.startsWith(`${name}=`))
        ?.slice(name.length + 1)
        .replace(/^"|"$/g, '');
    const quality = Number(value('q') ?? 1);
    if (!(quality >= 0 && quality <= 1)) continue;
    if (type === 'application/openmetrics-text' && ['1.0.0', undefined].includes(value('version')))
      open = Math.max(open, quality);
    if (type === 'text/plain') plain = Math.max(plain, quality);
  }
  return open > 0 && open >= plain;
}
