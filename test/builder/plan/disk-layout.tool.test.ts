import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { PRIMARY_GPT_BYTES, readGpt } from '../../../src/builder/formats/gpt.ts';
import { diskLayout, partitionLabels, sfdiskScript } from '../../../src/builder/plan/disk-layout.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const GIB = 1024 ** 3;

test('sfdisk writes the layout to the byte and finds nothing to complain about', async () => {
  const disk = join(tempFolder(), 'disk.raw');
  const layout = diskLayout('reference', 8 * GIB, 2 * GIB);
  await writeFile(disk, '');
  await truncate(disk, layout.sizeBytes);
  const { run } = createExec(new AbortController().signal);
  const options = { purpose: 'test the layout', timeoutSeconds: 60 };
  await run(['sfdisk', '--quiet', '--no-reread', '--no-tell-kernel', disk], {
    ...options,
    input: sfdiskScript(layout),
  });

  const head = Buffer.alloc(PRIMARY_GPT_BYTES);
  const file = await open(disk);
  await file.read(head, 0, head.length, 0);
  await file.close();
  const { alternate, partitions } = readGpt(head);
  assert.is(alternate, layout.sizeBytes - 512);
  assert.equal(
    partitions,
    partitionLabels.map((label) => layout.partitions[label]),
  );
  const { stdout, stderr } = await run(['sfdisk', '--verify', disk], options);
  assert.match(stdout, /No errors detected/);
  assert.is(stderr, '');
});

test.run();
