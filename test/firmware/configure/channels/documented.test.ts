import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import { completeConfiguration } from '../../../../src/contract/configuration/parse-configuration.ts';
import { parseDocument } from '../../../../src/firmware/configure/channels/parse-document.ts';
import { repositoryRoot } from '../../../support/source-files.ts';

const page = readFileSync(join(repositoryRoot, 'docs/configuration.md'), 'utf8');
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
const startingWith = (word: string): string => examples.find((text) => text.startsWith(word)) ?? '';

test('every example of the page is one that is taken', () => {
  assert.is(examples.length, 3);
  const [whole, cloud, plain] = [
    startingWith('hostname:'),
    startingWith('#cloud-config'),
    startingWith('#kiln-config'),
  ];
  assert.is(parseDocument(whole, 'page').configuration.smtp?.security, 'starttls');
  assert.equal(
    completeConfiguration(parse(cloud, { version: '1.1' }).kiln),
    parseDocument(plain, 'page').configuration,
  );
});

test('the page names every section, and thresholds are what is taken otherwise', () => {
  for (const name of [...Object.keys(defaultConfiguration), ...Object.keys(defaultConfiguration.monitoring)])
    assert.match(page, new RegExp(`^ *${name}:|\`${name}\``, 'm'), name);
  const { monitoring } = parse(startingWith('hostname:'));
  assert.equal(monitoring.thresholds, defaultConfiguration.monitoring.thresholds);
  assert.is(monitoring.requestsPerMinute, defaultConfiguration.monitoring.requestsPerMinute);
});

test.run();
