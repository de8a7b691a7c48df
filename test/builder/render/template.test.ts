import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hclString } from '../../../src/builder/render/hcl.ts';
import { renderTemplate } from '../../../src/builder/render/template.ts';
import { caught } from '../../support/caught.ts';

const helpers = { hcl: hclString };

test('values go in as the helper quotes them', () => {
  assert.is(renderTemplate('t', 'a = {{hcl x}}\n', { x: '<&"' }, helpers), 'a = "<&\\""\n');
});

test('a name that nobody gives is told with the template it stands in', async () => {
  const error = await caught('template-invalid', () => renderTemplate('packer/x.hbs', '{{nowhere}}', {}));
  assert.match(error.message, 'packer/x.hbs');
  assert.match(error.message, 'nowhere');
  await caught('template-invalid', () => renderTemplate('t', '{{hcl nowhere}}', {}, helpers));
  await caught('template-invalid', () => renderTemplate('t', '{{unknownHelper x}}', { x: '' }));
});

test('a broken template is told, not thrown as a bug', async () => {
  await caught('template-invalid', () => renderTemplate('t', '{{#if x}}', { x: true }));
});

test("a mark left in the result is an error, but Packer's own are not", async () => {
  await caught('template-invalid', () => renderTemplate('t', '{{x}}', { x: '{{ y }}' }));
  assert.is(renderTemplate('t', 'sh \\{{ .Path }}', {}), 'sh {{ .Path }}');
});

test.run();
