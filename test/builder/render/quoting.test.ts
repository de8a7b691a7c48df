import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hclString, markdownText, shellWord, yamlString } from '../../../src/builder/render/hcl.ts';
import { caught } from '../../support/caught.ts';

test('an HCL literal holds no interpolation, no directive and no escape HCL does not know', () => {
  assert.is(hclString('plain'), '"plain"');
  assert.is(hclString('a"b\\c\nd'), '"a\\"b\\\\c\\nd"');
  assert.is(hclString('${var.x} %{if y}'), '"$${var.x} %%{if y}"');
  assert.is(hclString('$${x}'), '"$$${x}"');
  assert.is(hclString('\b\f'), '"\\u0008\\u000c"');
  assert.is(hclString('\\b'), '"\\\\b"');
  assert.is(hclString('ü☃😀'), '"ü☃😀"');
});

test("an HCL literal holds none of Packer's marks", () => {
  for (const value of ['{{ .Path }}', '{{{', 'a{{{{b', '{{user `x`}}']) assert.not.match(hclString(value), '{{');
  assert.is(hclString('{ x }'), '"{ x }"');
});

test('a shell word and a YAML scalar keep what they are given', () => {
  assert.is(shellWord("it's $HOME"), `'it'\\''s $HOME'`);
  assert.not.match(shellWord('{{{x}}}'), '{{');
  assert.is(yamlString('a: "b"\n# c'), '"a: \\"b\\"\\n# c"');
});

test('text in Markdown marks nothing up', () => {
  assert.is(markdownText('*a* <b> `c` | d'), '\\*a\\* \\<b\\> \\`c\\` \\| d');
  assert.not.match(markdownText('{{x}}'), '{{');
});

test('anything but text is a mistake in the template', async () => {
  for (const quote of [hclString, yamlString, shellWord, markdownText]) {
    for (const value of [undefined, null, 1, {}]) await caught('template-invalid', () => quote(value));
  }
});

test.run();
