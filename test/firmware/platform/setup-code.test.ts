import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SetupCode } from '../../../src/firmware/platform/setup-code.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A tree with the appliance's own scripts, to which nobody can log in yet. */
function tree(): { root: string; file: string; code: SetupCode } {
  const root = tempFolder();
  const scripts = join(root, 'usr/lib/kiln');
  cpSync(join(repositoryRoot, 'provisioners/85-console/files/usr/lib/kiln'), scripts, { recursive: true });
  for (const name of readdirSync(scripts)) chmodSync(join(scripts, name), 0o755);
  for (const folder of ['var/lib/kiln', 'home/admin/.ssh', 'etc/ssh/authorized_keys.d'])
    mkdirSync(join(root, folder), { recursive: true });
  return { root, file: join(root, 'var/lib/kiln/setup-code'), code: new SetupCode(root) };
}

const kept = (file: string): string => readFileSync(file, 'utf8').trim();

test('a code is made once, for root alone, and another one for each appliance', async () => {
  const { file, code } = tree();
  assert.ok(await code.isOpen());
  assert.match(kept(file), /^([A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}$/);
  assert.is(statSync(file).mode & 0o777, 0o600);
  const first = kept(file);
  assert.ok(await code.isOpen());
  assert.is(kept(file), first);
  const codes = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const other = tree();
      await other.code.isOpen();
      return kept(other.file);
    }),
  );
  assert.is(new Set([first, ...codes]).size, 21);
});

test('whoever has the code may use it once, however it is typed', async () => {
  const { file, code } = tree();
  await code.isOpen();
  const text = kept(file);
  for (const wrong of ['', 'AAAA-AAAA-AAAA', text.slice(1), `${text}A`, '\0', 'ſ'.repeat(12)]) {
    assert.not.ok(await code.claim(wrong), wrong);
  }
  assert.is(kept(file), text);
  assert.ok(await code.claim(` ${text.toLowerCase().replace(/-/g, ' ')}\n`));
  assert.not.ok(await code.claim(text));
});

test('of two who come at once, one has it', async () => {
  const { file, code } = tree();
  await code.isOpen();
  const text = kept(file);
  const both = await Promise.all([code.claim(text), code.claim(text)]);
  assert.equal(both.filter((one) => one).length, 1);
});

test('a key of anybody makes the code worthless; an empty file or a comment does not', async () => {
  for (const place of ['home/admin/.ssh/authorized_keys', 'etc/ssh/authorized_keys.d/admin']) {
    const { root, file, code } = tree();
    writeFileSync(join(root, place), '\n# later\n');
    assert.ok(await code.isOpen());
    const text = kept(file);
    writeFileSync(join(root, place), 'ssh-ed25519 AAAA somebody\n');
    assert.not.ok(await code.claim(text), place);
    assert.not.ok(existsSync(file));
  }
});

test('a file that holds no code opens nothing', async () => {
  const { file, code } = tree();
  writeFileSync(file, 'x\n');
  assert.not.ok(await code.isOpen());
  assert.not.ok(await code.claim('x'));
});

test.run();
