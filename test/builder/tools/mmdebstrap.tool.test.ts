import { statSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { suitesOf } from '../../../src/builder/tools/apt.ts';
import { mmdebstrap } from '../../../src/builder/tools/mmdebstrap.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const exec = createExec(new AbortController().signal);

/** Runs `work` with the address of a mirror on loopback that answers as `answer` does. */
async function withMirror<T>(answer: RequestListener, work: (mirror: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Builds from a mirror; gives where the tree would be, and the build. */
function build(mirror: string): { output: string; done: () => Promise<void> } {
  const folder = tempFolder();
  const output = join(folder, 'base.tar');
  const done = () =>
    mmdebstrap(exec, {
      variant: 'extract',
      suite: 'trixie',
      suites: suitesOf(mirror, 'trixie'),
      packages: ['hostname'],
      dpkgOptions: [],
      hooks: { setup: [], essential: [], customize: [] },
      debFolder: join(folder, "it's a cache"),
      output,
      workDir: folder,
      epoch: 1_767_225_600,
      logFile: join(folder, 'log'),
      onLine: () => undefined,
    });
  return { output, done };
}

/** mmdebstrap opens its output first; what counts is that nothing is in it. */
const bytes = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const release = 'Origin: Debian\nSuite: stable\nCodename: trixie\nDate: Sat, 09 Aug 2025 10:00:00 UTC\nSHA256:\n';
const signature = `-----BEGIN PGP SIGNATURE-----\n\niHUEARYKAB0WIQQAAAAAAAAAAAAAAAAAAAAAAAAAAAUCaAAAAAAKCRAAAAAAAAAA\n=AAAA\n-----END PGP SIGNATURE-----\n`;

const forged = {
  'a release file that nobody signed': release,
  'a release file with a broken signature': `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${release}${signature}`,
  'the page of a captive portal': '<html>Log in</html>',
};

for (const [what, body] of Object.entries(forged)) {
  test(`${what} is refused, and no tree is written`, async () => {
    const answer: RequestListener = (request, response) => {
      if (request.url?.endsWith('/InRelease')) response.end(body);
      else response.writeHead(404).end();
    };
    await withMirror(answer, async (mirror) => {
      const { output, done } = build(mirror);
      const { message } = await caught('mirror-untrusted', done);
      assert.ok(message.includes(mirror.slice('http://'.length)), message);
      assert.is(bytes(output), 0);
    });
  });
}

test('a mirror without release files is refused too', async () => {
  await withMirror(
    (_request, response) => void response.writeHead(404).end(),
    async (mirror) => {
      const { output, done } = build(mirror);
      const error = await done().then(
        () => assert.unreachable('the tree was built'),
        (reason: { code?: string }) => reason,
      );
      assert.ok(['mirror-untrusted', 'mirror-unreachable'].includes(error?.code ?? ''), String(error));
      assert.is(bytes(output), 0);
    },
  );
});

test('a mirror where nobody listens is named as one that does not answer', async () => {
  const gone = await withMirror(
    () => undefined,
    async (mirror) => mirror,
  );
  const { output, done } = build(gone);
  const { message } = await caught('mirror-unreachable', done);
  assert.match(message, /Connection refused|Could not connect|Unable to connect/);
  assert.is(bytes(output), 0);
});

test.run();
