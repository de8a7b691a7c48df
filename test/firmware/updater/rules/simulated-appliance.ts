import { parseUpdateState } from '../../../../src/contract/updates/parse-state.ts';
import { firstState, type SlotName, type UpdateState } from '../../../../src/contract/updates/state.ts';
import { advance, type UpdateEvent } from '../../../../src/firmware/updater/rules/advance.ts';
import { approve } from '../../../../src/firmware/updater/rules/consent.ts';
import { decide } from '../../../../src/firmware/updater/rules/decide.ts';
import type { Decision } from '../../../../src/firmware/updater/rules/decision.ts';
import type { OfferedBundle, Situation } from '../../../../src/firmware/updater/rules/facts.ts';
import { askRollback } from '../../../../src/firmware/updater/rules/rollback.ts';
import { facts, NOW, offer, sample } from '../sample.ts';
import { isInWindow } from './wrong-to-install.ts';

interface System {
  readonly version: string;
  readonly broken: boolean;
}
const other = (slot: SlotName): SlotName => (slot === 'A' ? 'B' : 'A');

/** The disk, the boot loader, the channel and the people of an appliance; what the rules decide is done to them. */
export class SimulatedAppliance {
  state: UpdateState;
  readonly slots: Record<SlotName, System | null> = { A: { version: '1.0.0', broken: false }, B: null };
  running: SlotName = 'A';
  next: SlotName = 'A';
  readonly tries: Record<SlotName, number> = { A: 0, B: 0 };
  starts = 1;
  now = NOW.getTime();
  up = 0;
  healthy = 0;
  ailment: string | null = null;
  isSynchronised = true;
  clockError = 0;
  offers: OfferedBundle[] = [];
  /** What was read of them last: an older view. */
  view: readonly OfferedBundle[] | null = null;
  fetched: string | null = null;
  checking = true;
  preApprove: 'none' | 'security' = 'none';
  readonly random: (below: number) => number;
  readonly counts = new Map<string, number>();

  constructor(random: (below: number) => number) {
    this.random = random;
    this.state = firstState(NOW, 'b-1');
  }

  get situation(): Situation {
    const running = this.slots[this.running] as System;
    const waiting = this.slots[other(this.running)];
    return sample(this.state, {
      now: new Date(this.now + this.clockError),
      metadata: this.view && { source: 'channel', offers: this.view },
      updates: { checking: this.checking, preApprove: this.preApprove },
      facts: {
        running: { version: running.version, slot: this.running, built: facts.running.built },
        other: waiting !== null && !waiting.broken ? waiting.version : null,
        tries: this.tries,
        bootId: `b-${this.starts}`,
        clockSynchronised: this.isSynchronised,
        fetched: this.fetched,
        ailment: this.ailment,
        healthySeconds: this.healthy,
        uptimeSeconds: this.up,
      },
    });
  }

  pass(seconds: number): void {
    this.now += seconds * 1000;
    this.up += seconds;
    this.healthy = this.ailment === null ? this.healthy + seconds : 0;
  }

  /** Kept as text and read again, as after a power cut. */
  keep(event: UpdateEvent): void {
    const { now, facts: known } = this.situation;
    this.state = parseUpdateState(JSON.stringify(advance(this.state, event, now, known)));
    this.counts.set(event.kind, (this.counts.get(event.kind) ?? 0) + 1);
  }

  start(): void {
    this.starts++;
    this.up = 0;
    this.healthy = 0;
    this.view = null;
    this.running = this.next;
    const system = this.slots[this.next];
    if (system === null || system.broken) {
      this.tries[this.next] = 3;
      this.next = other(this.next);
      this.running = this.next;
    }
  }

  /** @returns what was decided, after it was done; `cut`: the power went in between. */
  step(): Decision {
    const decision = decide(this.situation);
    this.counts.set(`do ${decision.do}`, (this.counts.get(`do ${decision.do}`) ?? 0) + 1);
    const cut = this.random(12) === 0;
    switch (decision.do) {
      case 'check':
        this.keep({ kind: 'checked' });
        if (this.random(8) > 0) this.view = [...this.offers];
        break;
      case 'take-up':
        this.keep({ kind: 'taken-up', offer: decision.offer });
        break;
      case 'let-go':
        this.keep({ kind: 'let-go', reason: decision.refusal.message });
        break;
      case 'announce':
        this.keep({ kind: 'announced' });
        break;
      case 'approve-by-policy':
        this.#approve(decision.offer.version, true);
        break;
      case 'wait-for-window':
        if (this.state.phase !== 'scheduled') this.keep({ kind: 'waits-for-window', reason: decision.refusal.message });
        break;
      case 'download':
      case 'verify':
        if (this.state.phase !== 'downloading') this.keep({ kind: 'begins', phase: 'downloading' });
        if (cut) break;
        if (decision.do === 'download') this.fetched = decision.offer.manifestHash;
        else if (this.random(20) === 0) this.keep({ kind: 'given-up', reason: 'the signature does not hold' });
        else this.keep({ kind: 'verified' });
        break;
      case 'install': {
        this.keep({ kind: 'begins', phase: 'installing' });
        const slot = other(this.running);
        this.slots[slot] = { version: decision.offer.version, broken: true };
        if (cut && this.random(2) === 0) break;
        if (this.random(20) === 0) {
          this.keep({ kind: 'setback', reason: 'RAUC failed' });
          break;
        }
        this.slots[slot] = { version: decision.offer.version, broken: this.random(4) === 0 };
        this.tries[slot] = 0;
        this.next = slot;
        if (!cut) this.keep({ kind: 'installed' });
        break;
      }
      case 'reboot':
        if (this.state.phase !== 'rebooting') this.keep({ kind: 'begins', phase: 'rebooting' });
        if (!cut) this.start();
        break;
      case 'begin-trial':
        this.keep({ kind: 'trial-begins', attempt: decision.attempt });
        break;
      case 'commit':
        this.keep({ kind: 'committed' });
        break;
      case 'roll-back':
        if (decision.restart && !(this.state.goingBack && this.state.bootId === `b-${this.starts}`))
          this.keep({ kind: 'goes-back', reason: decision.reason });
        if (cut) break;
        this.next = decision.restart ? other(this.running) : this.running;
        if (decision.restart) this.start();
        else this.keep({ kind: 'rolled-back', reason: decision.reason });
        break;
      case 'note-rolled-back':
        this.keep({ kind: 'rolled-back', reason: decision.reason });
        break;
      case 'refuse': {
        const lasting = decision.refusals.find(({ passes }) => !passes);
        if (lasting !== undefined) this.keep({ kind: 'refused', refusal: lasting });
        break;
      }
      default:
    }
    if (cut) this.start();
    return decision;
  }

