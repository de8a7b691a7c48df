import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds } from '../../../src/builder/names.ts';
import { targets } from '../../../src/builder/targets/index.ts';

test('every kind of artifact has its own target', () => {
  assert.equal(Object.keys(targets), [...artifactKinds]);
  for (const kind of artifactKinds) assert.is(targets[kind].kind, kind);
});

test.run();
