// Keeps state after state and entry after entry as fast as the disk takes them, and says each: `writing-process FOLDER COUNT`.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { firstState } from '../../../src/contract/updates/state.ts';
import { AuditLog } from '../../../src/firmware/updater/audit-log.ts';
import { StateStore } from '../../../src/firmware/updater/state-store.ts';

const [folder = '', first] = process.argv.slice(2);
const now = new Date('2026-03-01T02:30:00Z');
const store = await StateStore.open(folder, now, 'b-1', (message) => {
  throw new Error(message);
});
// Small files: so many are put aside while it is killed.
const log = await AuditLog.open(join(folder, 'audit.jsonl'), 4000);
for (let count = Number(first); ; count++) {
  await store.save({ ...firstState(now, 'b-1'), attempt: count, reason: 'x'.repeat(count % 700) });
  writeSync(1, `state ${count}\n`);
  const detail = `number ${count}`;
  await log.add({ time: now.toISOString(), who: 'ann', what: 'check', version: null, result: 'done', detail });
  writeSync(1, `entry ${count}\n`);
}
