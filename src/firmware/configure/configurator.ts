import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../../contract/configuration/configuration.ts';
import { ConfigurationError } from '../../contract/configuration/parse-configuration.ts';
import { putSecrets, type Secrets } from '../../contract/configuration/secrets.ts';
import { removeDurably, replaceAtomically } from '../platform/atomic-file.ts';
import type { Change, InForce } from '../platform/configuration-store.ts';
import { readIdentity } from '../platform/identity.ts';
import type { Places } from '../platform/places.ts';
import type { runCommand, takeLock } from '../platform/run-command.ts';
import { ApplyError, notChanged, UnsettledError } from './apply-error.ts';
import { KeptVersions } from './kept.ts';
import { brokenMaterial } from './material.ts';
import { type Pending, PendingChange } from './pending.ts';
import { openArchive } from './pfx.ts';
import type { RenderedFiles } from './rendered-files.ts';
import type { Section } from './section.ts';
import { Transaction } from './transaction.ts';

/** Ways by which a configuration can come. */
export type Channel = 'appliancectl' | 'console' | 'disc' | 'ovf' | 'user-data';

/** Who wants a change, and by which way. */
export interface Origin {
  readonly who: string;
  readonly channel: Channel;
}

export interface Applied {
  readonly version: number;
  /** False when the same was in force already. */
  readonly changed: boolean;
  /** A network change that nobody confirms by then is undone. */
  readonly confirmBefore: Date | null;
}

export interface ConfiguratorOptions {
  readonly places: Places;
  readonly sections: readonly Section[];
  readonly files: RenderedFiles;
  readonly now: () => Date;
  readonly run: typeof runCommand;
  readonly lock: typeof takeLock;
  /** Told of each version that can not be read. */
  readonly warn: (message: string) => void;
}

/** Who and what is noted when a change was undone because nobody confirmed it. */
const UNDONE = { who: 'appliance', channel: 'not confirmed' } as const;

/**
 * The one way to change the configuration: validated whole, rendered, tried, kept; or everything stays as it was.
 * One change at a time, whichever program makes it.
 */
export class Configurator {
  /** What was in force and is: to be read by anyone who may. */
  readonly kept: KeptVersions;
  readonly #options: ConfiguratorOptions;
  readonly #pending: PendingChange;
  readonly #transaction: Transaction;

  constructor(options: ConfiguratorOptions) {
    this.#options = options;
    this.kept = new KeptVersions(options.places.configuration, options.warn);
    this.#pending = new PendingChange(options.places.pending, options.run);
    this.#transaction = new Transaction(options.sections, options.files, options.run);
  }

  /** The change that waits for a confirmation. */
  pending(): Promise<Pending | null> {
    return this.#pending.read();
  }

  /**
   * Puts a configuration in force.
   * @param configuration complete; secrets that are marked as kept stay what they are
   * @param confirmSeconds a change of the network is undone after that unless it is confirmed; 0: it stands at once
   * @throws {ConfigurationError} with every mistake; nothing changed
   * @throws {ApplyError} when it can not be put in force; everything is as it was
   */
  apply(configuration: Configuration, origin: Origin, confirmSeconds = 0): Promise<Applied> {
    return this.edit(() => configuration, origin, confirmSeconds);
  }

