import { type Configuration, defaultConfiguration } from '../../contract/configuration/configuration.ts';
import { putSecrets, type Secrets } from '../../contract/configuration/secrets.ts';
import {
  type Change,
  ConfigurationStore,
  type InForce,
  type StoredConfiguration,
} from '../platform/configuration-store.ts';
import { ApplyError } from './apply-error.ts';

/** Versions as they are kept, and whole: with their secrets, which root alone can do. */
export class KeptVersions {
  readonly #store: ConfigurationStore;
  readonly #warn: (message: string) => void;

  /** @param warn told of each version that can not be read */
  constructor(folder: string, warn: (message: string) => void) {
    this.#store = new ConfigurationStore(folder);
    this.#warn = warn;
  }

  /** What is in force, with marks for secrets. */
  current(): Promise<InForce> {
    return this.#store.current(this.#warn);
  }

  /** @returns every version that is kept, oldest first; one that can not be read has a number alone */
  async history(): Promise<readonly (StoredConfiguration | { readonly version: number })[]> {
    const versions = await this.#store.versions();
    return Promise.all(versions.map((version) => this.#store.read(version).catch(() => ({ version }))));
  }

  /** @throws {ApplyError} when it is not kept or can not be read */
  version(version: number): Promise<StoredConfiguration> {
    return this.#store.read(version).catch((cause: NodeJS.ErrnoException) => {
      const hint = 'See which there are: appliancectl config history';
      if (cause.code === 'ENOENT') throw new ApplyError(`there is no version ${version}`, hint, { cause, exitCode: 2 });
      if (cause.code === 'EACCES') throw cause;
      throw new ApplyError(`version ${version} can not be read: ${cause.message}`, hint, { cause });
    });
  }

  /** What is in force, its secrets, and both put together. */
  async inForce(): Promise<{ readonly before: InForce; readonly secrets: Secrets; readonly whole: Configuration }> {
    const before = await this.current();
    const secrets = await this.#store.secrets(before);
    return { before, secrets, whole: putSecrets(before.configuration, secrets).configuration };
  }

  /** A version with its secrets. Version 0 is what the appliance was shipped with. */
  async whole(version: number): Promise<Configuration> {
    if (version === 0) return defaultConfiguration;
    const stored = await this.version(version);
    return putSecrets(stored.configuration, await this.#store.secrets(stored)).configuration;
  }

  /** @returns the new version. @throws {Error} when it can not be kept */
  async add(change: Change, newest: number, now: Date): Promise<number> {
    return (await this.#store.add(change, newest, now)).version;
  }
}
