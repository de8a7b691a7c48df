import { type Panel, panels } from './panels.ts';

const COLUMNS = 24;
/** Of Grafana 10; later ones migrate it when they read it. */
const SCHEMA_VERSION = 38;
const source = { type: 'prometheus', uid: '$datasource' };

/**
 * The dashboard in Grafana's JSON model, to be imported: it asks for the data source, and finds jobs and instances by the
 * metric that only appliances have. The same bytes each time.
 */
export function dashboard(): string {
  const model = {
    title: 'Appliances',
    uid: 'kiln-appliances',
    description: 'Health, load and state of appliances, from /health/metrics.',
    tags: ['kiln'],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    links: [],
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', hide: 0 },
        choice('job', 'Job', 'label_values(kiln_info, job)'),
        choice('instance', 'Appliance', 'label_values(kiln_info{job=~"$job"}, instance)'),
      ],
    },
    panels: placed().map(({ panel, x, y }, index) => drawn(panel, index + 1, x, y)),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

/** Rows are filled from the left; a panel that does not fit begins the next. */
function placed(): { panel: Panel; x: number; y: number }[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map((panel) => {
    if (x + panel.width > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const at = { panel, x, y };
    x += panel.width;
    rowHeight = Math.max(rowHeight, panel.height);
    return at;
  });
}

function choice(name: string, label: string, query: string): object {
  const all = { selected: true, text: 'All', value: '$__all' };
  const list = { includeAll: true, multi: true, refresh: 2, sort: 1, hide: 0, current: all };
  return { name, label, type: 'query', datasource: source, query: { query, refId: name }, definition: query, ...list };
}

function drawn(
  { title, description, type, unit, width, height, queries, words, steps }: Panel,
  id: number,
  x: number,
  y: number,
): object {
  const table = type === 'table';
  return {
    id,
    title,
    ...(description === undefined ? {} : { description }),
    type,
    datasource: source,
    gridPos: { x, y, w: width, h: height },
    fieldConfig: {
      defaults: {
        unit,
        ...(unit === 'percentunit' ? { min: 0, max: 1 } : {}),
        ...(words === undefined ? {} : { mappings: [mapping(words)] }),
        color: { mode: type === 'timeseries' ? 'palette-classic' : 'thresholds' },
        thresholds: {
          mode: 'absolute',
          steps: (steps ?? [[null, 'text']]).map(([value, color]) => ({ value, color })),
        },
      },
      overrides: [],
    },
    ...(table
      ? {
          transformations: [
            { id: 'organize', options: { excludeByName: { Time: true, Value: true, __name__: true } } },
          ],
        }
      : {}),
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: source,
      expr,
      legendFormat: legend,
      instant: table || type === 'stat',
      range: !(table || type === 'stat'),
      ...(table ? { format: 'table' } : {}),
    })),
  };
}

function mapping(words: NonNullable<Panel['words']>): object {
  const options = words.map(([value, text, color], index) => [String(value), { text, color, index }] as const);
  return { type: 'value', options: Object.fromEntries(options) };
}
