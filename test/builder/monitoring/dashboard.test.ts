import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dashboard } from '../../../src/builder/monitoring/dashboard.ts';

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly uid: string };
}
interface DrawnPanel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly Target[];
}
interface Model {
  readonly id?: number;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly DrawnPanel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}
const model = JSON.parse(dashboard()) as Model;

test('it is made the same each time, and Grafana gives it a number of its own', () => {
  assert.is(dashboard(), dashboard());
  assert.is(model.id, undefined);
  assert.ok(model.title !== '' && model.schemaVersion >= 36);
});

test('every panel has a place of its own within the columns, a title and something to ask', () => {
  const taken = new Set<string>();
  for (const { gridPos, title, targets, type } of model.panels) {
    assert.ok(gridPos.x + gridPos.w <= 24, title);
    assert.ok(['stat', 'timeseries', 'state-timeline', 'table'].includes(type), title);
    assert.ok(targets.length > 0, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert.not.ok(taken.has(`${x} ${y}`), `${title} lies on another`);
        taken.add(`${x} ${y}`);
      }
    }
  }
  for (const all of [model.panels.map(({ id }) => id), model.panels.map(({ title }) => title)]) {
    assert.is(new Set<unknown>(all).size, all.length);
  }
});

test('every variable that a query uses is there, and every query follows the choices at the head', () => {
  const variables = model.templating.list.map(({ name }) => name);
  assert.equal(variables, ['datasource', 'job', 'instance']);
  for (const { targets, title } of model.panels) {
    assert.is(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
    for (const { expr, datasource } of targets) {
      assert.is(datasource.uid, '$datasource');
      for (const [, name = ''] of expr.matchAll(/\$([a-z]+)\b/g)) assert.ok(variables.includes(name), expr);
      const selectors = [...expr.matchAll(/\b(?:kiln|node)_\w+(\{[^}]*\})?/g)];
      for (const [, selector = ''] of selectors) assert.match(selector, 'job=~"$job",instance=~"$instance"', expr);
    }
  }
});

test.run();
