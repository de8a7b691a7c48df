/** One picture of the dashboard: what is asked, and how it is drawn. */
export interface Panel {
  readonly title: string;
  /** For whoever points at it. */
  readonly description?: string;
  readonly type: 'stat' | 'timeseries' | 'state-timeline' | 'table';
  /** In Grafana's names: `percentunit`, `bytes`, … */
  readonly unit: string;
  /** Of the 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  /** What numbers mean, with Grafana's colours. */
  readonly words?: readonly (readonly [value: number, text: string, colour: string])[];
  /** The colour begins at this value; the first one has none. */
  readonly steps?: readonly (readonly [from: number | null, colour: string])[];
}

/** Chosen at the head of the page. */
const of = 'job=~"$job",instance=~"$instance"';
const yesNo = [
  [1, 'yes', 'green'],
  [0, 'NO', 'red'],
] as const;
const health = [
  [1, 'healthy', 'green'],
  [0, 'failing', 'red'],
] as const;

/** From left to right, row by row: first whether it works, then why not. */
export const panels: readonly Panel[] = [
  {
    ...{ title: 'In service', type: 'stat', unit: 'none', width: 4, height: 5, words: yesNo },
    description: 'What load balancers are told.',
    queries: [{ expr: `kiln_in_service{${of}}`, legend: '{{instance}}' }],
  },
  {
    ...{ title: 'Drained', type: 'stat', unit: 'none', width: 4, height: 5 },
    words: [
      [1, 'drained', 'orange'],
      [0, 'no', 'green'],
    ],
    queries: [{ expr: `kiln_drained{${of}}`, legend: '{{instance}}' }],
  },
  {
    ...{ title: 'Certificate ends in', type: 'stat', unit: 's', width: 4, height: 5 },
    steps: [
      [null, 'red'],
      [7 * 86_400, 'orange'],
      [30 * 86_400, 'green'],
    ],
    queries: [{ expr: `kiln_certificate_expiry_timestamp_seconds{${of}} - time()`, legend: '{{instance}}' }],
  },
  {
    ...{ title: 'Up for', type: 'stat', unit: 's', width: 4, height: 5 },
    queries: [{ expr: `time() - node_boot_time_seconds{${of}}`, legend: '{{instance}}' }],
  },
  {
    ...{ title: 'From start to service', type: 'stat', unit: 's', width: 4, height: 5 },
    queries: [{ expr: `kiln_first_in_service_seconds{${of}}`, legend: '{{instance}}' }],
  },
  {
    ...{ title: 'Configuration', type: 'stat', unit: 'none', width: 4, height: 5 },
    description: 'Number of the version in force.',
    queries: [{ expr: `kiln_configuration_version{${of}}`, legend: '{{instance}}' }],
  },
  {
    ...{ title: 'Checks', type: 'state-timeline', unit: 'none', width: 12, height: 9, words: health },
    queries: [{ expr: `kiln_check_healthy{${of}}`, legend: '{{instance}} {{check}}' }],
  },
  {
    ...{ title: 'Core services', type: 'state-timeline', unit: 'none', width: 12, height: 9, words: health },
    queries: [{ expr: `kiln_service_active{${of}}`, legend: '{{instance}} {{unit}}' }],
  },
  {
    ...{ title: 'Processors busy', type: 'timeseries', unit: 'percentunit', width: 12, height: 8 },
    queries: [
      {
        expr: `1 - avg by (job, instance) (rate(node_cpu_seconds_total{mode="idle",${of}}[$__rate_interval]))`,
        legend: '{{instance}}',
      },
    ],
  },
  {
    ...{ title: 'Memory available', type: 'timeseries', unit: 'percentunit', width: 12, height: 8 },
    queries: [
      { expr: `node_memory_MemAvailable_bytes{${of}} / node_memory_MemTotal_bytes{${of}}`, legend: '{{instance}}' },
    ],
  },
  {
    ...{ title: 'Data partition free', type: 'timeseries', unit: 'bytes', width: 12, height: 8 },
    queries: [
      { expr: `node_filesystem_avail_bytes{mountpoint="/data",${of}}`, legend: '{{instance}}' },
      { expr: `node_filesystem_size_bytes{mountpoint="/data",${of}}`, legend: '{{instance}} size' },
    ],
  },
  {
    ...{ title: 'Disk time', type: 'timeseries', unit: 'percentunit', width: 12, height: 8 },
    description: 'Share of time in which the disk had something to do.',
    queries: [
      { expr: `rate(node_disk_io_time_seconds_total{${of}}[$__rate_interval])`, legend: '{{instance}} {{device}}' },
    ],
  },
  {
    ...{ title: 'Network', type: 'timeseries', unit: 'Bps', width: 12, height: 8 },
    queries: [
      {
        expr: `rate(node_network_receive_bytes_total{device!="lo",${of}}[$__rate_interval])`,
        legend: '{{instance}} {{device}} in',
      },
      {
        expr: `rate(node_network_transmit_bytes_total{device!="lo",${of}}[$__rate_interval])`,
        legend: '{{instance}} {{device}} out',
      },
    ],
  },
  {
    ...{ title: 'Clock offset', type: 'timeseries', unit: 's', width: 12, height: 8 },
    description: 'What the kernel still has to make good, as chrony told it.',
    queries: [{ expr: `node_timex_offset_seconds{${of}}`, legend: '{{instance}}' }],
  },
  {
    ...{ title: 'Restarts of services', type: 'timeseries', unit: 'none', width: 12, height: 8 },
    queries: [{ expr: `increase(kiln_service_restarts{${of}}[1h])`, legend: '{{instance}} {{unit}}' }],
  },
  {
    ...{ title: 'What runs where', type: 'table', unit: 'none', width: 12, height: 8 },
    queries: [{ expr: `kiln_info{${of}}`, legend: '' }],
  },
];
