import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { table } from '../../../src/builder/report/table.ts';

test('columns are as wide as their widest cell, and lines do not end in spaces', () => {
  assert.is(
    table(
      [
        ['NAME', 'SIZE'],
        ['a', '10'],
        ['long name', ''],
      ],
      [1],
    ),
    'NAME       SIZE\na            10\nlong name',
  );
});

test.run();
