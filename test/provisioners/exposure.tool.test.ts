// What systemd itself thinks of the sandboxes of our long-running programs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { debianPrograms } from '../support/debian-programs.ts';
import { repositoryRoot } from '../support/source-files.ts';

const systemd = await debianPrograms('systemd');
const units = join(repositoryRoot, 'provisioners/80-agent/files/usr/lib/systemd/system');

/** @returns the overall exposure, 0 to 10 */
async function exposure(unit: string): Promise<number> {
  const args = ['security', '--offline=true', '--no-pager', join(units, unit)];
  const child = spawn(systemd.path('usr/bin/systemd-analyze'), args, {
    env: { ...process.env, LD_LIBRARY_PATH: `${systemd.env.LD_LIBRARY_PATH}/systemd` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  await once(child, 'close');
  const found = /Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1];
  assert.ok(found, said);
  return Number(found);
}

for (const unit of ['kiln-agent.service', 'kiln-outside.service']) {
  test(`${unit} is exposed at 2.0 at most`, async () => {
    const found = await exposure(unit);
    assert.ok(found <= 2, String(found));
  });
}

test.run();
