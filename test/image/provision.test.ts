import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asTreeOwner } from '../../src/builder/exec/rootless.ts';
import { createExec } from '../../src/builder/exec/run.ts';
import { hostileRecipe, hostileWords } from '../builder/steps/hostile-recipe.ts';
import { caught } from '../support/caught.ts';
import { repositoryRoot } from '../support/source-files.ts';
import { provisionTree } from './support/provision-tree.ts';
import { smallBase, treeFolder } from './support/small-base.ts';

const exec = createExec(new AbortController().signal);
const folder = await treeFolder();
await chmod(folder, 0o755);
const base = await smallBase(folder);
const test = suite('provisioning in the sandbox');
test.after(async () => {
  await exec.run(asTreeOwner(['rm', '-rf', folder]), { purpose: 'clean up', timeoutSeconds: 300 });
});

let made = 0;
/** A provisioner that runs this script. */
async function provisioner(name: string, script: string): Promise<string> {
  made += 1;
  const path = join(folder, `provisioners-${made}`, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'run.sh'), `#!/bin/sh\nset -eu\n${script}\n`);
  return path;
}

/** An empty folder to work in. */
async function work(): Promise<string> {
  made += 1;
  const path = join(folder, `work-${made}`);
  await mkdir(path);
  return path;
}

/** Everything in a tree but the time stamps. */
async function contents(tree: string): Promise<string[]> {
  const argv = ['find', tree, '-mindepth', '1', '-printf', '%P %M %U:%G %s %l\n'] as const;
  const { stdout } = await exec.run(asTreeOwner(argv), { purpose: 'list a tree', timeoutSeconds: 60 });
  // The size of a folder depends on its file system and on what it once held.
  return stdout
    .split('\n')
    .map((line) => line.replace(/( d\S+ \d+:\d+) \d+/, '$1'))
    .sort();
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 600; waited += 1) {
    if (holds()) return;
    await sleep(100);
  }
  assert.unreachable(`not within a minute: ${what}`);
}

function running(word: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
    } catch {
      // The process ended meanwhile.
      return false;
    }
  });
}

test('what provisioners write stays, in their order, and nothing of the sandbox does', async () => {
  const before = await provisionTree(base, await work(), []);
  const after = await provisionTree(base, await work(), [
    await provisioner(
      '10-first',
      'echo one >/usr/lib/kiln-test; echo left >/tmp/left; echo left >/run/left; umask >/usr/lib/kiln-umask',
    ),
    await provisioner('20-second', 'echo two >>/usr/lib/kiln-test; test -x /usr/sbin/policy-rc.d'),
  ]);
  assert.is(await readFile(join(after.treeDir, 'usr/lib/kiln-test'), 'utf8'), 'one\ntwo\n');
  assert.is(await readFile(join(after.treeDir, 'usr/lib/kiln-umask'), 'utf8'), '0022\n');
  const old = new Set(await contents(before.treeDir));
  const added = (await contents(after.treeDir)).filter((line) => !old.has(line));
  assert.equal(added, ['usr/lib/kiln-test -rw-r--r-- 0:0 8 ', 'usr/lib/kiln-umask -rw-r--r-- 0:0 5 ']);
});

test("a recipe's words reach provisioners as they are", async () => {
  const word = hostileWords.join(' ');
  const look = await provisioner(
    '10-look',
    `printf '%s\\n' "$KILN_TITLE" "$KILN_VENDOR_URL" "$SOURCE_DATE_EPOCH" >/usr/lib/kiln-test`,
  );
  const { treeDir } = await provisionTree(base, await work(), [look], { recipe: hostileRecipe(word) });
  const [title, url, epoch] = (await readFile(join(treeDir, 'usr/lib/kiln-test'), 'utf8')).split('\n');
  const oneLine = word.replace(/\s+/g, ' ');
  assert.equal([title, url, epoch], [oneLine, `https://x.org/?a=${oneLine}`, '1767225600']);
});

test('a provisioner that fails is named, with its exit code and last words', async () => {
  const failing = await provisioner('20-app', 'echo before; echo "cannot find the thing" >&2; exit 3');
  const at = await work();
  const steps = [
    await provisioner('10-fine', 'true'),
    failing,
    await provisioner('30-never', 'echo never >/usr/lib/kiln-test'),
  ];
  const error = await caught('provisioner-failed', () => provisionTree(base, at, steps));
  assert.is(error.message, 'provisioner 20-app failed with exit code 3\n  | before\n  | cannot find the thing');
  assert.match(error.hint, join(at, 'logs/provision.log'));
  assert.match(await readFile(join(at, 'logs/provision.log'), 'utf8'), 'cannot find the thing');
  assert.not(existsSync(join(at, 'tree/usr/lib/kiln-test')));
  assert.not(existsSync(join(at, 'tree/usr/sbin/policy-rc.d')));
});

