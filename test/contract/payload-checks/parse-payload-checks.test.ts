import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PayloadChecksError, parsePayloadChecks } from '../../../src/contract/payload-checks/parse-payload-checks.ts';
import { isLoopbackUrl, isUnitName, withValues } from '../../../src/contract/payload-checks/payload-checks.ts';

const common = { core: true, intervalSeconds: 30, timeoutSeconds: 5 };
const step = { method: 'GET', path: '/', headers: [], body: null, status: 200, contains: null, captures: [] };
const http = { id: 'web', kind: 'http', ...common, url: 'http://127.0.0.1:8080/x', status: 200, contains: null };
const every = [
  http,
  { id: 'db', kind: 'tcp', ...common, port: 5432 },
  { id: 'replicaset', kind: 'command', ...common, command: ['/usr/bin/true', '', 'a b'] },
  { id: 'shop', kind: 'unit', ...common, unit: 'shop@1.service' },
  {
    id: 'login',
    kind: 'transaction',
    ...common,
    url: 'https://localhost',
    steps: [
      { ...step, captures: [{ name: 'token', after: 'value="', before: '"' }] },
      { ...step, method: 'POST', headers: [{ name: 'X-Token', value: '{{token}}' }], body: 'a={{token}}' },
    ],
  },
];

const faultsOf = (document: unknown): readonly string[] => {
  try {
    parsePayloadChecks(typeof document === 'string' ? document : JSON.stringify(document));
  } catch (error) {
    assert.instance(error, PayloadChecksError);
    return (error as PayloadChecksError).faults;
  }
  return [];
};
const listed = (...checks: unknown[]) => ({ schemaVersion: 1, checks });

test('every kind comes out as it went in', () => {
  assert.equal(parsePayloadChecks(JSON.stringify(listed(...every))).checks as unknown, every);
  assert.equal(faultsOf(listed()), []);
});

test('whatever is not as it should be is named with its place', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ['{', /^not JSON/],
    [null, /^\(document\)/],
    [{ ...listed(), more: 1 }, /there is no "more"/],
    [{ schemaVersion: 2, checks: [] }, /^schemaVersion/],
    [listed({ ...http, kind: 'icmp' }), /^checks\[0\]\.kind/],
    [listed({ ...http, id: 'Web' }), /^checks\[0\]\.id/],
    [listed({ ...http, id: 'memory' }), /a check of Kiln's own/],
    [listed(http, http), /^checks\[1\]\.id: web is there twice/],
    [listed({ ...http, core: 1 }), /^checks\[0\]\.core/],
    [listed({ ...http, timeoutSeconds: 0 }), /^checks\[0\]\.timeoutSeconds/],
    [listed({ ...http, intervalSeconds: 1.5 }), /^checks\[0\]\.intervalSeconds/],
    [listed({ ...http, url: 'http://example.com/' }), /on loopback/],
    [listed({ ...http, port: 1 }), /there is no "port"/],
    [listed({ ...every[1], port: 65_536 }), /^checks\[0\]\.port/],
    [listed({ ...every[2], command: [] }), /a program/],
    [listed({ ...every[2], command: ['true'] }), /^checks\[0\]\.command\[0\]/],
    [listed({ ...every[2], command: ['/bin/x', 'a\0b'] }), /^checks\[0\]\.command\[1\]/],
    [listed({ ...every[3], unit: '-H x' }), /name of a unit/],
    [listed({ ...every[4], steps: [] }), /at least one step/],
    [listed({ ...every[4], steps: [{ ...step, path: '/{{token}}' }] }), /an earlier capture of token/],
    [listed({ ...every[4], steps: [{ ...step, path: 'x' }] }), /steps\[0\]\.path/],
    [listed({ ...every[4], steps: [{ ...step, headers: [{ name: 'Host', value: 'x' }] }] }), /headers\[0\]\.name/],
    [
      listed({ ...every[4], steps: [{ ...step, headers: [{ name: 'A', value: 'x\r\nB: y' }] }] }),
      /headers\[0\]\.value/,
    ],
    [listed(...Array.from({ length: 33 }, (_, index) => ({ ...http, id: `web-${index}` }))), /at most 32/],
    ['{"schemaVersion":1,"checks":[{"__proto__":{"kind":"http"}}]}', /^checks\[0\]\.kind/],
  ];
  for (const [document, expected] of wrong) {
    const faults = faultsOf(document);
    assert.ok(
      faults.some((fault) => expected.test(fault)),
      `${JSON.stringify(document)}: ${faults.join('; ')}`,
    );
  }
});

test('loopback is loopback alone, however it is written', () => {
  for (const good of ['http://127.0.0.1', 'https://[::1]:8443/x?y=1', 'http://localhost:80/'])
    assert.ok(isLoopbackUrl(good), good);
  for (const bad of [
    'http://127.0.0.1.example.com/',
    'http://user@127.0.0.1/',
    'http://127.0.0.1@example.com/',
    'http://example.com#127.0.0.1',
    'http://169.254.169.254/',
    'ftp://127.0.0.1/',
    'http://127.0.0.1/ x',
    'file:///etc/passwd',
  ])
    assert.not.ok(isLoopbackUrl(bad), bad);
});

test('unit names have a kind, and no option passes for one', () => {
  for (const good of ['nginx.service', 'pg@main.service', 'x.timer']) assert.ok(isUnitName(good), good);
  for (const bad of ['nginx', 'pg@.service', 'a b.service', '../x.service', '']) assert.not.ok(isUnitName(bad), bad);
});

test('values are put in as they are, or as they are encoded, and never looked into again', () => {
  const values = new Map([
    ['a', '{{b}}/?'],
    ['b', 'x'],
  ]);
  assert.is(withValues('<{{a}}> {{b}} {{A}}', values), '<{{b}}/?> x {{A}}');
  assert.is(withValues('/{{a}}', values, encodeURIComponent), '/%7B%7Bb%7D%7D%2F%3F');
});

test.run();
