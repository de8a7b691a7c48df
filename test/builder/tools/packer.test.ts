import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import { type PackerBuild, packerBuild } from '../../../src/builder/tools/packer.ts';
import { caught } from '../../support/caught.ts';
import { fakeExec, toolFailure } from '../../support/fake-exec.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function build(change: Partial<PackerBuild> = {}): PackerBuild {
  const logFile = join(tempFolder(), 'provision.log');
  writeFileSync(logFile, '');
  return {
    folder: '/rendered',
    only: 'null.sandbox',
    variables: { as_root: '', ssh_port: '2222' },
    stateDir: '/state',
    timeoutSeconds: 60,
    logFile,
    mark: '--- mark ',
    onLine: () => undefined,
    ...change,
  };
}

test('one source is built, with the variables given, and Packer keeps its files where it is told', async () => {
  const { exec, calls } = fakeExec();
  await packerBuild(exec, build());
  const [call] = calls;
  const argv = call?.argv ?? [];
  assert.equal(argv.slice(argv.indexOf('packer')), [
    ...['packer', 'build', '-color=false', '-only=null.sandbox'],
    ...['-var', 'as_root=', '-var', 'ssh_port=2222', '/rendered'],
  ]);
  assert.is(call?.options.env?.CHECKPOINT_DISABLE, '1');
  for (const name of ['PACKER_CACHE_DIR', 'PACKER_CONFIG_DIR']) {
    assert.match(call?.options.env?.[name] ?? '', /^\/state/, name);
  }
  // Temporary files by a relative path: that of a socket must be short.
  assert.is(call?.options.cwd, '/state');
  assert.is(call?.options.env?.TMPDIR, '.');
});

test('a provisioner that fails is named with its code and last words, read from the log', async () => {
  const options = build();
  const { exec } = fakeExec(() => {
    appendFileSync(options.logFile, '    null.sandbox: --- mark 10-base\n    null.sandbox: fine\n');
    appendFileSync(options.logFile, '    null.sandbox: --- mark image-app\n    null.sandbox: no such package\n');
    appendFileSync(
      options.logFile,
      '==> null.sandbox: Provisioning step had errors: Running the cleanup provisioner\n',
    );
    appendFileSync(options.logFile, "Build 'null.sandbox' errored: Script exited with non-zero exit status: 3.\n");
    throw toolFailure('packer');
  });
  const { message, hint, cause } = await caught('provisioner-failed', () => packerBuild(exec, options));
  assert.match(message, /^provisioner image-app failed with.* code 3\n/);
  assert.match(message, /no such package/);
  assert.not.match(message, /fine/);
  assert.match(hint, new RegExp(options.logFile));
  assert.ok(cause instanceof KilnError);
});

test('a failure before the first provisioner is not blamed on one', async () => {
  const { exec } = fakeExec(() => Promise.reject(toolFailure('Error: Timeout waiting for SSH.')));
  const { message } = await caught('tool-failed', () => packerBuild(exec, build()));
  assert.match(message, /Timeout waiting for SSH/);
});

test('an interruption, a time-out or a full disk stays what it is', async () => {
  for (const code of ['interrupted', 'tool-timeout', 'disk-full', 'tool-missing'] as const) {
    const options = build();
    appendFileSync(options.logFile, '--- mark 10-base\n');
    const { exec } = fakeExec(() => Promise.reject(new KilnError({ code, message: 'x', hint: 'y' })));
    await caught(code, () => packerBuild(exec, options));
  }
});

test.run();
