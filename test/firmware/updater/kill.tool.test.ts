// What the updater keeps, when it is killed while it writes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../../../src/builder/steps/firmware.ts';
import { AuditLog } from '../../../src/firmware/updater/audit-log.ts';
import { StateStore } from '../../../src/firmware/updater/state-store.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const KILLS = 100;
const writer = await bundleProgram('test/firmware/updater/writing-process.ts', join(tempFolder(), 'writer.mjs'));

test(`killed ${KILLS} times while it writes: what it said it kept is there, and each file is whole`, async () => {
  const folder = join(tempFolder(), 'updater');
  const random = seededRandom(3);
  let [state, entry, said] = [0, 0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const next = Math.max(state, entry) + 1;
    const child = spawn(process.execPath, [writer, folder, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    const closed = once(child, 'close');
    const lines = random(40);
    while (text.split('\n').length <= lines && child.exitCode === null) await sleep(1);
    await sleep(random(4));
    child.kill('SIGKILL');
    await closed;
    for (const [, what, count] of text.matchAll(/^(state|entry) (\d+)\n/gm)) {
      if (what === 'state') state = Number(count);
      else entry = Number(count);
      said++;
    }
    const store = await StateStore.open(folder, new Date(), 'b-2', (message) => assert.unreachable(message));
    // The one that was being kept may be there as well.
    const kept = store.state.phase === 'idle' && store.state.attempt;
    if (state > 0) assert.ok(kept === state || kept === state + 1 || kept === next, `${kept}, said ${state}`);
    const log = await AuditLog.open(join(folder, 'audit.jsonl'), 4000);
    const [newest, ...older] = (await log.newest(50)).map(({ detail }) => Number(detail.split(' ')[1]));
    await log.close();
    if (entry > 0)
      assert.ok((newest ?? 0) >= entry && (newest ?? 0) <= Math.max(entry + 1, next), `${newest}, said ${entry}`);
    assert.equal(
      older,
      [...older].sort((a, b) => b - a),
    );
    state = Math.max(state, Number(kept));
    entry = Math.max(entry, newest ?? 0);
  }
  assert.ok(said > KILLS * 10, String(said));
  process.stdout.write(`${said} kept and said\n`);
  const names = readdirSync(folder).filter(
    (name) => !/^(state|state\.before)\.json$|^audit\.jsonl(\.[1-4])?$/.test(name),
  );
  assert.equal(names, []);
});

test.run();