  /**
   * The same for a change of what is in force, whatever that is by then: of two at once none is lost.
   * @param change given what is in force, with marks for secrets
   */
  edit(change: (inForce: Configuration) => Configuration, origin: Origin, confirmSeconds = 0): Promise<Applied> {
    return this.#alone(async () => {
      await this.#refuseWhilePending();
      const { before, secrets } = await this.kept.inForce();
      const whole = await this.#complete(change(before.configuration), secrets);
      return this.#change({ ...origin, configuration: whole }, confirmSeconds);
    });
  }

  /** Puts an earlier version in force again, as a new one with the secrets it had. */
  rollback(version: number, origin: Origin, confirmSeconds = 0): Promise<Applied> {
    return this.#alone(async () => {
      await this.#refuseWhilePending();
      return this.#change({ ...origin, configuration: await this.kept.whole(version) }, confirmSeconds);
    });
  }

  /** Lets the change that waits stand. @returns its version. @throws {ApplyError} when none does */
  confirm(): Promise<number> {
    return this.#alone(async () => {
      const { version } = await this.#expectPending();
      await this.#pending.end();
      return version;
    });
  }

  /**
   * Undoes the change that waits.
   * @param only the version that a timer was set for; another one that waits by now is left alone
   * @returns undefined when there was nothing to undo
   */
  revert(only?: number): Promise<Applied | undefined> {
    return this.#alone(async () => {
      const pending = only === undefined ? await this.#expectPending() : await this.#pending.read();
      if (pending === null || (only !== undefined && pending.version !== only)) return undefined;
      const applied = await this.#change({ ...UNDONE, configuration: await this.kept.whole(pending.previous) }, 0);
      await this.#pending.end();
      return applied;
    });
  }

  /**
   * At a start, before any service: what waited for a confirmation is undone, and files are made anew, for a change may
   * have been cut short or a new release may render them otherwise. Services are not touched: they start afterwards.
   */
  settle(): Promise<void> {
    return this.#alone(async () => {
      const { places, now } = this.#options;
      const pending = await this.#pending.read();
      const { newest } = await this.kept.current();
      // A power cut may have come before the change that was to wait was kept.
      const undoes =
        pending !== null && pending.version <= newest ? await this.kept.whole(pending.previous) : undefined;
      // The files first: a full disk may keep the history from saying so, and the network goes back all the same.
      await this.#transaction.render(undoes ?? (await this.kept.inForce()).whole);
      if (undoes !== undefined) await this.kept.add({ ...UNDONE, configuration: undoes }, newest, now());
      await removeDurably(places.pending);
      await note(places.renderedBy, `${(await readIdentity(places.root)).version}\n`);
      await removeDurably(places.changing);
    });
  }

  async #complete(configuration: Configuration, secrets: Secrets): Promise<Configuration> {
    const { places, now } = this.#options;
    const { tls } = configuration;
    const opened = tls !== null && 'pfx' in tls ? await openArchive(tls, dirname(places.configurationLock)) : tls;
    const { configuration: whole, missing } = putSecrets({ ...configuration, tls: opened }, secrets);
    const mistakes = [
      ...missing.map((place) => `${place}: no secret is kept here yet, so it has to be given`),
      ...(missing.includes('/tls/key') ? [] : brokenMaterial(whole, places.root, now())),
    ];
    if (mistakes.length > 0) throw new ConfigurationError(mistakes);
    return whole;
  }

  async #change(change: Change, confirmSeconds: number): Promise<Applied> {
    const { places, now } = this.#options;
    const { before, whole: was } = await this.kept.inForce();
    // An earlier change was cut short: nobody knows which services were told, so all are told again.
    const resumes = existsSync(places.changing);
    if (!resumes && before.version === before.newest && isDeepStrictEqual(was, change.configuration)) {
      return { version: before.version, changed: false, confirmBefore: null };
    }
    const waits = confirmSeconds > 0 && !isDeepStrictEqual(was.network, change.configuration.network);
    const confirmBefore = waits ? new Date(now().getTime() + confirmSeconds * 1000) : null;
    let undo = async (): Promise<void> => undefined;
    try {
      await note(places.changing, '');
      // Before the network changes: who is cut off here is let in again, whatever becomes of this program.
      if (confirmBefore !== null) await this.#wait(before, confirmBefore, confirmSeconds);
      undo = await this.#transaction.apply(was, change.configuration, resumes);
      await note(places.renderedBy, `${(await readIdentity(places.root)).version}\n`);
      const version = await this.kept.add(change, before.newest, now());
      // A mark that stays costs a look at the next start.
      await removeDurably(places.changing).catch(() => undefined);
      return { version, changed: true, confirmBefore };
    } catch (cause) {
      await undo();
      if (confirmBefore !== null) await this.#pending.end();
      // What could not be undone is made anew at the next start, which the mark asks for.
      if (!(cause instanceof UnsettledError)) await removeDurably(places.changing);
      throw notChanged(cause);
    }
  }

  async #wait({ version, newest }: InForce, confirmBefore: Date, seconds: number): Promise<void> {
    const pending = { version: newest + 1, previous: version, confirmBefore: confirmBefore.toISOString() };
    await this.#pending.begin(pending, seconds);
  }

  async #expectPending(): Promise<Pending> {
    const pending = await this.#pending.read();
    if (pending === null)
      throw new ApplyError('no change waits for a confirmation', 'See: appliancectl config history');
    return pending;
  }

  async #refuseWhilePending(): Promise<void> {
    const pending = await this.#pending.read();
    if (pending === null) return;
    throw new ApplyError(
      `version ${pending.version} changed the network and waits for its confirmation`,
      'First say appliancectl config confirm, or appliancectl config revert.',
    );
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const { configurationLock } = this.#options.places;
    // Nobody else may hold it, or they could keep the network from going back.
    await mkdir(dirname(configurationLock), { recursive: true, mode: 0o700 });
    const release = await this.#options.lock(configurationLock);
    if (release === undefined) {
      throw new ApplyError('somebody else is changing the configuration', 'Try again in a moment.');
    }
    try {
      return await work();
    } finally {
      await release();
    }
  }
}

async function note(path: string, content: string): Promise<void> {
  await replaceAtomically(path, { content, mode: 0o644, gid: process.getegid?.() ?? 0 });
}
