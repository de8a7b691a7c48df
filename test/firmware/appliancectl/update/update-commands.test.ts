import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { updateCommands } from '../../../../src/contract/updates/parse-protocol.ts';
import type { AnswerBody, UpdateRequest } from '../../../../src/contract/updates/protocol.ts';
import { refusal } from '../../../../src/contract/updates/refusal.ts';
import type { LastAnswer } from '../../../../src/firmware/updater/server.ts';
import { repositoryRoot } from '../../../support/source-files.ts';
import { HASH, NOW, receipt as sampleReceipt, stateIn, testAppliance } from '../../updater/sample.ts';
import { Program, type Result } from './program.ts';

const program = await Program.made();
const receipt = join(program.folder, 'receipt.json');
writeFileSync(receipt, '{}');

const offer = {
  schemaVersion: 1,
  image: 'reference',
  version: '1.1.0',
  created: '2026-02-20T00:00:00Z',
  tracks: ['stable'],
  severity: 'security',
  notes: '# New\n\n\t- faster',
  fixes: ['CVE-2026-12345', 'CVE-2026-12346'],
  minimumVersion: '1.0.0',
  downtimeMinutes: 5,
  instruction: 'Tell your users.',
  rolloutPercent: 25,
  withdrawn: null,
  manifestHash: HASH,
} as const;
const body: AnswerBody = { state: stateIn('announced'), next: 'waits for an approval', until: '2026-03-08T02:00:00Z' };
const offers = [
  { version: '1.2.0', created: '2026-02-27T10:00:00Z', severity: 'routine', bytes: 104_857_600, refusals: [] },
  {
    version: '1.1.0',
    created: offer.created,
    severity: 'security',
    bytes: 1_048_576,
    refusals: [refusal('older', '1.2.0 runs'), refusal('busy', 'installing')],
  },
] as const;
const entry = {
  time: '2026-03-01T02:30:00Z',
  who: 'ann',
  what: 'approve',
  version: '1.1.0',
  result: 'done',
  detail: 'in the next window',
} as const;

/** @returns what came of it, and the requests as the update client saw them */
async function asking(args: string, answer: LastAnswer): Promise<Result & { readonly requests: UpdateRequest[] }> {
  const requests: UpdateRequest[] = [];
  const handle = async (request: UpdateRequest): Promise<LastAnswer> => {
    requests.push(request);
    return answer;
  };
  return { ...(await program.served(handle, () => program.run(args.split(' ')))), requests };
}
const done = (more: Partial<AnswerBody> = {}): LastAnswer => ({ type: 'done', body: { ...body, ...more } });

const once = { at: '2099-03-01T01:00:00.000Z', minutes: 60 };
const recurring = { days: ['saturday', 'sunday'], start: '02:30', minutes: 120, timeZone: 'Europe/Berlin' };
const asked: readonly (readonly [args: string, request: object])[] = [
  ['check', { command: 'check', who: 'ada' }],
  ['list', { command: 'list' }],
  ['show 1.1.0', { command: 'show', version: '1.1.0' }],
  ['approve 1.1.0', { command: 'approve', who: 'ada', version: '1.1.0', window: null }],
  [
    'approve 1.1.0 --at 2099-03-01T02:00:00+01:00 --minutes 60',
    { command: 'approve', who: 'ada', version: '1.1.0', window: once },
  ],
  [
    'approve 1.1.0 --days sunday,Saturday --start 02:30 --minutes 120 --time-zone Europe/Berlin',
    { command: 'approve', who: 'ada', version: '1.1.0', window: recurring },
  ],
  [
    'schedule 1.1.0 --days monday --start 02:30 --minutes 120',
    {
      ...{ command: 'schedule', who: 'ada', version: '1.1.0' },
      window: { ...recurring, days: ['monday'], timeZone: null },
    },
  ],
  ['schedule 1.1.0 --default', { command: 'schedule', who: 'ada', version: '1.1.0', window: null }],
  ['cancel 1.1.0', { command: 'cancel', who: 'ada', version: '1.1.0' }],
  ['download 1.1.0', { command: 'download', who: 'ada', version: '1.1.0' }],
  ['install 1.1.0', { command: 'install', who: 'ada', version: '1.1.0' }],
  ['status', { command: 'status' }],
  ['rollback --yes', { command: 'rollback', who: 'ada' }],
  ['history', { command: 'history', limit: 50 }],
  ['history --limit 500', { command: 'history', limit: 500 }],
  ['receipt', { command: 'receipt', who: 'ada' }],
  ['import ./receipt.json', { command: 'import', who: 'ada', path: receipt }],
];

