import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bootChart, type Charted } from '../../../../src/builder/report/html/boot-chart.ts';
import type { BootTimes } from '../../../../src/builder/report/smoke-report.ts';

const whole: BootTimes = {
  secondsFirmware: 5,
  secondsLoader: 10,
  secondsKernel: 20,
  secondsUserland: 45,
  secondsCloudInit: 15,
  slowest: [],
};
const fault = { id: 'no-dhcp', title: 'nobody answers DHCP' };
const charted = (
  name: string,
  boot: BootTimes | null,
  isFault = false,
  secondsToInService: number | null = null,
): Charted => ({
  guest: { name, boot, fault: isFault ? fault : null, secondsToInService },
  anchor: `guest-${name}`,
});

test('parts follow each other, as wide as they took, on an axis that ends at a round number', () => {
  const chart = bootChart([charted('kvm', whole)]);
  const row = chart.groups[0]?.rows[0];
  assert.equal(
    row?.segments.map(({ part, x, width }) => [part, x, width]),
    [
      ['firmware', '0.000%', '6.250%'],
      ['loader', '6.250%', '12.500%'],
      ['kernel', '18.750%', '25.000%'],
      ['cloud-init', '43.750%', '18.750%'],
      ['userland', '62.500%', '37.500%'],
    ],
  );
  assert.is(row?.total, '80.0\u00a0s');
  assert.equal(
    chart.ticks.map(({ label }) => label),
    ['0 s', '20', '40', '60', '80'],
  );
  assert.equal(
    chart.ticks.map(({ x }) => x),
    ['0.000%', '25.000%', '50.000%', '75.000%', '100.000%'],
  );
});

test('all bars share one scale, the longest decides it', () => {
  const slow = { ...whole, secondsKernel: 140 };
  const rows = bootChart([charted('kvm', whole), charted('slow', slow)]).groups[0]?.rows ?? [];
  const end = (index: number): number => {
    const last = rows[index]?.segments.at(-1);
    return Number.parseFloat(last?.x ?? '') + Number.parseFloat(last?.width ?? '');
  };
  assert.is(end(0), 40);
  assert.is(end(1), 100);
});

test('a part that is not known is left out, and the sum says so', () => {
  const chart = bootChart([charted('kvm', { ...whole, secondsLoader: null })]);
  const row = chart.groups[0]?.rows[0];
  assert.equal(
    row?.segments.map(({ part }) => part),
    ['firmware', 'kernel', 'cloud-init', 'userland'],
  );
  assert.is(row?.segments[1]?.x, row?.segments[0]?.width);
  assert.is(row?.figures[1], '–');
  assert.is(row?.total, '≥ 70.0\u00a0s');
  assert.match(row?.label ?? '', /Loader not known/);
  assert.ok(chart.hasGaps);
});

test('userland is whole without a word about cloud-init, and the sum is exact', () => {
  const row = bootChart([charted('kvm', { ...whole, secondsCloudInit: null })]).groups[0]?.rows[0];
  assert.is(row?.figures.at(-1), '45.0\u00a0s');
  assert.is(row?.total, '80.0\u00a0s');
});

test('cloud-init never takes more than userland; what is no number is not known', () => {
  const odd = { ...whole, secondsCloudInit: 50, secondsKernel: Number.NaN, secondsFirmware: -3 };
  const row = bootChart([charted('kvm', odd)]).groups[0]?.rows[0];
  assert.equal(row?.figures, ['0.0\u00a0s', '10.0\u00a0s', '–', '45.0\u00a0s', '0.0\u00a0s']);
  assert.equal(
    row?.segments.map(({ part }) => part),
    ['loader', 'cloud-init'],
  );
});

test('guests without times are named; without any there is no group', () => {
  const none = { ...whole, secondsFirmware: null, secondsLoader: null, secondsKernel: null, secondsUserland: null };
  const chart = bootChart([charted('azure', null), charted('gce', { ...none, secondsCloudInit: null })]);
  assert.equal(chart.groups, []);
  assert.equal(chart.without, ['azure', 'gce']);
  assert.not.ok(chart.hasGaps);
  assert.equal(bootChart([]).without, []);
});

test('faults are a group of their own, behind the platforms', () => {
  const chart = bootChart([charted('kvm-no-dhcp', whole, true), charted('kvm', whole)]);
  assert.equal(
    chart.groups.map(({ title, rows }) => [title, rows.map(({ name }) => name)]),
    [
      ['Platform profiles', ['kvm']],
      ['Faults', ['kvm-no-dhcp']],
    ],
  );
});

test('whatever the longest boot, two to six marks reach its end', () => {
  for (const seconds of [0, 0.3, 1, 4.9, 5, 7, 31, 99.9, 100.1, 260, 599, 1001, 86_400]) {
    const only = { ...whole, secondsFirmware: 0, secondsLoader: 0, secondsUserland: 0, secondsKernel: seconds };
    const { ticks, groups } = bootChart([charted('kvm', only)]);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${seconds} s: ${ticks.length}`);
    assert.ok(Number(ticks.at(-1)?.label) >= seconds, `${seconds} s`);
    for (const { width } of groups[0]?.rows[0]?.segments ?? []) assert.ok(Number.parseFloat(width) <= 100);
  }
});

test('forty guests are forty bars', () => {
  const many = Array.from({ length: 40 }, (_, index) => charted(`guest-${index}`, whole));
  assert.is(bootChart(many).groups[0]?.rows.length, 40);
});

test('the moment in service is marked on the same axis, also when it comes after all parts', () => {
  const [row] = bootChart([charted('kvm', whole, false, 95)]).groups[0]?.rows ?? [];
  assert.equal(row?.mark, { x: '95.000%', label: 'In service 95.0\u00a0s' });
  assert.match(row?.label ?? '', /, in service after 95\.0/);
  assert.is(bootChart([charted('kvm', whole)]).groups[0]?.rows[0]?.mark, null);
});

test.run();
