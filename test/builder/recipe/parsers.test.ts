import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseEpoch, parseSourceDateEpoch } from '../../../src/builder/recipe/epoch.ts';
import { isName, isPackageName } from '../../../src/builder/recipe/name.ts';
import { formatSize, GIB, MIB, parseSize } from '../../../src/builder/recipe/size.ts';
import { isMirrorUrl, isWebUrl } from '../../../src/builder/recipe/url.ts';
import { isVersion } from '../../../src/contract/version.ts';

test('sizes are whole numbers with a binary unit', () => {
  assert.is(parseSize('8G'), 8 * GIB);
  assert.is(parseSize('512M'), 512 * MIB);
  assert.is(parseSize('1K'), 1024);
  assert.is(parseSize('8191T'), 8191 * 1024 * GIB);
  for (const text of [
    '',
    '8',
    '40',
    'G',
    '0G',
    '08G',
    '-8G',
    '+8G',
    '1.5G',
    '8g',
    '8GB',
    '8GiB',
    ' 8G',
    '8G ',
    '8G\n',
    '8 G',
    '1e3M',
    '٨G',
    '9999999T',
    '99999999999999G',
  ]) {
    assert.is(parseSize(text), undefined, JSON.stringify(text));
  }
});

test('sizes are shown with at most one decimal', () => {
  assert.equal([0, 1023, 1024, 350_700_000, 8 * GIB].map(formatSize), [
    '0 bytes',
    '1023 bytes',
    '1 KiB',
    '334.5 MiB',
    '8 GiB',
  ]);
});

test('versions are semantic and safe in file names', () => {
  for (const text of ['1.0.0', '0.0.0', '10.20.30', '1.2.3-rc.1', '1.2.3-0', '1.0.0-a-b.0a'])
    assert.ok(isVersion(text), text);
  for (const text of [
    '',
    '1',
    '1.0',
    '1.0.0.0',
    '01.0.0',
    '1.0.0-',
    '1.0.0-01',
    '1.0.0+build',
    '1.0.0-RC1',
    'v1.0.0',
    '1.0.0/..',
    '../1.0.0',
    '1.0.0 ',
    '1.0.0\n',
    '1.0.0-a..b',
    `1.0.0-${'a'.repeat(60)}`,
  ]) {
    assert.not.ok(isVersion(text), JSON.stringify(text));
  }
});

test('names are DNS labels', () => {
  for (const text of ['a', 'reference', 'my-app-2', 'a'.repeat(32)]) assert.ok(isName(text), text);
  for (const text of ['', '-a', 'a-', '2a', 'A', 'a_b', 'a.b', 'a/b', '..', 'a b', 'é', 'a\n', 'a'.repeat(33)]) {
    assert.not.ok(isName(text), JSON.stringify(text));
  }
});

test('package names follow Debian Policy', () => {
  for (const text of ['nodejs', 'g++', 'libc6', '0ad', 'python3.11', 'libstdc++6'])
    assert.ok(isPackageName(text), text);
  for (const text of [
    '',
    'a',
    'Nginx',
    'nginx=1.0',
    'nginx:amd64',
    '-y',
    '--yes',
    'a b',
    'nginx;rm',
    '$(id)',
    'a/b',
    '+a',
    'ab\n',
  ]) {
    assert.not.ok(isPackageName(text), JSON.stringify(text));
  }
});

test('an epoch is a UTC date that exists and that FAT can hold', () => {
  assert.is(parseEpoch('1980-01-01'), 315_532_800);
  assert.is(parseEpoch('2026-01-31T12:00:00Z'), 1_769_860_800);
  for (const text of [
    '',
    '1979-12-31',
    '2108-01-01',
    '2026-02-31',
    '2026-13-01',
    '2026-1-1',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00+01:00',
    '2026-01-31T24:00:00Z',
    'yesterday',
    '1769860800',
  ]) {
    assert.is(parseEpoch(text), undefined, text);
  }
  assert.is(parseSourceDateEpoch('1769860800'), 1_769_860_800);
  for (const text of ['-1', '1e9', '12.5', '0', ' 1769860800', '99999999999'])
    assert.is(parseSourceDateEpoch(text), undefined, text);
});

test('addresses carry no passwords and nothing a shell or sources.list would trip over', () => {
  assert.ok(isWebUrl('https://example.com/a?b=c'));
  assert.ok(isMirrorUrl('file:///srv/mirror'));
  for (const text of [
    '',
    'example.com',
    'ftp://a.b/',
    'javascript:alert(1)',
    'https://',
    'https://u:p@a.b/',
    'https://u@a.b/',
    'https://a.b/ c',
    "https://a.b/'",
    'https://a.b/[x]',
    'https://a.b/\n',
  ]) {
    assert.not.ok(isWebUrl(text), JSON.stringify(text));
    assert.not.ok(isMirrorUrl(text), JSON.stringify(text));
  }
  assert.not.ok(isWebUrl('file:///etc/passwd'));
});

test.run();
