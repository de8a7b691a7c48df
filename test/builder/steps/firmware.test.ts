import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleFirmware, bundleProgram } from '../../../src/builder/steps/firmware.ts';
import * as source from '../../../src/contract/configuration/parse-configuration.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function bundle(): Promise<Map<string, string>> {
  const folder = join(tempFolder(), 'firmware');
  mkdirSync(folder);
  const files = await bundleFirmware(folder);
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]));
}

const programs = await bundle();

test('the same sources give the same programs', async () => {
  for (const name of ['agent.mjs', 'appliancectl.mjs']) assert.ok(programs.has(name), name);
  assert.equal([...(await bundle())], [...programs]);
});

test('no program of the appliance makes code while it runs, or brings the compiler of schemas', () => {
  for (const [name, text] of programs) {
    assert.not.match(text, /\bnew Function\(|\beval\(/, name);
    assert.not.match(text, /ajv\/dist\/compile|"unevaluatedProperties"/, name);
  }
});

/** What becomes of a document: itself with all that was left out, or the list of its mistakes. */
function outcome({ parseConfiguration }: Pick<typeof source, 'parseConfiguration'>, text: string): unknown {
  try {
    return parseConfiguration(text);
  } catch (error) {
    return (error as source.ConfigurationError).mistakes;
  }
}

test('the compiled schema takes and refuses what the schema does, with the same words', async () => {
  const file = join(tempFolder(), 'parse.mjs');
  await bundleProgram('src/contract/configuration/parse-configuration.ts', file);
  const bundled = (await import(pathToFileURL(file).href)) as typeof source;
  const documents: unknown[] = [
    {},
    { hostname: 'appliance-1', timeZone: 'Europe/Zurich' },
    { monitoring: { requestsPerMinute: 60, thresholds: { cpuBusyPercent: 50 } } },
    { ntp: { servers: ['ntp.example', '192.0.2.1', '2001:db8::1'] } },
    { hostname: 'Not A Name', monitoring: { requestsPerMinute: -1, thresholds: { cpuBusyPercent: 'x' } } },
    { hostname: `ü${'a'.repeat(70)}`, surprise: 1 },
    { network: { ipv4: { method: 'static' } } },
    { dns: { servers: 'not a list' }, smtp: { security: 'none at all' } },
    [],
    null,
    7,
  ];
  const refused = documents.filter((document) => {
    const text = JSON.stringify(document);
    const expected = outcome(source, text);
    assert.equal(outcome(bundled, text), expected, text);
    return Array.isArray(expected);
  });
  assert.ok(refused.length >= 5 && refused.length < documents.length - 1, `${refused.length} were refused`);
});

test.run();
