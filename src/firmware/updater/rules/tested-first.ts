import { createPublicKey, verify } from 'node:crypto';
import { canonicalReceipt, type SignedReceipt } from '../../../contract/updates/receipt.ts';
import { type Refusal, refusal } from '../../../contract/updates/refusal.ts';
import type { OfferedBundle, Situation } from './facts.ts';

const DAY_MS = 86_400_000;
/** Clocks of two appliances differ by this much at most. */
const SKEW_MS = 300_000;

/** @returns why a production appliance still waits for its test appliance; undefined when it need not */
export function testedFirstRefusal(
  offer: OfferedBundle,
  { configuration, facts, now }: Situation,
): Refusal | undefined {
  const { testedFirst } = configuration.updates;
  if (configuration.role !== 'production' || testedFirst === null) return undefined;
  const { appliance, days, publicKey } = testedFirst;
  const about = facts.receipts.filter(
    ({ receipt }) =>
      receipt.appliance === appliance &&
      receipt.image === offer.image &&
      receipt.version === offer.version &&
      receipt.manifestHash === offer.manifestHash &&
      // One from the future would testify to days that nobody has lived through.
      Date.parse(receipt.issued) <= now.getTime() + SKEW_MS,
  );
  const signed = about.filter((one) => isSigned(one, publicKey));
  const longest = Math.max(0, ...signed.map(({ receipt }) => daysOf(receipt)));
  if (signed.length > 0 && longest >= days) return undefined;
  const found = signed.length > 0 ? `it has for ${Math.floor(longest)}` : about.length > 0 ? 'signature wrong' : 'none';
  return refusal('tested-first-missing', `${appliance} is to run ${offer.version} for ${days} days; receipt: ${found}`);
}

/**
 * Whether a receipt was signed with the key of the test appliance.
 * @param publicKey Ed25519 SubjectPublicKeyInfo (RFC 8410) in base64
 */
export function isSigned({ receipt, signature }: SignedReceipt, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(canonicalReceipt(receipt)), key, Buffer.from(signature, 'base64'));
}

function daysOf({ committed, issued }: SignedReceipt['receipt']): number {
  return (Date.parse(issued) - Date.parse(committed)) / DAY_MS;
}
