import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandError, type runCommand } from '../../../../src/firmware/platform/run-command.ts';
import { readBootChoice, setSlot, startNext } from '../../../../src/firmware/updater/slots/boot-choice.ts';
import { readFailedStart } from '../../../../src/firmware/updater/slots/failed-start.ts';
import { SlotRecords } from '../../../../src/firmware/updater/slots/slot-records.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

test('what the loader knows is read, and told in its words', async () => {
  const asked: string[] = [];
  const run: typeof runCommand = async (program, args) => {
    asked.push([program, ...args].join(' '));
    return 'ORDER=B A\nA_OK=1\nA_TRY=0\nB_OK=1\nB_TRY=3\n';
  };
  assert.equal(await readBootChoice(run), { first: 'B', holds: { A: true, B: true }, tries: { A: 0, B: 3 } });
  await startNext('A', run);
  await setSlot('B', 'bad', run);
  assert.equal(asked, [
    '/usr/lib/kiln/boot-choice list',
    '/usr/lib/kiln/boot-choice set-primary A',
    '/usr/lib/kiln/boot-choice set-state B bad',
  ]);
});

test('records are kept; one that can not be read is none', async () => {
  const folder = tempFolder();
  const records = new SlotRecords(folder);
  assert.equal(await records.versions(), { A: null, B: null });
  await records.keep('A', '1.0.0');
  await records.keep('B', '1.1.0');
  await records.keep('A', null);
  assert.equal(await records.versions(), { A: null, B: '1.1.0' });
  await records.beginTrial('B');
  assert.is(readFileSync(join(folder, 'on-trial'), 'utf8'), 'B\n');
  assert.is(await records.onTrial(), 'B');
  await records.endTrial();
  await records.endTrial();
  assert.is(await records.onTrial(), undefined);
  for (const damage of ['{', '[]', '{"A":7,"B":"../x"}', 'null']) {
    writeFileSync(join(folder, 'slots.json'), damage);
    assert.equal(await records.versions(), { A: null, B: null }, damage);
  }
});

test('what failed starts left in the journal is found, and starts of the other slot end the search', async () => {
  const journals = [
    'kernel: Command line: root=x kiln.slot=B rauc.slot=B\nStarted a.service - A.\nReached target basic.target - Basic System.\nit \u001b[1mfailed\n',
    'kernel: Command line: root=x kiln.slot=B rauc.slot=B\n',
    'kernel: Command line: root=x kiln.slot=A rauc.slot=A\n',
  ];
  const run: typeof runCommand = async (_, args) => {
    const back = Number(/^--boot=-(\d+)$/.exec(args[0] ?? '')?.[1]);
    const text = journals[back - 1];
    if (text === undefined) throw new CommandError('no such boot', '');
    return text;
  };
  const found = await readFailedStart('B', run);
  assert.is(found.attempts, 2);
  assert.is(found.lastUnit, 'basic.target');
  assert.match(found.lastLines.at(-1) ?? '', 'failed');
  assert.equal(await readFailedStart('A', run), { attempts: 0, lastUnit: null, lastLines: [] });
});

test.run();
