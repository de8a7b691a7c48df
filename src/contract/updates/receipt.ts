import type { FieldReader } from '../payload-checks/field-reader.ts';
import { parseBounded } from './bounded-json.ts';
import { APPLIANCE, IMAGE, readTime, readVersion, SHA256 } from './field-forms.ts';

/** What a test appliance testifies: it has run these bytes since then. */
export interface TestReceipt {
  readonly schemaVersion: 1;
  /** Name of the test appliance: what its customers' configurations call it. */
  readonly appliance: string;
  readonly image: string;
  readonly version: string;
  /** {@link UpdateOffer.manifestHash} of what it runs. */
  readonly manifestHash: string;
  /** When it kept that version, RFC 3339. */
  readonly committed: string;
  /** When it testified, RFC 3339: healthy from the one to the other. */
  readonly issued: string;
}

/** A receipt with its signature, as it is carried over: a JSON file. */
export interface SignedReceipt {
  readonly receipt: TestReceipt;
  /** Ed25519 (RFC 8032) over {@link canonicalReceipt} in UTF-8; base64, 64 bytes. */
  readonly signature: string;
}

export const RECEIPT_MAX_BYTES = 8 * 1024;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/** A receipt that is none. */
export class ReceiptError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.slice(0, 20).join('; '));
    this.name = 'ReceiptError';
  }
}

/**
 * The text that is signed: JSON Canonicalization Scheme (RFC 8785). With a flat object of ASCII texts and one small whole
 * number, that is: names in order, no blanks.
 */
export function canonicalReceipt(receipt: TestReceipt): string {
  const { appliance, committed, image, issued, manifestHash, schemaVersion, version } = receipt;
  return JSON.stringify({ appliance, committed, image, issued, manifestHash, schemaVersion, version });
}

/**
 * Takes the text of a receipt. Whether its signature holds is asked elsewhere.
 * @throws {ReceiptError}
 */
export function parseReceipt(text: string): SignedReceipt {
  const refuse = (faults: readonly string[]): Error => new ReceiptError(faults);
  return parseBounded(text, RECEIPT_MAX_BYTES, refuse, readSignedReceipt);
}

/** Takes a receipt; faults are the reader's. */
export function readSignedReceipt(read: FieldReader, document: unknown): SignedReceipt {
  const { receipt, signature } = read.object(document, 'file', ['receipt', 'signature']);
  const fields = read.object(receipt, 'receipt', NAMES);
  read.number(fields.schemaVersion, 'receipt.schemaVersion', 1, 1);
  return {
    receipt: {
      schemaVersion: 1,
      appliance: read.text(fields.appliance, 'receipt.appliance', APPLIANCE),
      image: read.text(fields.image, 'receipt.image', IMAGE),
      version: readVersion(read, fields.version, 'receipt.version'),
      manifestHash: read.text(fields.manifestHash, 'receipt.manifestHash', SHA256),
      committed: readTime(read, fields.committed, 'receipt.committed'),
      issued: readTime(read, fields.issued, 'receipt.issued'),
    },
    signature: read.text(signature, 'signature', SIGNATURE),
  };
}

const NAMES = ['schemaVersion', 'appliance', 'image', 'version', 'manifestHash', 'committed', 'issued'];