test('every command is asked for as the protocol has it, and its answer is there for scripts', async () => {
  const answer = done({ offers, offer, entries: [entry] });
  for (const [args, request] of asked) {
    const { code, stdout, stderr, requests } = await asking(`${args} --json`, answer);
    assert.equal([code, stderr, requests], [0, '', [request]], args);
    assert.equal(JSON.parse(stdout), { ...body, offers, offer, entries: [entry] }, args);
  }
  assert.equal(
    updateCommands.filter((name) => !asked.some(([args]) => args.split(' ')[0] === name)),
    [],
  );
});

test('a receipt is printed as the file that is carried over, and its key beside it', async () => {
  const signed = testAppliance().sign(sampleReceipt);
  const publicKey = `${'A'.repeat(59)}=`;
  const { stdout, stderr } = await asking('receipt', done({ testimony: { signed, publicKey } }));
  assert.equal(JSON.parse(stdout), signed);
  assert.is(stderr, `Its readers need this as updates.testedFirst.publicKey: ${publicKey}\n`);
});

test('status tells phase, version, why, what is next, who approved for when, and the last check', async () => {
  const window = { days: ['sunday'], start: '02:00', minutes: 120, timeZone: null } as const;
  const { approval } = stateIn('scheduled');
  const failed = [{ version: '1.0.5', at: '2026-02-01T00:00:00Z', reason: 'the web service failed' }];
  const state = stateIn('scheduled', { approval: approval === null ? null : { ...approval, window }, failed });
  const { code, stdout } = await asking('status', done({ state }));
  assert.is(code, 0);
  assert.is(
    stdout,
    [
      'Phase:      scheduled, since 2026-03-01 02:30:00 UTC',
      'Version:    1.1.0',
      'Came from:  1.0.0, slot A',
      'Why:        sample',
      'Next:       waits for an approval',
      'Until:      2026-03-08 02:00:00 UTC',
      'Approval:   1.1.0, by ann on 2026-02-28 00:00:00 UTC, until 2026-03-28 00:00:00 UTC',
      "Window:     sunday at 02:00 (the appliance's time zone), for 120 minutes",
      'Last check: 2026-03-01 02:30:00 UTC',
      'Put aside:  1.0.5 on 2026-02-01 00:00:00 UTC: the web service failed',
      '',
    ].join('\n'),
  );
  const idle = await asking('status', done({ state: stateIn('idle', { approval: null, lastCheck: null }) }));
  assert.match(idle.stdout, 'Last check: never\n');
  assert.not.match(idle.stdout, 'Approval');
});

test('list is a table, with the first rule that stands against a version', async () => {
  const { stdout } = await asking('list', done({ offers }));
  assert.is(
    stdout,
    [
      'Version  Severity  Size       Created                  May be taken',
      '1.2.0    routine   100.0 MiB  2026-02-27 10:00:00 UTC  yes',
      '1.1.0    security  1.0 MiB    2026-02-20 00:00:00 UTC  no [older] and 1 more',
      '',
    ].join('\n'),
  );
  assert.is((await asking('list', done({ offers: [] }))).stdout, 'Nothing is on offer.\n');
  assert.match((await asking('list', done())).stderr, 'error: the update client left out what was asked for');
});

test('show tells what a version changes and what there is to do', async () => {
  const { stdout } = await asking('show 1.1.0', done({ offer }));
  assert.is(
    stdout,
    [
      'Version:    1.1.0 of reference, security',
      'Created:    2026-02-20 00:00:00 UTC',
      'Tracks:     stable',
      'Offered to: 25 % of all appliances so far',
      'Fixes:      CVE-2026-12345, CVE-2026-12346',
      'From:       1.0.0 or newer',
      'Downtime:   5 minutes planned',
      'To do:      Tell your users.',
      '',
      '# New',
      '',
      '    - faster',
      '',
    ].join('\n'),
  );
  const withdrawn = { at: NOW.toISOString(), reason: 'It loses mail.' };
  const bare = { ...offer, withdrawn, notes: '', fixes: [], minimumVersion: null, instruction: null };
  const other = (await asking('show 1.1.0', done({ offer: bare }))).stdout;
  for (const line of ['on 2026-03-01 02:30:00 UTC: It loses mail.', 'no CVE', 'any older version', 'nothing\n'])
    assert.match(other, line);
});

