import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asNode, nodes, parseXml, textOf } from '../../../../src/builder/smoke/open/xml-tree.ts';

/** Plain objects have a prototype, what was parsed has none. */
const parsed = (xml: string): unknown => JSON.parse(JSON.stringify(parseXml(xml) ?? null));

test('children of one name are a list, whether they stand together or between others', () => {
  const apart = '<a><b>1</b><c/><b>2</b><d/>text<b x="3"/></a>';
  assert.equal(nodes(asNode(parseXml(apart)?.a)?.b).length, 1);
  assert.equal(parsed(apart), { a: { b: ['1', '2', { '@x': '3' }], c: {}, d: {}, '#': 'text' } });
  assert.equal(parsed('<a><b>1</b><b>2</b><c/></a>'), { a: { b: ['1', '2'], c: {} } });
});

test('prefixes are left out, and children of one local name come together', () => {
  const xml = '<a xmlns:p="urn:p" p:x="1"><p:b>1</p:b><b>2</b></a>';
  assert.equal(parsed(xml), { a: { '@x': '1', b: ['1', '2'] } });
  assert.is(textOf(asNode(parseXml(xml)?.a)?.['@x']), '1');
});

test('what is no document, or could define entities, is nothing', () => {
  for (const text of ['', 'text', '<!DOCTYPE a><a/>', '<a b=1/>'])
    assert.is(parseXml(text), undefined, text.slice(0, 20));
});

test.run();
