// Records minute after minute as fast as the disk takes them, and says each that is kept: `writing-process FOLDER MINUTE`.
import { writeSync } from 'node:fs';
import { History } from '../../../../src/firmware/agent/history/history.ts';

const [folder = '', first] = process.argv.slice(2);
const history = await History.open(folder, ['a', 'b', 'c']);
for (let minute = Number(first); ; minute++) {
  await history.record(new Date(minute * 60_000), new Map([['a', minute % 1000]]));
  writeSync(1, `${minute}\n`);
}
