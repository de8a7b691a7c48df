import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { toolVersions } from '../../../src/builder/tools/versions.ts';

test('every program that shapes an artifact tells a version', async () => {
  const versions = await toolVersions(createExec(new AbortController().signal));
  assert.equal(Object.keys(versions), ['mmdebstrap', 'packer', 'qemu-img', 'sfdisk', 'tar', 'zstd', 'node']);
  for (const [name, version] of Object.entries(versions)) assert.match(version, /^\d+\.\d+(\.\d+)*\S*$/, name);
});

test.run();
