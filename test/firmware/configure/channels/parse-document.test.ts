import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import { ConfigurationError } from '../../../../src/contract/configuration/parse-configuration.ts';
import { parseDocument } from '../../../../src/firmware/configure/channels/parse-document.ts';

const parse = (text: string): unknown => parseDocument(text, 'c.yaml').configuration;

function mistakes(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  throw new Error(`it was taken: ${text.slice(0, 60)}`);
}

test('YAML and JSON say the same, and what is left out is filled in', () => {
  const written = { hostname: 'web-1', ntp: { servers: ['ntp.example.com'] } };
  const expected = { ...defaultConfiguration, ...written };
  assert.equal(parse(JSON.stringify(written)), expected);
  assert.equal(parse(JSON.stringify(written, null, '\t')), expected);
  assert.equal(parse('#kiln-config\nhostname: web-1\nntp:\n  servers: [ntp.example.com]\n'), expected);
  assert.equal(parse('\ufeffhostname: web-1\r\nntp:\r\n  servers:\r\n  - ntp.example.com\r\n'), expected);
  assert.equal(parse('hostname: &name web-1\nntp: {servers: [ntp.example.com]}\n'), expected);
});

test('nothing written is nothing ordered', () => {
  for (const text of ['', '\n', '# nothing\n', '{}', '---\n']) assert.equal(parse(text), defaultConfiguration, text);
});

test('every mistake has its line and column', () => {
  const text =
    'hostname: Web_1\nntp:\n  servers:\n    - good.example.com\n    - "not good"\n  serverz: []\nrole: both\n';
  assert.equal(mistakes(text), [
    'c.yaml:1:11: /hostname: expected a host name of lower-case letters, digits and hyphens',
    'c.yaml:6:12: /ntp: there is no setting "serverz"',
    'c.yaml:5:7: /ntp/servers/1: expected a host name or an address',
    'c.yaml:7:7: /role: expected "production" or "test"',
  ]);
  assert.equal(mistakes('{\n  "network": {"ipv4": {"method": "static", "address": "192.0.2.10"}}\n}'), [
    'c.yaml:2:55: /network/ipv4/address: expected an address and its prefix length, such as 192.0.2.10/24',
  ]);
});

test('what only looks like a document is refused, with its place where it has one', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['hostname: a\nhostname: b\n', /^c\.yaml:2:1: Map keys must be unique$/],
    ['{"hostname": "a", "hostname": "b"}', /^c\.yaml:1:19: Map keys must be unique$/],
    ['hostname: a\n---\nhostname: b\n', /^c\.yaml:2:1: /],
    ['hostname: !!js/function a\n', /^c\.yaml:1:11: a text that begins with \* or ! has to be in quotes$/],
    ['hostname: [a\n', /^c\.yaml:\d+:\d+: /],
    ['hello', /^c\.yaml:1:1: \/: must be object$/],
    ['- a', /^c\.yaml:1:1: \/: must be object$/],
    ['__proto__: {hostname: a}', /there is no setting "__proto__"/],
    ['{"constructor": {"prototype": {}}}', /there is no setting "constructor"/],
    ['<<: {hostname: a}', /there is no setting "<<"/],
    ['? [a]\n: b\n', /^c\.yaml:/],
  ];
  for (const [text, expected] of refused) assert.match(mistakes(text)[0] ?? '', expected, text);
  assert.is(({} as { hostname?: string }).hostname, undefined);
});

test('a secret that YAML trips over is in no mistake', () => {
  for (const mark of ['*', '!', '|', '>', '%', '@', '`', '&', '"', "'", '{', '[', ','])
    assert.not.match(mistakes(`smtp:\n  password: ${mark}S3cret\n`).join('\n'), 'S3cret', mark);
});

test('a hostile document is refused before it costs anything', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefghi'].map((name, index) => {
      const before = '*' + 'abcdefghi'[index];
      return `${name}: &${name} [${Array(9).fill(before).join(',')}]`;
    }),
  ].join('\n');
  const [size, words, depth] = [/larger than 256 KiB$/, /more parts than any/, /nested deeper than any/];
  const hostile: Readonly<Record<string, readonly [text: string, why: RegExp]>> = {
    large: [`hostname: ${'a'.repeat(300_000)}`, size],
    bomb: [bomb, /more references than any/],
    aliases: [`a: &a x\nb: [${'*a,'.repeat(100)}]`, /more references than any/],
    keys: [Array.from({ length: 25_000 }, (_, index) => `k${index}: 1`).join('\n'), words],
    commas: [`[${','.repeat(250_000)}`, words],
    lines: ['\n'.repeat(250_000), words],
    // V8 itself gave up on these, and the process with it.
    flow: ['['.repeat(200_000), depth],
    maps: ['{"a":'.repeat(40_000), depth],
    'fewer maps': ['{"a":'.repeat(2000), depth],
    blocks: [`${'- '.repeat(100_000)}a`, depth],
    questions: [`${'? '.repeat(100_000)}a`, depth],
    indented: [Array.from({ length: 600 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), depth],
    quotes: ['"'.repeat(250_000), /./],
    empty: ['\0'.repeat(250_000), /./],
  };
  for (const [name, [text, why]] of Object.entries(hostile)) {
    const found = mistakes(text);
    assert.ok(found.length > 0 && found.length <= 20_000, name);
    assert.match(found[0] ?? '', why, name);
    assert.match(found[0] ?? '', /^c\.yaml:/, name);
  }
});

test('whatever bytes come, there is a document or a list of mistakes', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '\n',
    '  ',
    '- ',
    '"',
    "'",
    '&a ',
    '*a',
    '!t ',
    '|\n',
    '? ',
    ',',
    '#',
    'a',
    'hostname',
    '\t',
    '%',
    '\u0000',
    '\ud800',
    '---\n',
  ];
  let state = 1;
  const next = (below: number): number => {
    state = (state * 48_271) % 0x7fffffff;
    return state % below;
  };
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: 1 + next(40) }, () => pieces[next(pieces.length)]).join('');
    try {
      parse(text);
    } catch (error) {
      assert.instance(error, ConfigurationError, JSON.stringify(text));
    }
  }
});

test.run();
