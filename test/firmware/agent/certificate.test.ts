import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { certificate } from '../../../src/firmware/agent/checks/certificate.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const places = placesBelow(tempFolder());
const { thresholds } = defaultConfiguration.monitoring;
const folder = dirname(places.certificate);
mkdirSync(folder, { recursive: true });
execFileSync(
  'openssl',
  [
    ...[
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '40',
      '-subj',
      '/CN=x',
    ],
    ...['-keyout', join(folder, 'key.pem'), '-out', places.certificate],
  ],
  { stdio: 'ignore' },
);

const surroundings = {
  places,
  thresholds,
  configuration: defaultConfiguration,
  signal: new AbortController().signal,
};

test('a certificate is complained of 30 days before its end, after it, and before its beginning', async () => {
  let end = 0;
  const check = certificate((date) => {
    end = date.getTime();
  });
  const inDays = async (days: number): Promise<boolean | null> =>
    (await check.judge({ ...surroundings, now: new Date(Date.now() + days * 86_400_000) })).healthy;
  assert.equal([await inDays(1), await inDays(9), await inDays(11), await inDays(41)], [true, true, false, false]);
  assert.is(await inDays(-2), false);
  assert.is(Math.round((end - Date.now()) / 86_400_000), 40);
});

test.run();