  /** Somebody or something intervenes. */
  disturb(): void {
    const pick = this.offers[this.random(Math.max(1, this.offers.length))];
    switch (this.random(16)) {
      case 0:
        this.#publish();
        break;
      case 1:
        if (pick) this.#change(pick, { withdrawn: { at: offer.created, reason: 'broken' } });
        break;
      case 2:
        if (pick) this.#change(pick, { manifestHash: this.#hash() });
        break;
      case 3:
        this.view = [...this.offers];
        break;
      case 4:
      case 5:
      case 6:
        if (pick) this.#approve(pick.version, false);
        break;
      case 7:
        if (['approved', 'scheduled', 'downloading', 'verified'].includes(this.state.phase))
          this.keep({ kind: 'cancelled', who: 'ann' });
        break;
      case 8:
        this.ailment = this.random(3) === 0 ? 'disk full' : null;
        break;
      case 9:
        this.isSynchronised = this.random(4) > 0;
        this.clockError = this.isSynchronised ? 0 : (this.random(7) - 3) * 365 * 86_400_000;
        break;
      case 10:
        this.checking = this.random(5) > 0;
        this.preApprove = this.random(3) === 0 ? 'security' : 'none';
        break;
      case 11:
        this.start();
        break;
      case 12:
        this.pass(this.random(40) * 86_400);
        break;
      case 13:
        if (this.random(4) === 0) this.#rollback();
        break;
      default:
        this.pass(this.random(3) * 3600);
    }
  }

  /** Somebody does what lets the update get on, whatever it is. */
  help(): void {
    const { phase, version } = this.state;
    if (phase === 'trial') this.pass(200);
    else if (phase === 'announced' && version !== null) this.#approve(version, false);
    else if (phase !== 'available' && decide(this.situation).do === 'nothing') {
      this.#publish();
      this.view = [...this.offers];
    } else {
      this.ailment = null;
      this.isSynchronised = true;
      this.clockError = 0;
      this.checking = true;
      if (!isInWindow(new Date(this.now))) this.#toWindow();
    }
  }

  #toWindow(): void {
    const day = 86_400_000;
    const days = Math.floor(this.now / day);
    // The first of January 1970 was a Thursday.
    const start = (days + ((10 - (days % 7)) % 7)) * day + 2 * 3_600_000;
    if (start > this.now) this.pass((start - this.now) / 1000 + this.random(7000));
    else this.pass(4 * 3600);
  }

  #publish(): void {
    const [major = 0, minor = 0, patch = 0] = (this.slots[this.running]?.version ?? '').split(/[.-]/).map(Number);
    const parts = [major, Math.max(0, minor + this.random(4) - 1), Math.max(0, patch + this.random(4) - 1)];
    const change: Partial<OfferedBundle> = {
      version: parts.join('.') + (this.random(5) === 0 ? '-rc.1' : ''),
      manifestHash: this.#hash(),
      image: this.random(8) === 0 ? 'other' : 'reference',
      severity: this.random(3) === 0 ? 'security' : 'routine',
      rolloutPercent: this.random(5) === 0 ? 50 : 100,
      minimumVersion: this.random(6) === 0 ? `${major}.${minor}.${patch + this.random(3)}` : null,
    };
    this.offers = this.offers.filter(({ version }) => version !== change.version).slice(-8);
    this.offers.push({ ...offer, ...change });
  }

  #change(one: OfferedBundle, change: Partial<OfferedBundle>): void {
    this.offers = this.offers.map((each) => (each === one ? { ...each, ...change } : each));
  }

  #hash(): string {
    return Array.from({ length: 64 }, () => this.random(16).toString(16)).join('');
  }

  #approve(version: string, byPolicy: boolean): void {
    const who = byPolicy ? 'policy' : 'ann';
    const answer = approve({ version, who, window: null, byPolicy }, this.situation);
    if ('approval' in answer) this.keep({ kind: 'approved', approval: answer.approval });
  }

  #rollback(): void {
    const answer = askRollback('ann', this.situation);
    if ('event' in answer) this.keep(answer.event);
  }
}
