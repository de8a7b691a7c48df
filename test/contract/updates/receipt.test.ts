import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  canonicalReceipt,
  parseReceipt,
  RECEIPT_MAX_BYTES,
  ReceiptError,
} from '../../../src/contract/updates/receipt.ts';

const receipt = {
  schemaVersion: 1 as const,
  appliance: 'test-1',
  image: 'reference',
  version: '1.1.0',
  manifestHash: 'a'.repeat(64),
  committed: '2026-02-20T00:00:00Z',
  issued: '2026-02-28T00:00:00Z',
};
const signature = `${'A'.repeat(86)}==`;
const text = (change: object): string => JSON.stringify({ receipt: { ...receipt, ...change }, signature });

test('what is signed has its names in order and no blanks, however the file is written', () => {
  const expected = `{"appliance":"test-1","committed":"2026-02-20T00:00:00Z","image":"reference","issued":"2026-02-28T00:00:00Z","manifestHash":"${'a'.repeat(64)}","schemaVersion":1,"version":"1.1.0"}`;
  assert.is(canonicalReceipt(receipt), expected);
  const shuffled = JSON.stringify(
    { signature, receipt: Object.fromEntries(Object.entries(receipt).reverse()) },
    null,
    4,
  );
  assert.is(canonicalReceipt(parseReceipt(shuffled).receipt), expected);
});

test('what is no receipt is refused, with its faults', () => {
  const bad = [
    ...['', 'null', '[]', '{}', '{"receipt":null,"signature":""}', ' '.repeat(RECEIPT_MAX_BYTES + 1)],
    ...[{ appliance: 'té' }, { version: '1' }, { issued: 'soon' }, { days: 30 }, { schemaVersion: 2 }].map(text),
    JSON.stringify({ receipt, signature: 'A'.repeat(88) }),
  ];
  for (const one of bad)
    assert.throws(
      () => parseReceipt(one),
      (error: unknown) => error instanceof ReceiptError,
      one,
    );
});

test.run();
