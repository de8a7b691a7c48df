import { join } from 'node:path';
import { type Configuration, defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import type { UpdateOffer } from '../../../../src/contract/updates/offer.ts';
import type { SlotName } from '../../../../src/contract/updates/state.ts';
import type { Imported, UpdatingAppliance } from '../../../../src/firmware/updater/appliance.ts';
import { AuditLog } from '../../../../src/firmware/updater/audit-log.ts';
import type { Known } from '../../../../src/firmware/updater/channel/channel-reader.ts';
import type { Facts } from '../../../../src/firmware/updater/rules/facts.ts';
import { SlotRecords } from '../../../../src/firmware/updater/slots/slot-records.ts';
import { StateStore } from '../../../../src/firmware/updater/state-store.ts';
import { noteKept, testify } from '../../../../src/firmware/updater/testimony.ts';
import { Updater } from '../../../../src/firmware/updater/updater.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { facts, NOW, offer } from '../sample.ts';

/** The power went: nothing after it happens. */
export class PowerCut extends Error {}

/**
 * A machine with two slots and a boot loader that counts, for tests of the client as a whole. It stands in for RAUC, GRUB,
 * systemd, the agent and the network; state, records and audit log are real files.
 */
export class SimulatedAppliance {
  readonly folder = tempFolder();
  now = NOW;
  configuration: Configuration = {
    ...defaultConfiguration,
    updates: {
      ...defaultConfiguration.updates,
      checking: true,
      channel: 'https://updates.example.com/',
      window: { days: ['sunday'], start: '02:00', minutes: 120, timeZone: 'UTC' },
    },
  };
  offers: UpdateOffer[] = [offer];
  /** What each slot holds, and whether it comes up. */
  readonly slots: Record<SlotName, { readonly version: string; readonly comesUp: boolean } | null> = {
    A: { version: '1.0.0', comesUp: true },
    B: null,
  };
  readonly loader = { first: 'A' as SlotName, holds: { A: true, B: false }, tries: { A: 0, B: 0 } };
  running: SlotName = 'A';
  bootId = 'b-1';
  ailment: string | null = null;
  healthySeconds = 10_000;
  uptimeSeconds = 10_000;
  /** What was done, in order. */
  readonly done: string[] = [];
  /** Whether the next version that is installed comes up. */
  nextComesUp = true;
  /** What RAUC says instead of doing it. */
  raucSays: Error | undefined;
  manifestHash = offer.manifestHash;
  carried: string | undefined;
  /** The power goes before this operation, counted from 0, or right after it. */
  cutAt = Number.POSITIVE_INFINITY;
  cutAfter = false;
  wasCut = false;
  #audit: AuditLog | undefined;
  #operations = 0;
  #known: Known | undefined;

  /** The file that a test that ends leaves open. */
  async end(): Promise<void> {
    await this.#audit?.close();
    this.#audit = undefined;
  }

  /** Starts the client in it. */
  async client(): Promise<Updater> {
    const store = await StateStore.open(this.folder, this.now, this.bootId, () => undefined);
    this.#audit = await AuditLog.open(join(this.folder, 'audit.log'));
    const updater = new Updater(this.#appliance(), store, this.#audit);
    await updater.begin();
    return updater;
  }

  /** Lets the client work until it waits. @returns it, or a new one when the machine was restarted */
  async work(client: Updater, limit = 60): Promise<void> {
    for (let step = 0; step < limit; step++) if ((await client.step()) > 0) return;
    throw new Error(`it does not come to rest: ${client.state.phase}, ${client.outlook.next}`);
  }

  /** The machine starts, as GRUB and `boot-choice confirm` do it. */
  async start(): Promise<void> {
    await this.end();
    const records = new SlotRecords(this.folder);
    for (let turn = 0; turn < 12; turn++) {
      const slot = this.#choose();
      this.loader.tries[slot] += 1;
      if (this.slots[slot]?.comesUp !== true) continue;
      this.running = slot;
      this.bootId = `b-${Number(this.bootId.slice(2)) + 1}`;
      this.uptimeSeconds = 60;
      this.healthySeconds = 0;
      if ((await records.onTrial()) !== slot) this.loader.tries[slot] = 0;
      return;
    }
    throw new Error('the machine does not come up any more');
  }

  #choose(): SlotName {
    const { first, holds, tries } = this.loader;
    const order: SlotName[] = first === 'A' ? ['A', 'B'] : ['B', 'A'];
    const found = order.find((slot) => holds[slot] && tries[slot] < 3) ?? order.find((slot) => holds[slot]) ?? 'A';
    if (tries[found] >= 3) tries[found] = 0;
    return found;
  }

  #act(what: string, effect: () => void = () => undefined): void {
    const isCut = this.#operations >= this.cutAt;
    if (isCut && !(this.cutAfter && this.#operations === this.cutAt)) this.#cut(what);
    this.#operations++;
    this.done.push(what);
    effect();
    if (isCut) this.#cut(what);
  }

  #cut(what: string): never {
    this.wasCut = true;
    throw new PowerCut(what);
  }

  #appliance(): UpdatingAppliance {
    const act = (what: string, effect?: () => void): void => this.#act(what, effect);
    const standing = {
      ...{ applianceId: facts.applianceId, image: facts.image, bootId: this.bootId },
      running: { version: this.slots[this.running]?.version ?? '', slot: this.running, built: facts.running.built },
    };
    const records = new SlotRecords(this.folder);
    const other: SlotName = this.running === 'A' ? 'B' : 'A';
    return {
      standing,
      records,
      now: () => this.now,
      tell: () => undefined,
      configuration: async () => this.configuration,
      facts: async (): Promise<Omit<Facts, 'fetched'>> => ({
        ...facts,
        ...standing,
        other: this.loader.holds[other] ? (await records.versions())[other] : null,
        tries: { ...this.loader.tries },
        ...{ ailment: this.ailment, healthySeconds: this.healthySeconds, uptimeSeconds: this.uptimeSeconds },
      }),
      askChannel: async () => {
        const view = this.#view();
        act('ask', () => {
          this.#known = view;
        });
        return view;
      },
      lastKnown: async () => this.#known,
      carryOver: async (): Promise<Imported> => {
        act('carry over', () => {
          this.carried = offer.manifestHash;
        });
        return { kind: 'channel', known: this.#view(), bundles: [offer.version] };
      },
      carried: async (hash) => (hash === this.carried ? '/bundle' : undefined),
      forgetCarried: async (except) => {
        if (this.carried !== except) this.carried = undefined;
      },
      withWay: async (_, __, work) => {
        act('open');
        try {
          return await work();
        } finally {
          this.done.push('shut');
        }
      },
      inspect: async (location) => {
        act(`inspect ${location}`);
        if (this.raucSays !== undefined) throw this.raucSays;
        const { image, version } = offer;
        return { compatible: image, version, format: 'verity', manifestHash: this.manifestHash };
      },
      install: async (location, progress) => {
        // As RAUC does: what is half written holds no system.
        this.loader.holds[other] = false;
        this.slots[other] = null;
        act(`install ${location}`);
        if (this.raucSays !== undefined) throw this.raucSays;
        progress('Copying image', 50);
        act('installed', () => {
          this.slots[other] = { version: offer.version, comesUp: this.nextComesUp };
        });
      },
      startNext: async (slot) => {
        act(`start ${slot} next`, () => {
          this.loader.first = slot;
          this.loader.holds[slot] = true;
          this.loader.tries[slot] = 0;
        });
      },
      setSlot: async (slot, state) => {
        act(`${slot} is ${state}`, () => {
          this.loader.holds[slot] = state === 'good';
          this.loader.tries[slot] = 0;
        });
      },
      failedStart: async () => ({ attempts: 3, lastUnit: 'sysinit.target', lastLines: ['Kernel panic'] }),
      keepReport: async (version) => act(`report ${version}`),
      restart: async () => act('restart'),
      noteKept: (kept) => noteKept(this.folder, kept),
      testify: () =>
        testify(this.folder, { appliance: 'test-1', image: facts.image, version: standing.running.version }, this.now),
    };
  }

  #view(): Known {
    const targets = this.offers.map((one) => {
      const target = { path: `${one.image}-${one.version}.raucb`, length: 100, sha256: 'c'.repeat(64), custom: null };
      return [one.manifestHash, target] as const;
    });
    return {
      metadata: { source: 'channel', offers: this.offers.map((one) => ({ ...one, bytes: 100 })) },
      expires: new Date(this.now.getTime() + 86_400_000),
      targets: new Map(targets),
    };
  }
}
