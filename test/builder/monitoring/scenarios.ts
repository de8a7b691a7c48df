/** What happens to an appliance, in Prometheus' notation for series, one value a minute; and what is said of it. */
export interface Scenario {
  readonly name: string;
  /** In place of the healthy ones; `null`: the series is not there. */
  readonly series: Readonly<Record<string, string | null>>;
  /** Names of the alerts that fire, without `Appliance`, at a time. */
  readonly at: Readonly<Record<string, readonly string[]>>;
}

const target = 'job="a",instance="a1"';
export const names = {
  up: `up{${target}}`,
  info: `kiln_info{${target},image="sample",version="1.0.0",slot="A"}`,
  inService: `kiln_in_service{${target}}`,
  drained: `kiln_drained{${target}}`,
  check: `kiln_check_healthy{${target},check="cpu"}`,
  restarts: `kiln_service_restarts{${target},unit="ssh.service"}`,
  certificate: `kiln_certificate_expiry_timestamp_seconds{${target}}`,
  boot: `node_boot_time_seconds{${target}}`,
  time: `node_time_seconds{${target}}`,
  free: `node_filesystem_avail_bytes{${target},device="/dev/sda5",mountpoint="/data"}`,
  size: `node_filesystem_size_bytes{${target},device="/dev/sda5",mountpoint="/data"}`,
  readOnly: `node_filesystem_readonly{${target},device="/dev/sda5",mountpoint="/data"}`,
  memory: `node_memory_MemAvailable_bytes{${target}}`,
  allMemory: `node_memory_MemTotal_bytes{${target}}`,
} as const;

/** An appliance that is well, and another machine that is not and is nobody's business here. */
export const healthy: Readonly<Record<string, string>> = {
  [names.up]: '1x600',
  [names.info]: '1x600',
  [names.inService]: '1x600',
  [names.drained]: '0x600',
  [names.check]: '1x600',
  [names.restarts]: '0x600',
  [names.certificate]: '8640000x600',
  [names.boot]: '-1000x600',
  [names.time]: '0+60x600',
  [names.free]: '50x600',
  [names.size]: '100x600',
  [names.readOnly]: '0x600',
  [names.memory]: '50x600',
  [names.allMemory]: '100x600',
  'up{job="b",instance="other"}': '0x600',
  'node_time_seconds{job="b",instance="other"}': '500+60x600',
  'node_memory_MemAvailable_bytes{job="b",instance="other"}': '1x600',
  'node_memory_MemTotal_bytes{job="b",instance="other"}': '100x600',
  'node_filesystem_avail_bytes{job="b",instance="other",device="x",mountpoint="/data"}': '1x600',
  'node_filesystem_size_bytes{job="b",instance="other",device="x",mountpoint="/data"}': '100x600',
  'node_boot_time_seconds{job="b",instance="other"}': '0+60x600',
};

/** For half an hour. */
const gone = Object.fromEntries(
  Object.entries(healthy).flatMap(([name, values]) =>
    /a1/.test(name) ? [[name, values.replace(/x600$/, 'x30')]] : [],
  ),
);

export const scenarios: readonly Scenario[] = [
  { name: 'all is well', series: {}, at: { '1m': [], '9h': [] } },
  {
    name: 'it went away',
    series: { ...gone, [names.up]: '1x30 0x500' },
    at: { '30m': [], '32m': [], '35m': ['Unreachable'], '8h': ['Unreachable'] },
  },
  {
    name: 'a core check fails',
    series: { [names.inService]: '1x10 0x500' },
    at: { '12m': [], '14m': ['NotInService'] },
  },
  {
    name: 'drained before maintenance, and forgotten',
    series: { [names.inService]: '0x600', [names.drained]: '1x600' },
    at: { '3h': [], '241m': ['DrainedForLong'] },
  },
  { name: 'a check fails', series: { [names.check]: '0x600' }, at: { '4m': [], '6m': ['CheckFailing'] } },
  {
    name: 'a check fails for a moment',
    series: { [names.check]: '1x10 0x3 1x500' },
    at: { '13m': [], '16m': [], '30m': [] },
  },
  {
    name: 'a service ends again and again',
    series: { [names.restarts]: '0x60 1 2 3 4 5x500' },
    at: { '60m': [], '75m': ['ServiceRestarting'], '4h': [] },
  },
  { name: 'a service was restarted twice', series: { [names.restarts]: '0x60 1 2x500' }, at: { '70m': [] } },
  {
    name: 'it restarts again and again',
    series: { [names.boot]: '0x10 600x9 1200x9 1800x500' },
    at: { '15m': [], '35m': ['Restarting'], '3h': [] },
  },
  { name: 'it was restarted', series: { [names.boot]: '0x10 600x500' }, at: { '15m': [] } },
  {
    name: 'the certificate ends in a week',
    series: { [names.certificate]: `${7 * 86_400 + 3600}x600` },
    at: { '50m': [], '75m': ['CertificateExpiring'] },
  },
  {
    name: 'the disk fills within hours',
    series: { [names.free]: '39-0.05x600' },
    at: { '20m': [], '1h': ['DiskFilling'] },
  },
  { name: 'the disk fills in weeks', series: { [names.free]: '39-0.001x600' }, at: { '9h': [] } },
  { name: 'much was written to an empty disk', series: { [names.free]: '90-0.05x600' }, at: { '1h': [] } },
  { name: 'the disk is full', series: { [names.free]: '4x600' }, at: { '4m': [], '6m': ['DiskFull'] } },
  { name: 'the disk cannot be written', series: { [names.readOnly]: '1x600' }, at: { '4m': [], '6m': ['DiskFull'] } },
  { name: 'memory is short', series: { [names.memory]: '4x600' }, at: { '9m': [], '11m': ['MemoryShort'] } },
  { name: 'the clock is slow', series: { [names.time]: '-10+60x600' }, at: { '4m': [], '6m': ['ClockWrong'] } },
  { name: 'the clock is a little off', series: { [names.time]: '2+60x600' }, at: { '1h': [] } },
  { name: 'node-exporter is gone', series: { [names.time]: null }, at: { '9m': [], '11m': ['SystemMetricsMissing'] } },
];
