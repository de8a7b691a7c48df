import { readdirSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import { fetchRelease, hostMirror, releaseDate, sourceLines, suitesOf } from '../../../src/builder/tools/apt.ts';
import { caught } from '../../support/caught.ts';
import { fakeExec, toolFailure } from '../../support/fake-exec.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test("the host's mirror is the first source that Debian signs as its main archive", async () => {
  const lines = [
    'https://deb.nodesource.com/node_20.x/ . nodistro',
    'http://security.example/debian-security/ Debian Debian-Security',
    'http://mirror.example/debian/ Debian Debian',
    'http://second.example/debian/ Debian Debian',
  ];
  assert.is(await hostMirror(fakeExec(() => lines.join('\n')).exec), 'http://mirror.example/debian');
});

test('a host without such a source takes the public mirror', async () => {
  for (const answer of ['', '\n', 'http://ubuntu.example/ Ubuntu Ubuntu']) {
    assert.is(await hostMirror(fakeExec(() => answer).exec), 'http://deb.debian.org/debian');
  }
});

test('the security archive lies beside the main one, whatever way the mirror is written', () => {
  for (const mirror of ['http://m.example/debian', 'http://m.example/debian/', 'http://m.example/debian//']) {
    assert.equal(suitesOf(mirror, 'trixie'), [
      { uri: 'http://m.example/debian', suite: 'trixie' },
      { uri: 'http://m.example/debian', suite: 'trixie-updates' },
      { uri: 'http://m.example/debian-security', suite: 'trixie-security' },
    ]);
  }
  assert.is(suitesOf('http://m.example/deb', 'trixie')[2]?.uri, 'http://m.example/deb/debian-security');
});

test('sources are written as apt reads them', () => {
  assert.equal(sourceLines([{ uri: 'http://m.example/debian', suite: 'trixie' }]), [
    'deb http://m.example/debian trixie main',
  ]);
});

const suite = { uri: 'http://m.example/debian', suite: 'trixie' };

test("a release file is fetched by apt's own transport and not left behind", async () => {
  const scratch = tempFolder();
  const { exec, calls } = fakeExec(({ argv }) => {
    writeFileSync(argv.at(-1) ?? '', 'Date: today\n');
    return '';
  });
  assert.is(await fetchRelease(exec, suite, scratch), 'Date: today\n');
  assert.is(calls[0]?.argv[0], '/usr/lib/apt/apt-helper');
  assert.is(calls[0]?.argv.at(-2), 'http://m.example/debian/dists/trixie/InRelease');
  assert.equal(readdirSync(scratch), []);
});

test('a mirror that does not answer, or not in time, is named', async () => {
  const late = new KilnError({ code: 'tool-timeout', message: 'late', hint: 'wait' });
  for (const error of [toolFailure('Connection failed'), late]) {
    const { exec } = fakeExec(() => Promise.reject(error));
    const { message } = await caught('mirror-unreachable', () => fetchRelease(exec, suite, tempFolder()));
    assert.match(message, /http:\/\/m\.example\/debian\/dists\/trixie\/InRelease$/);
  }
});

test('other failures of the host are not blamed on the mirror', async () => {
  for (const code of ['interrupted', 'disk-full', 'tool-missing'] as const) {
    const { exec } = fakeExec(() => Promise.reject(new KilnError({ code, message: 'x', hint: 'y' })));
    await caught(code, () => fetchRelease(exec, suite, tempFolder()));
  }
});

test('the date of a release file is read, and nothing else is taken for one', () => {
  const file =
    '-----BEGIN PGP SIGNED MESSAGE-----\n\nOrigin: Debian\nDate: Sat, 09 Aug 2025 10:20:30 UTC\nValid-Until: x\n';
  assert.is(releaseDate(file), Date.UTC(2025, 7, 9, 10, 20, 30) / 1000);
  for (const text of ['', 'Date: soon\n', '<html>Date: Sat</html>', 'X-Date: Sat, 09 Aug 2025 10:20:30 UTC\n']) {
    assert.is(releaseDate(text), 0);
  }
});

test.run();
