import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Gpt } from '../../../../src/builder/formats/gpt.ts';
import { diskLayout, partitionLabels } from '../../../../src/builder/plan/disk-layout.ts';
import { describeStray, strayWrites } from '../../../../src/builder/smoke/after/written.ts';

const GIB = 2 ** 30;
const CLUSTER = 65_536;
const layout = diskLayout('x', 8 * GIB, 2 * GIB);
const gpt: Gpt = {
  alternate: 8 * GIB - 512,
  partitions: partitionLabels.map((label) => layout.partitions[label]),
};
const { esp, 'root-a': rootA, 'root-b': rootB, data } = layout.partitions;

const written = (start: number, length = CLUSTER) => ({ start, length, depth: 0, present: true });
const strays = (...map: ReturnType<typeof written>[]) => strayWrites(map, gpt, ['esp']);

test('the table, the ESP, data and all behind it may be written', () => {
  const end = 12 * GIB;
  const fine = [written(0), written(esp.start), written(data.start, data.length), written(end - CLUSTER)];
  assert.equal(strays(...fine, written(data.start, end - data.start)), []);
});

test('a cluster in a slot is named with its partition and offset', () => {
  const [stray, ...more] = strays(written(rootA.start + 3 * CLUSTER));
  assert.equal(more, []);
  assert.equal(stray, { where: 'root-a', start: rootA.start + 3 * CLUSTER, length: CLUSTER });
  const offset = rootA.start + 3 * CLUSTER;
  assert.is(stray && describeStray(stray), `root-a: 65536 bytes at offset ${offset} (0x${offset.toString(16)})`);
});

test('a stretch over several partitions is told apart', () => {
  const found = strays(written(esp.start + esp.length - CLUSTER, rootA.length + rootB.length + 2 * CLUSTER));
  assert.equal(
    found.map(({ where, length }) => [where, length]),
    [
      ['root-a', rootA.length],
      ['root-b', rootB.length],
    ],
  );
});

test('the last cluster before data and the first behind the table count', () => {
  assert.is(strays(written(data.start - CLUSTER))[0]?.where, 'root-b');
  assert.is(strays(written(CLUSTER))[0]?.where, 'between partitions');
  assert.equal(
    strays(written(0, 2 * CLUSTER)).map(({ start }) => start),
    [CLUSTER],
  );
  assert.is(strays(written(layout.partitions.bios.start))[0]?.where, 'bios');
});

test('what comes from the disk below, or was never written, does not count', () => {
  const below = { ...written(rootA.start), depth: 1 };
  const absent = { ...written(rootA.start), present: false };
  assert.equal(strays(below, absent), []);
});

test.run();
