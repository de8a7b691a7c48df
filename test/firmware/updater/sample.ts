import { generateKeyPairSync, sign } from 'node:crypto';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { canonicalReceipt, type SignedReceipt, type TestReceipt } from '../../../src/contract/updates/receipt.ts';
import { firstState, type Phase, type UpdateState } from '../../../src/contract/updates/state.ts';
import type { Decision } from '../../../src/firmware/updater/rules/decision.ts';
import type { Facts, OfferedBundle, Situation } from '../../../src/firmware/updater/rules/facts.ts';

/** A Sunday, within the window of {@link sample}. */
export const NOW = new Date('2026-03-01T02:30:00Z');
export const HASH = 'a'.repeat(64);

export const offer: OfferedBundle = {
  schemaVersion: 1,
  image: 'reference',
  version: '1.1.0',
  created: '2026-02-20T00:00:00Z',
  tracks: ['stable'],
  severity: 'routine',
  notes: 'New.',
  fixes: ['CVE-2026-12345'],
  minimumVersion: null,
  downtimeMinutes: 5,
  instruction: null,
  rolloutPercent: 100,
  withdrawn: null,
  manifestHash: HASH,
  bytes: 100_000_000,
};

export const facts: Facts = {
  applianceId: 'appliance-1',
  image: 'reference',
  running: { version: '1.0.0', slot: 'A', built: new Date('2026-01-01T00:00:00Z') },
  other: null,
  tries: { A: 0, B: 0 },
  bootId: 'b-1',
  clockSynchronised: true,
  timeZone: 'UTC',
  fetched: null,
  freeBytes: 10_000_000_000,
  ailment: null,
  healthySeconds: 10_000,
  uptimeSeconds: 10_000,
  receipts: [],
};

const updates = {
  ...defaultConfiguration.updates,
  checking: true,
  channel: 'https://updates.example.com/',
  window: { days: ['sunday'] as const, start: '02:00', minutes: 120, timeZone: 'UTC' },
};

/** An appliance that may be updated now; every part of it can be another. */
export function sample(
  state: UpdateState,
  more: {
    readonly facts?: Partial<Facts>;
    readonly offer?: Partial<OfferedBundle>;
    readonly updates?: Partial<Situation['configuration']['updates']>;
    readonly metadata?: Situation['metadata'];
    readonly now?: Date;
    readonly role?: 'production' | 'test';
  } = {},
): Situation {
  return {
    state,
    metadata:
      more.metadata === undefined ? { source: 'channel', offers: [{ ...offer, ...more.offer }] } : more.metadata,
    configuration: { role: more.role ?? 'production', timeZone: null, updates: { ...updates, ...more.updates } },
    now: more.now ?? NOW,
    facts: { ...facts, ...more.facts },
  };
}

/** A state of the offered version, approved where that belongs to it, asked for just now. */
export function stateIn(phase: Phase, more: Partial<UpdateState> = {}): UpdateState {
  const inSlot = ['installing', 'installed', 'rebooting', 'trial', 'committed'].includes(phase);
  return {
    ...firstState(NOW, 'b-1'),
    phase,
    reason: 'sample',
    ...(phase === 'idle' ? {} : { version: offer.version, manifestHash: HASH }),
    previous: phase === 'idle' ? null : { version: '1.0.0', slot: 'A' },
    slot: inSlot ? 'B' : null,
    approval: {
      version: offer.version,
      manifestHash: HASH,
      who: 'ann',
      at: '2026-02-28T00:00:00.000Z',
      expires: '2026-03-28T00:00:00.000Z',
      window: null,
      byPolicy: false,
    },
    lastCheck: NOW.toISOString(),
    ...more,
  };
}

export const receipt: TestReceipt = {
  schemaVersion: 1,
  appliance: 'test-1',
  image: 'reference',
  version: '1.1.0',
  manifestHash: HASH,
  committed: '2026-02-20T00:00:00Z',
  issued: '2026-02-28T00:00:00Z',
};

/** A test appliance: its public key as configurations have it, and its signature. */
export function testAppliance(): { readonly publicKey: string; sign(one: TestReceipt): SignedReceipt } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    sign: (one) => ({
      receipt: one,
      signature: sign(null, Buffer.from(canonicalReceipt(one)), privateKey).toString('base64'),
    }),
  };
}

/** The decision in words: what, and for refusals the rules. */
export function words(decision: Decision): string {
  if (decision.do === 'refuse') return decision.refusals.map(({ rule }) => rule).join(' ');
  if (decision.do === 'let-go' || decision.do === 'wait-for-window') return `${decision.do} ${decision.refusal.rule}`;
  if (decision.do === 'roll-back') return `roll-back ${decision.restart ? 'and restart' : 'here'}`;
  return decision.do;
}
