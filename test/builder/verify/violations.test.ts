import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toldOf } from './sample.ts';
import { samples } from './samples/index.ts';

for (const sample of samples) {
  const { name } = sample;
  const whole = await sample.make();

  test(`${name}: a file as it should be keeps every rule`, async () => {
    assert.equal(await toldOf(sample, whole), []);
  });

  for (const { rule, what, change } of sample.violations) {
    test(`${name}: ${rule}: ${what}`, async () => {
      const file = Buffer.from(whole);
      const told = await toldOf(sample, change(file) ?? file);
      assert.ok(
        told.some((finding) => finding.rule === rule),
        `expected ${rule}, told: ${JSON.stringify(told)}`,
      );
      for (const { where, message } of told) assert.ok(where !== '' && message !== '');
    });
  }
}

test.run();
