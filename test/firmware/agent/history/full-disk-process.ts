// Fills a small disk around a history: `full-disk-process FOLDER`. Says how each minute went.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { History } from '../../../../src/firmware/agent/history/history.ts';

const [disk = ''] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const history = await History.open(join(disk, 'history'), ['a']);

async function record(name: string, time: string): Promise<void> {
  const outcome = await history.record(new Date(time), new Map([['a', 1]])).then(
    () => 'kept',
    (error: NodeJS.ErrnoException) => error.code,
  );
  say(`${name}: ${outcome}`);
}

function fill(): void {
  try {
    for (let count = 0; ; count++) writeFileSync(join(disk, `filling-${count}`), Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

await record('first day', '2026-01-01T00:00:00Z');
fill();
await record('same day, disk full', '2026-01-01T00:01:00Z');
await record('next day, disk full', '2026-01-02T00:00:00Z');
for (let count = 0; count < 8; count++) rmSync(join(disk, `filling-${count}`), { force: true });
await record('next day, room again', '2026-01-02T00:01:00Z');
let minutes = 0;
await (await History.open(join(disk, 'history'), ['a'])).read('a', 0, Number.MAX_SAFE_INTEGER, () => {
  minutes += 1;
});
say(`minutes: ${minutes}`);
