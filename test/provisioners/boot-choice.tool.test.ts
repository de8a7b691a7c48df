// The shell code that reads and writes what GRUB starts, on files, with GRUB's own program beside it.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grubEnvironment } from '../../src/builder/formats/grub-environment.ts';
import { BOOT_TRIES, freshBootEnvironment } from '../../src/builder/steps/disk/esp.ts';
import { repositoryRoot } from '../support/source-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

const program = join(repositoryRoot, 'provisioners/20-state/files/usr/lib/kiln/boot-environment');
const folder = tempFolder();
const file = join(folder, 'grubenv');

type Variables = Record<keyof typeof freshBootEnvironment, string>;
/** After an update: B is new and preferred, and has not come up yet. */
const trial: Variables = { ...freshBootEnvironment, ORDER: 'B A', B_OK: '1', B_TRY: '1' };

const given = (variables: Variables): void => writeFileSync(file, grubEnvironment(variables));
const ask = (...args: string[]): string => execFileSync('sh', [program, file, ...args], { encoding: 'utf8' }).trim();
const listed = (): string => execFileSync('grub-editenv', [file, 'list'], { encoding: 'utf8' });
const text = (variables: Variables): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

test('the primary slot is the one that the loader takes next', () => {
  const cases: readonly (readonly [Variables, 'A' | 'B'])[] = [
    [freshBootEnvironment, 'A'],
    [trial, 'B'],
    [{ ...trial, B_TRY: String(BOOT_TRIES - 1) }, 'B'],
    [{ ...trial, B_TRY: String(BOOT_TRIES) }, 'A'],
    [{ ...trial, B_OK: '0' }, 'A'],
    // No tries left: the loader starts over, in order.
    [{ ...trial, A_TRY: String(BOOT_TRIES), B_TRY: String(BOOT_TRIES) }, 'B'],
    [{ ...trial, A_OK: '0', B_OK: '0' }, 'A'],
  ];
  for (const [variables, expected] of cases) {
    given(variables);
    assert.is(ask('get-primary'), expected, text(variables));
    assert.is(`${ask('list')}\n`, text(variables));
    assert.is(listed(), text(variables));
  }
});

test('a slot is good while the loader would start it', () => {
  given({ ...trial, A_TRY: String(BOOT_TRIES) });
  assert.is(ask('get-state', 'A'), 'bad');
  assert.is(ask('get-state', 'B'), 'good');
  given(freshBootEnvironment);
  assert.is(ask('get-state', 'B'), 'bad');
});

test('an installation goes: the target is bad, then first, then confirmed; and back on request', () => {
  given({ ...freshBootEnvironment, B_OK: '1', B_TRY: '3' });
  ask('set-state', 'B', 'bad');
  assert.is(listed(), text({ ...freshBootEnvironment, B_OK: '0', B_TRY: '0' }));
  ask('set-primary', 'B');
  assert.is(listed(), text({ ...trial, B_TRY: '0' }));
  given(trial);
  ask('set-state', 'B', 'good');
  assert.is(listed(), text({ ...trial, B_TRY: '0' }));
  ask('set-primary', 'A');
  assert.is(listed(), text({ ...trial, ORDER: 'A B', B_TRY: '0' }));
});

test('what asks for nothing new writes nothing', () => {
  given(freshBootEnvironment);
  const { ino, mtimeNs } = statSync(file, { bigint: true });
  ask('set-state', 'A', 'good');
  ask('set-primary', 'A');
  const after = statSync(file, { bigint: true });
  assert.equal([after.ino, after.mtimeNs], [ino, mtimeNs]);
  assert.equal(readdirSync(folder), ['grubenv']);
});

test('an environment that cannot be read counts as the defaults of the loader, and the next change makes it anew', () => {
  for (const broken of [Buffer.alloc(0), Buffer.alloc(1024, 'x'), undefined]) {
    rmSync(file, { force: true });
    if (broken) writeFileSync(file, broken);
    assert.is(spawnSync('sh', [program, file, 'get-primary'], { encoding: 'utf8' }).stdout, 'A\n');
    spawnSync('sh', [program, file, 'set-state', 'A', 'good']);
    assert.is(listed(), text(freshBootEnvironment));
    assert.is(readFileSync(file).length, 1024);
  }
});

test('words that RAUC does not know are refused and change nothing', () => {
  given(trial);
  for (const words of [
    ['set-primary', 'C'],
    ['set-primary'],
    ['set-state', 'A', 'fine'],
    ['set-state', 'A'],
    ['reset'],
    ['forget', 'A'],
  ]) {
    const { status, stderr } = spawnSync('sh', [program, file, ...words], { encoding: 'utf8' });
    assert.is(status, 1, words.join(' '));
    assert.match(stderr, /^boot-environment: /);
  }
  assert.is(listed(), text(trial));
});

/** Every program the change runs, in order, told by stand-ins that run the real one. */
function programsOf(...args: string[]): string[] {
  const stand = join(folder, 'stand-ins');
  mkdirSync(stand);
  for (const name of ['grub-editenv', 'sync', 'mv', 'rm']) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    writeFileSync(join(stand, name), `#!/bin/sh\necho "${name} $*" >>${folder}/told\nexec ${real} "$@"\n`);
    chmodSync(join(stand, name), 0o755);
  }
  const env = { ...process.env, PATH: `${stand}:${process.env.PATH}` };
  execFileSync('sh', [program, file, ...args], { env });
  return readFileSync(join(folder, 'told'), 'utf8')
    .replaceAll(file, 'ENV')
    .replaceAll(folder, 'ESP')
    .trim()
    .split('\n');
}

test('a change is on the disk before it takes the place of the old, and only then is it told', () => {
  given(trial);
  assert.equal(programsOf('set-state', 'B', 'good'), [
    'grub-editenv ENV list',
    'rm -f ENV.new',
    'grub-editenv ENV.new create',
    'grub-editenv ENV.new set ORDER=B A A_OK=1 A_TRY=0 B_OK=1 B_TRY=0',
    'sync -f ENV.new',
    'mv -f ENV.new ENV',
    'sync -f ESP',
  ]);
});

/** Starts a change as a process group. */
function change(slot: string) {
  return spawn('sh', [program, file, 'set-primary', slot], { detached: true, stdio: 'ignore' });
}

test('killed at any of 100 moments, the environment is the old or the new one, whole', async () => {
  const [a, b] = [
    { ...trial, ORDER: 'A B', A_TRY: '0', B_TRY: '0' },
    { ...trial, B_TRY: '0' },
  ];
  given(a);
  // How long an undisturbed change takes here and now; every hundredth of that and some more is a moment.
  const started = performance.now();
  await once(change('B'), 'close');
  const whole = performance.now() - started;
  const found = { old: 0, new: 0 };
  for (let moment = 0; moment < 100; moment += 1) {
    given(a);
    const child = change('B');
    const closed = once(child, 'close');
    await sleep((whole * 1.1 * moment) / 100);
    try {
      process.kill(-(child.pid ?? assert.unreachable('it did not start')), 'SIGKILL');
    } catch {
      // It was over.
    }
    await closed;
    const now = listed();
    assert.ok(now === text(a) || now === text(b), `moment ${moment}: ${now}`);
    assert.is(readFileSync(file).length, 1024);
    found[now === text(a) ? 'old' : 'new'] += 1;
    // What was left behind is in nobody's way.
    if (moment % 10 === 0) {
      await once(change('B'), 'close');
      assert.is(listed(), text(b));
      assert.not(existsSync(`${file}.new`));
    }
  }
  assert.ok(found.old > 0, 'no moment was early enough');
});

test.run();
