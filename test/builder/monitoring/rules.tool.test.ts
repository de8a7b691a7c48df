// The alert rules by Prometheus' own promtool: it takes them, and each fires when it should and not before.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { createExec } from '../../../src/builder/exec/run.ts';
import { debianPrograms } from '../../support/debian-programs.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { healthy, type Scenario, scenarios } from './scenarios.ts';

const programs = await debianPrograms('prometheus');
const exec = createExec(new AbortController().signal);
const rules = join(repositoryRoot, 'src/builder/monitoring/prometheus-rules.yml');
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}
const alerts = (parse(readFileSync(rules, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (one) => one.rules,
);

async function promtool(...args: string[]): Promise<{ code: number; said: string }> {
  const { exitCode, stdout, stderr } = await exec.run([programs.path('usr/bin/promtool'), ...args], {
    purpose: 'ask promtool',
    timeoutSeconds: 120,
    okCodes: [0, 1],
  });
  return { code: exitCode, said: `${stdout}${stderr}` };
}

function unitTest({ name, series, at }: Scenario): object {
  const all = Object.entries({ ...healthy, ...series }).filter((one): one is [string, string] => one[1] !== null);
  return {
    name,
    interval: '1m',
    input_series: all.map(([of, values]) => ({ series: of, values })),
    promql_expr_test: Object.entries(at).map(([time, firing]) => ({
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: time,
      exp_samples: firing.map((alert) => ({ labels: `{alertname="Appliance${alert}"}`, value: 1 })),
    })),
  };
}

async function judge(file: string, ...of: readonly Scenario[]): Promise<{ code: number; said: string }> {
  const path = join(tempFolder(), file);
  writeFileSync(path, stringify({ rule_files: [rules], evaluation_interval: '1m', tests: of.map(unitTest) }));
  return promtool('test', 'rules', path);
}

test('promtool takes every rule', async () => {
  const { code, said } = await promtool('check', 'rules', '--lint-fatal', rules);
  assert.is(code, 0, said);
  assert.match(said, new RegExp(`SUCCESS: ${alerts.length} rules found`));
});

test('each alert fires when it should, not before, and no other with it', async () => {
  const { code, said } = await judge('rules-test.yml', ...scenarios);
  assert.is(code, 0, said);
});

test('every alert is made to fire', () => {
  const fired = new Set(scenarios.flatMap(({ at }) => Object.values(at).flat()).map((name) => `Appliance${name}`));
  assert.equal(
    alerts.map(({ alert }) => alert).filter((name) => !fired.has(name)),
    [],
  );
});

test('the page for operators lists exactly these alerts, with their severity', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/monitoring.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(Appliance\w+)` \| (\w+) \|/gm)].map(([, alert, severity]) => [alert, severity]);
  assert.equal(
    rows,
    alerts.map(({ alert, labels }) => [alert, labels.severity]),
  );
});

test('the test itself sees an alert that should not be', async () => {
  const { code } = await judge('wrong.yml', { name: 'wrong', series: {}, at: { '1h': ['DiskFull'] } });
  assert.is(code, 1);
});

test('every alert says where, what is wrong and what to do', () => {
  for (const { alert, labels, annotations } of alerts) {
    assert.match(alert, /^Appliance[A-Z][A-Za-z]+$/);
    assert.ok(['critical', 'warning'].includes(labels.severity), alert);
    assert.match(annotations.summary, /\{\{ \$labels\.instance \}\}/, alert);
    assert.match(annotations.description, /\.|:/, alert);
  }
});

test.run();
