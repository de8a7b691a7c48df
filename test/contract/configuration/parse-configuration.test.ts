import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import {
  CONFIGURATION_MAX_BYTES,
  ConfigurationError,
  parseConfiguration,
} from '../../../src/contract/configuration/parse-configuration.ts';

const sha256 = 'a'.repeat(64);

function mistakesOf(text: string): readonly string[] {
  try {
    parseConfiguration(text);
  } catch (error) {
    assert.instance(error, ConfigurationError);
    return (error as ConfigurationError).mistakes;
  }
  return [];
}

test('what a document leaves open is as shipped', () => {
  assert.equal(parseConfiguration('{}'), defaultConfiguration);
  const { monitoring } = parseConfiguration('{"monitoring":{"thresholds":{"diskUsedPercent":80}}}');
  assert.equal(monitoring.thresholds, { ...defaultConfiguration.monitoring.thresholds, diskUsedPercent: 80 });
});

test('every mistake is told at once, with its place', () => {
  const text = JSON.stringify({
    monitorng: {},
    monitoring: {
      requestsPerMinute: 0,
      apiKeys: [{ name: 'Bad Name', sha256 }],
      thresholds: { cpuBusyPercent: 'high' },
    },
  });
  assert.equal([...mistakesOf(text)].sort(), [
    '/: there is no setting "monitorng"',
    '/monitoring/apiKeys/0/name: must match pattern "^[a-z0-9][a-z0-9._-]{0,31}$"',
    '/monitoring/requestsPerMinute: must be >= 1',
    '/monitoring/thresholds/cpuBusyPercent: must be number',
  ]);
});

test('two keys of one name are refused: which one was revoked would be a guess', () => {
  const apiKeys = [1, 2].map(() => ({ name: 'grafana', sha256 }));
  assert.equal(mistakesOf(JSON.stringify({ monitoring: { apiKeys } })), [
    '/monitoring/apiKeys: grafana is there twice',
  ]);
});

test('the address of the internet check is one of the web, without a log-in', () => {
  const document = (url: unknown): string => JSON.stringify({ monitoring: { internetCheck: { url } } });
  const url = 'https://example.com/up?x=1';
  assert.equal(parseConfiguration(document(url)).monitoring.internetCheck, { url });
  assert.is(parseConfiguration('{"monitoring":{"internetCheck":null}}').monitoring.internetCheck, null);
  for (const bad of [
    1,
    '',
    'example.com',
    'ftp://x/',
    'http://',
    'https://a b/',
    'https://user:pw@example.com/',
    'http://[x/',
  ])
    assert.match(mistakesOf(document(bad))[0] ?? '', /^\/monitoring\/internetCheck\/url: /, String(bad));
});

test('updates: nothing is contacted as shipped, and what is left out of a window is filled in', () => {
  const { updates } = defaultConfiguration;
  assert.equal([updates.checking, updates.channel, updates.window, updates.preApprove], [false, null, null, 'none']);
  const window = { days: ['sunday'], start: '02:00', minutes: 60 };
  const written = JSON.stringify({
    updates: { checking: true, channel: 'http://updates.example.com:8080/x/', window },
  });
  assert.equal(parseConfiguration(written).updates, {
    ...{ ...updates, checking: true, channel: 'http://updates.example.com:8080/x/' },
    window: { ...window, timeZone: null },
  });
});

test('updates: each mistake is told with its place', () => {
  const window = { days: ['sunday'], start: '02:00', minutes: 60, timeZone: 'Europe/Zurich' };
  const testedFirst = { appliance: 'test-1', days: 7, publicKey: `MCowBQYDK2VwAyEA${'A'.repeat(43)}=` };
  const place = (updates: object): string => (mistakesOf(JSON.stringify({ updates }))[0] ?? '').split(': ')[0] ?? '';
  assert.is(place({ window, testedFirst }), '');
  const bad: readonly [string, object][] = [
    ['/updates/channel', { checking: true }],
    ['/updates/channel', { channel: 'ftp://updates.example.com/' }],
    ['/updates/channel', { channel: 'https://user:pw@updates.example.com/' }],
    ['/updates/track', { track: 'nightly' }],
    ['/updates/checkEveryHours', { checkEveryHours: 0 }],
    ['/updates/window/days', { window: { ...window, days: [] } }],
    ['/updates/window/days', { window: { ...window, days: ['sunday', 'sunday'] } }],
    ['/updates/window/days/0', { window: { ...window, days: ['Sunday'] } }],
    ['/updates/window/start', { window: { ...window, start: '24:00' } }],
    ['/updates/window/minutes', { window: { ...window, minutes: 1441 } }],
    ['/updates/window/timeZone', { window: { ...window, timeZone: 'Europe/Atlantis' } }],
    ['/updates/window', { preApprove: 'security' }],
    ['/updates/preApprove', { preApprove: 'all', window }],
    ['/updates/approvalDays', { approvalDays: 0 }],
    ['/updates/trialMinutes', { trialMinutes: 26 }],
    ['/updates/testedFirst/publicKey', { testedFirst: { ...testedFirst, publicKey: 'MCow' } }],
    ['/updates/testedFirst/days', { testedFirst: { ...testedFirst, days: -1 } }],
    ['/updates', { check: true }],
  ];
  for (const [where, updates] of bad) assert.is(place(updates), where, JSON.stringify(updates));
});

test('hostile documents are refused and change nothing', () => {
  const deep = '['.repeat(60_000) + ']'.repeat(60_000);
  for (const text of ['', 'null', '[]', '"x"', '1e999', deep, '{"monitoring":null}', '\u0000', '{"a":1'])
    assert.ok(mistakesOf(text).length > 0, text.slice(0, 20));
  assert.match(mistakesOf('{"__proto__":{"polluted":1}}')[0] ?? '', '__proto__');
  assert.match(mistakesOf('{"monitoring":{"constructor":{"prototype":{}}}}')[0] ?? '', 'constructor');
  assert.is(({} as { polluted?: number }).polluted, undefined);
  assert.match(mistakesOf(' '.repeat(20_000_000))[0] ?? '', `larger than ${CONFIGURATION_MAX_BYTES / 1024} KiB`);
});

test('20,000 damaged documents are either taken whole or refused with a reason', () => {
  const good = JSON.stringify({ monitoring: { ...defaultConfiguration.monitoring, apiKeys: [{ name: 'a', sha256 }] } });
  // A fixed seed: the same documents each time (Numerical Recipes' generator).
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const pieces = ['{', '}', '[', ']', '"', ',', ':', '\\', '\u0000', '1e400', 'null', '"__proto__":', '-', '😀'];
  for (let count = 0; count < 20_000; count++) {
    let text = good;
    for (let cuts = random(3); cuts >= 0; cuts--) {
      const at = random(text.length);
      text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + random(4));
    }
    try {
      const { monitoring } = parseConfiguration(text);
      assert.ok(Number.isInteger(monitoring.requestsPerMinute) && Array.isArray(monitoring.apiKeys), text);
    } catch (error) {
      assert.instance(error, ConfigurationError, text);
    }
  }
});

test.run();