test('the host is out of reach: its files, processes, kernel settings and network', async () => {
  const script = [
    'fail() { echo "reached: $*"; exit 9; }',
    `[ ! -e ${repositoryRoot}/package.json ] || fail files`,
    // The classic way out of a chroot: there is nothing outside to come to.
    'perl -e \'mkdir "/run/x"; chroot "/run/x" or die; chdir ".." for 1..64; chroot "." or die; exit(-e $ARGV[0] ? 9 : 0)\'' +
      ` ${repositoryRoot}/package.json || fail "files outside the root"`,
    '[ "$(cat /proc/1/comm)" = sshd ] || fail processes',
    'if echo 1 2>/dev/null >/proc/sys/net/ipv4/ip_forward; then fail settings; fi',
    'if ip link add kiln-test type dummy 2>/dev/null; then fail network; fi',
    'if mknod /usr/lib/device b 8 0 2>/dev/null; then fail devices; fi',
    'if grep -q kiln-test-marker /etc/resolv.conf 2>/dev/null; then fail resolver; fi',
    '[ "$(hostname)" = kiln-sandbox ] || fail name',
  ];
  await provisionTree(base, await work(), [await provisioner('10-look', script.join('\n'))]);
});

test('Ctrl-C stops everything that ran', async () => {
  const seconds = String(randomInt(1e6, 1e7));
  const stop = new AbortController();
  const at = await work();
  const provisioning = caught('interrupted', async () =>
    provisionTree(base, at, [await provisioner('10-slow', `sleep ${seconds}`)], { signal: stop.signal }),
  );
  await until('the provisioner runs', () => running(seconds));
  stop.abort(new Error('stopped by the test'));
  await provisioning;
  await until('the provisioner is dead', () => !running(seconds));
  assert.not(running(join(at, 'packer')));
  assert.not(existsSync(join(at, 'tree/usr/sbin/policy-rc.d')));
});

const program = fileURLToPath(new URL('support/provision-tree.ts', import.meta.url));

test('kill -9 leaves no process behind', async () => {
  const seconds = String(randomInt(1e6, 1e7));
  const at = await work();
  const argv = ['--import', 'tsx', program, base, at, await provisioner('10-slow', `sleep ${seconds}`)];
  const child = spawn(process.execPath, argv, { cwd: repositoryRoot, stdio: 'inherit' });
  await until('the provisioner runs', () => running(seconds));
  child.kill('SIGKILL');
  await until('the provisioner is dead', () => !running(seconds));
  await until('packer is dead', () => !running(join(at, 'packer')));
});

/** Runs as a user that exists only for this command, with subordinate ids of its own. */
async function asUser(home: string, argv: readonly string[]): Promise<string> {
  const etc = await work();
  const user = 'kiln-test:x:23456:23456::/:/bin/sh\n';
  const files = {
    passwd: user,
    group: 'kiln-test:x:23456:\n',
    subuid: 'kiln-test:3000000:65536\n',
    subgid: 'kiln-test:3000000:65536\n',
  };
  for (const [name, line] of Object.entries(files)) {
    await copyFile(`/etc/${name}`, join(etc, name)).catch(() => undefined);
    await writeFile(join(etc, name), line, { flag: 'a' });
  }
  await chown(home, 23456, 23456);
  const script = `for f in ${Object.keys(files).join(' ')}; do mount --bind "$1/$f" "/etc/$f"; done; shift; exec setpriv --reuid=23456 --regid=23456 --init-groups -- "$@"`;
  const { stdout } = await exec.run(['unshare', '--mount', 'sh', '-euc', script, 'sh', etc, ...argv], {
    purpose: 'run as a user',
    timeoutSeconds: 600,
    cwd: repositoryRoot,
    env: { HOME: home, TMPDIR: home, USER: 'kiln-test' },
    okCodes: [0, 1],
  });
  return stdout;
}

test('a user with subordinate ids provisions as root does', async () => {
  // Whoever runs the tests without privilege has done so in every test above.
  if (process.getuid?.() !== 0) return;
  const at = await work();
  const owners = await provisioner(
    '10-owners',
    'echo x >/usr/lib/kiln-test; chown nobody:mail /usr/lib/kiln-test; chmod 4750 /usr/lib/kiln-test',
  );
  const node = [process.execPath, '--import', 'tsx', program, base];
  assert.is(await asUser(at, [...node, at, owners]), '');
  const tree = join(at, 'tree');
  const { stdout } = await exec.run(['stat', '-c', '%u %g %a', join(tree, 'usr/lib/kiln-test')], {
    purpose: 'look',
    timeoutSeconds: 20,
  });
  // 0 is the user itself, n is the nth of its subordinate ids.
  assert.is(stdout, `${3_000_000 + 65_534 - 1} ${3_000_000 + 8 - 1} 4750\n`);
  const failing = await work();
  assert.match(
    await asUser(failing, [...node, failing, await provisioner('10-app', 'exit 3')]),
    'provisioner 10-app failed with exit code 3',
  );
});

test.run();
