import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditEntry } from '../../../src/contract/updates/audit.ts';
import { AuditLog } from '../../../src/firmware/updater/audit-log.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const entry = (count: number): AuditEntry => ({
  time: '2026-03-01T02:30:00.000Z',
  who: 'ann',
  what: 'approve',
  version: '1.1.0',
  result: 'done',
  detail: `number ${count}`,
});

test('entries are there in their order, newest first, also after it was opened again', async () => {
  const path = join(tempFolder(), 'updater/audit.jsonl');
  const log = await AuditLog.open(path);
  await Promise.all([1, 2, 3].map((count) => log.add(entry(count))));
  await log.close();
  const again = await AuditLog.open(path);
  await again.add(entry(4));
  assert.equal(await again.newest(3), [entry(4), entry(3), entry(2)]);
  await again.close();
  assert.is(statSync(path).mode & 0o777, 0o600);
});

test('a torn last line is passed over, and what comes after it is whole', async () => {
  const path = join(tempFolder(), 'audit.jsonl');
  const log = await AuditLog.open(path);
  await log.add(entry(1));
  await log.close();
  appendFileSync(path, JSON.stringify(entry(2)).slice(0, 40));
  const again = await AuditLog.open(path);
  assert.equal(await again.newest(10), [entry(1)]);
  await again.add(entry(3));
  await again.close();
  const last = await AuditLog.open(path);
  assert.equal(await last.newest(10), [entry(3), entry(1)]);
  await last.close();
});

test('it takes no more than its files, and the newest entries are always there', async () => {
  const folder = tempFolder();
  const path = join(folder, 'audit.jsonl');
  const log = await AuditLog.open(path, 1000);
  for (let count = 1; count <= 200; count++) {
    await log.add(entry(count));
    assert.equal(await log.newest(1), [entry(count)]);
  }
  const names = readdirSync(folder).sort();
  assert.equal(names, ['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2', 'audit.jsonl.3', 'audit.jsonl.4']);
  for (const name of names) assert.ok(readFileSync(join(folder, name)).length <= 1000, name);
  const kept = await log.newest(1000);
  assert.ok(kept.length >= 20, String(kept.length));
  assert.equal(
    kept,
    Array.from({ length: kept.length }, (_, index) => entry(200 - index)),
  );
  await log.close();
});

test('what is no entry is not written', async () => {
  const path = join(tempFolder(), 'audit.jsonl');
  const log = await AuditLog.open(path);
  for (const bad of [
    { ...entry(1), detail: 'a\nb' },
    { ...entry(1), who: '' },
    { ...entry(1), version: 'x' },
  ]) {
    const failed = await log.add(bad).then(
      () => false,
      () => true,
    );
    assert.ok(failed);
  }
  await log.close();
  assert.is(readFileSync(path, 'utf8'), '');
});

test.run();
