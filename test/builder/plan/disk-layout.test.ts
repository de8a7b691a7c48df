import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diskLayout, partitionLabels, sfdiskScript, stableGuid } from '../../../src/builder/plan/disk-layout.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const layout = diskLayout('reference', 8 * GIB, 2 * GIB);
const inOrder = partitionLabels.map((label) => layout.partitions[label]);

test('identities in the field never change: an update looks for exactly these', () => {
  assert.is(layout.diskGuid, '279B26DB-7802-8FBF-B3BC-0DA18F43CC76');
  assert.equal(
    inOrder.map(({ guid }) => guid),
    [
      '54BE31E5-9F2D-8D57-AB30-3BC95F859E89',
      '3AC995F1-8E64-8374-A291-43395259EBE6',
      '91B88ADE-15A3-8C4D-B411-89CB18F55CB2',
      'DF04D463-C7C5-877C-9ADA-E15D07E18E9F',
      '6986933A-F105-852B-8627-BADE633BA839',
    ],
  );
});

test('identities depend on the name alone, and are those of one image only', () => {
  const larger = diskLayout('reference', 16 * GIB, 3 * GIB);
  const other = diskLayout('other', 8 * GIB, 2 * GIB);
  assert.is(larger.diskGuid, layout.diskGuid);
  for (const label of partitionLabels) {
    assert.is(larger.partitions[label].guid, layout.partitions[label].guid);
    assert.is.not(other.partitions[label].guid, layout.partitions[label].guid);
  }
  assert.is(new Set([layout.diskGuid, ...inOrder.map(({ guid }) => guid)]).size, 6);
});

test('a stable id is a well-formed version 8 UUID', () => {
  for (const name of ['', 'a', 'reference/partition/esp', 'ä/ö']) {
    assert.match(stableGuid(name), /^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
  }
});

test('partitions follow each other on MiB borders and leave room for both partition tables', () => {
  for (const [size, slot] of [
    [8 * GIB, 2 * GIB],
    [2 * GIB, 257 * MIB],
    [64 * GIB, 3 * GIB + MIB],
  ] as const) {
    const { partitions } = diskLayout('x', size, slot);
    let next = MIB;
    partitionLabels.forEach((label, index) => {
      const { number, start, length } = partitions[label];
      assert.is(number, index + 1);
      assert.is(start, next, label);
      assert.is(start % MIB, 0);
      assert.is(length % MIB, 0);
      next = start + length;
    });
    assert.is(next, size - MIB);
    assert.is(partitions['root-a'].length, slot);
    assert.is(partitions['root-b'].length, slot);
    assert.is(partitions.esp.length, 512 * MIB);
  }
});

test('the script for sfdisk says the same as the layout', () => {
  const rows = sfdiskScript(layout).split('\n').slice(6, -1);
  assert.is(rows.length, 5);
  inOrder.forEach((partition, index) => {
    const expected = `start=${partition.start / 512}, size=${partition.length / 512}, type=${partition.type}, uuid=${partition.guid}, name="${partition.label}"`;
    assert.is(rows[index], expected);
  });
});

test.run();
