// RAUC itself is asked in test/image; here a program stands in for it at the process's boundary.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand } from '../../../src/firmware/platform/run-command.ts';
import { inspectBundle, installBundle, RaucError } from '../../../src/firmware/updater/rauc.ts';

const test = suite('RAUC');

/** A shell script in RAUC's place; the arguments it is called with go on its standard output first when it asks for them. */
const saying =
  (script: string): typeof runCommand =>
  (_, args, limit, input, onLine) =>
    runCommand('sh', ['-c', script, 'rauc', ...args], limit, input, onLine);

const refused = (work: Promise<unknown>): Promise<RaucError> =>
  work.then(
    () => assert.unreachable('taken'),
    (error: unknown) => {
      if (!(error instanceof RaucError)) throw error;
      return error;
    },
  ) as Promise<RaucError>;

test('a manifest is read', async () => {
  const json = JSON.stringify({ compatible: 'reference', version: '1.2.0', format: 'verity', hash: 'ab'.repeat(32) });
  const run = saying(`[ "$*" = "info --output-format=json /b.raucb" ] && echo '${json}'`);
  assert.equal(await inspectBundle('/b.raucb', run), {
    ...{ compatible: 'reference', version: '1.2.0', format: 'verity', manifestHash: 'ab'.repeat(32) },
  });
});

test('a manifest without what is needed is refused', async () => {
  const error = await refused(inspectBundle('/b.raucb', saying('echo "{}"')));
  assert.match(error.message, 'no compatible of /b.raucb');
});

test('progress comes while RAUC works', async () => {
  const seen: (readonly [number, string])[] = [];
  const script =
    'echo installing; echo "  0% Installing"; echo " 40% Checking slot rootfs.1 (B)"; echo "100% Installing done."';
  await installBundle('/b.raucb', (...step) => seen.push(step), saying(script));
  assert.equal(seen, [
    [0, 'Installing'],
    [40, 'Checking slot rootfs.1 (B)'],
    [100, 'Installing done.'],
  ]);
});

test('why RAUC refuses is its own words', async () => {
  const script =
    'echo "LastError: Failed to check bundle: signature verification failed: certificate is not trusted"; exit 1';
  const error = await refused(installBundle('/b.raucb', () => undefined, saying(script)));
  assert.is(error.message, 'Failed to check bundle: signature verification failed: certificate is not trusted');
});

test('a bundle that cannot be read is told in its words', async () => {
  const script = 'echo "rauc-WARNING **: slow" >&2; echo "failed to read bundle /b.raucb: not a bundle" >&2; exit 1';
  const error = await refused(inspectBundle('/b.raucb', saying(script)));
  assert.is(error.message, 'failed to read bundle /b.raucb: not a bundle');
});

test.run();
