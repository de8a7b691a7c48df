import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadRecipe } from '../../../src/builder/recipe/load.ts';
import { parsePayloadChecks } from '../../../src/contract/payload-checks/parse-payload-checks.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const HEAD =
  'name: web\nversion: 1.0.0\ntitle: Web\nvendor: { name: V, url: "https://v.example" }\nhealth:\n  checks:\n';

function write(lines: readonly string[]): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'image.yaml'), HEAD + lines.map((line) => `    - ${line}\n`).join(''));
  return folder;
}

const good = [
  '{ id: web, kind: http, url: "http://127.0.0.1:8080/healthz" }',
  '{ id: db, kind: tcp, port: 5432, core: true, interval: 10, timeout: 2 }',
  '{ id: replicaset, kind: command, command: [/usr/lib/shop/replicas, --all] }',
  '{ id: shop, kind: unit, unit: shop.service }',
  `{ id: login, kind: transaction, url: "http://127.0.0.1:8080", steps: [
        { path: /login, capture: [{ name: token, after: 'csrf="', before: '"' }] },
        { method: POST, path: /login, body: "t={{token}}", headers: [{ name: X-Probe, value: "1" }], status: 302 }] }`,
];

test('what a recipe says is what the agent reads', async () => {
  const { health } = await loadRecipe(write(good), {});
  const { checks } = parsePayloadChecks(JSON.stringify({ schemaVersion: 1, checks: health.checks }));
  assert.equal(checks, health.checks as typeof checks);
  assert.equal(checks[0], {
    ...{ kind: 'http', id: 'web', core: false, intervalSeconds: 30, timeoutSeconds: 5 },
    ...{ url: 'http://127.0.0.1:8080/healthz', status: 200, contains: null },
  });
  const [, db, , , login] = checks;
  assert.equal([db?.core, db?.intervalSeconds, db?.timeoutSeconds], [true, 10, 2]);
  assert.ok(login?.kind === 'transaction');
  assert.equal(
    login.steps.map(({ method, status }) => [method, status]),
    [
      ['GET', 200],
      ['POST', 302],
    ],
  );
});

test('a recipe without checks has none', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'image.yaml'), HEAD.slice(0, HEAD.indexOf('health:')));
  assert.equal((await loadRecipe(folder, {})).health.checks, []);
});

test('mistakes are told with their place and what was expected', async () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['{ id: web, kind: http }', 'health.checks[0].url: is required for kind http'],
    ['{ id: web, kind: tcp, port: 1, unit: x.service }', 'health.checks[0].unit: does not go with kind tcp'],
    ['{ id: web, kind: http, url: "http://example.com/" }', 'health.checks[0].url: expected an address on loopback'],
    ['{ id: cpu, kind: tcp, port: 1 }', "health.checks[0].id: cpu is a check of Kiln's own"],
    ['{ id: web, kind: command, command: [true] }', 'health.checks[0].command[0]: expected text'],
    ['{ id: web, kind: command, command: ["true"] }', 'health.checks[0].command[0]: expected an absolute path'],
    ['{ id: web, kind: unit, unit: nginx }', 'health.checks[0].unit: expected the name of a systemd unit'],
    ['{ id: web, kind: pnig }', 'health.checks[0].kind: expected one of http, tcp, command, unit, transaction'],
    ['{ id: web, kind: tcp, port: 1, timeout: 0 }', 'health.checks[0].timeout: expected a whole number of seconds'],
    [
      '{ id: web, kind: transaction, url: "http://127.0.0.1/x", steps: [{ path: / }] }',
      'health.checks[0].url: expected a server without a path',
    ],
    [
      '{ id: web, kind: transaction, url: "http://127.0.0.1", steps: [{ path: "/{{token}}" }] }',
      'health.checks[0].steps: {{token}} is used before any step captures it',
    ],
    [
      '{ id: web, kind: transaction, url: "http://127.0.0.1", steps: [{ path: /, headers: [{ name: Cookie, value: x }] }] }',
      'health.checks[0].steps[0].headers[0].name: Cookie is set by the agent itself',
    ],
  ];
  for (const [line, expected] of wrong) {
    const { message } = await caught('recipe-invalid', () => loadRecipe(write([line]), {}));
    assert.ok(message.includes(expected), `${line}\n${message}`);
  }
  const { message } = await caught('recipe-invalid', () => loadRecipe(write([good[1] ?? '', good[1] ?? '']), {}));
  assert.match(message, 'health.checks[1].id: db is there twice');
});

test.run();