test('history is a line for each entry; a command tells what came of it', async () => {
  const { stdout } = await asking('history', done({ entries: [entry, { ...entry, version: null }] }));
  assert.is(stdout.split('\n')[0], '2026-03-01 02:30:00 UTC  ann  approve  1.1.0  done  in the next window');
  assert.match(stdout, 'approve  -      done');
  assert.is((await asking('history', done({ entries: [] }))).stdout, 'Nobody did anything yet.\n');
  const outcome = '1.1.0 announced: sample\nNext: waits for an approval (until 2026-03-08 02:00:00 UTC)\n';
  assert.is((await asking('cancel 1.1.0', done())).stdout, outcome);
  assert.match((await asking('check', done({ offers }))).stdout, `more\n${outcome}`);
});

test('a refusal names its rule and what to do, for scripts as well', async () => {
  const refusals = [refusal('outside-window', 'it opens on Sunday'), refusal('unhealthy', 'web fails')];
  const people = await asking('install 1.1.0', { type: 'refused', refusals });
  assert.equal([people.code, people.stdout], [1, '']);
  assert.is(
    people.stderr,
    refusals.map(({ rule, message, next }) => `refused [${rule}]: ${message}\nhint: ${next}\n`).join(''),
  );
  const scripts = await asking('install 1.1.0 --json', { type: 'refused', refusals });
  assert.equal([scripts.code, JSON.parse(scripts.stdout), scripts.stderr], [1, { refusals }, '']);
});

test('what failed in the update client is told with its next step', async () => {
  const { code, stderr } = await asking('check', { type: 'error', message: 'the disk is full', next: 'Make room.' });
  assert.equal([code, stderr], [1, 'error: the disk is full\nhint: Make room.\n']);
});

test('bad input is refused before anybody is asked', async () => {
  const bad = [
    ...['show', 'show 1.1', 'show v1.1.0', 'approve 1.1.0 --minutes 60', 'approve 1.1.0 --at tomorrow --minutes 60'],
    'approve 1.1.0 --at 2099-02-30T02:00:00Z --minutes 60',
    'approve 1.1.0 --at 2099-03-01T02:00:00Z',
    'approve 1.1.0 --at 2099-03-01T02:00:00Z --minutes 9',
    'approve 1.1.0 --at 2099-03-01T02:00:00Z --minutes 1441',
    'approve 1.1.0 --at 2020-03-01T02:00:00Z --minutes 60',
    'approve 1.1.0 --at 2099-03-01T02:00:00Z --minutes 60 --days sunday',
    'approve 1.1.0 --at 2099-03-01T02:00:00Z --minutes 60 --time-zone UTC',
    'approve 1.1.0 --days sunday --minutes 60',
    'approve 1.1.0 --start 02:00 --minutes 60',
    'approve 1.1.0 --days sunday,sunday --start 02:00 --minutes 60',
    'approve 1.1.0 --days someday --start 02:00 --minutes 60',
    'approve 1.1.0 --days sunday --start 24:00 --minutes 60',
    'approve 1.1.0 --days sunday --start 02:00 --minutes 60 --time-zone Mars/Base',
    ...['schedule 1.1.0', 'schedule 1.1.0 --default --days sunday --start 02:00 --minutes 60'],
    ...['rollback', 'history --limit 0', 'history --limit 501', 'import ./not-there', 'import', 'instal 1.1.0'],
  ];
  for (const args of bad) {
    const { code, stdout, stderr, requests } = await asking(args, done());
    assert.equal([code, stdout, requests], [2, '', []], `${args}: ${stderr}`);
    assert.match(stderr, 'error: ', args);
  }
});

test('help and docs/updates.md name every command', async () => {
  const help = (await program.run(['--help'])).stdout;
  const page = readFileSync(join(repositoryRoot, 'docs/updates.md'), 'utf8');
  for (const name of updateCommands) {
    assert.match(help, new RegExp(`^  ${name} \\[`, 'm'));
    assert.match(page, new RegExp(`^\\| \`${name}\\b`, 'm'), name);
    assert.match((await program.run([name, '--help'])).stdout, '--json', name);
  }
});

test.run();
