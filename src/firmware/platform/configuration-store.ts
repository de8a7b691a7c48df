import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Configuration, defaultConfiguration } from '../../contract/configuration/configuration.ts';
import { parseConfiguration } from '../../contract/configuration/parse-configuration.ts';
import { createAtomically } from './atomic-file.ts';

/** One version of the configuration, as it is kept. */
export interface StoredConfiguration {
  /** Counts up from 1; 0 is what an appliance has before anybody configured it. */
  readonly version: number;
  /** RFC 3339. */
  readonly time: string;
  /** Who set it: a login name. */
  readonly who: string;
  /** By which way it came. */
  readonly channel: string;
  readonly configuration: Configuration;
}

/** What somebody asks for. */
export type Change = Pick<StoredConfiguration, 'who' | 'channel' | 'configuration'>;

/** The version in force, and the newest there is: it is higher when that one can not be read. */
export interface InForce extends StoredConfiguration {
  readonly newest: number;
}

const NAME = /^(\d{8})\.json$/;
/** Every change is kept until there are this many. */
const KEPT_VERSIONS = 200;
/** The agent's group reads it; nothing in it opens anything. */
const MODE = 0o640;

/** Versions of the configuration: one file each, on the data partition; the highest number is in force. */
export class ConfigurationStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns numbers of the versions kept, oldest first */
  async versions(): Promise<number[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .flatMap((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
      .filter((one) => !Number.isNaN(one))
      .sort((a, b) => a - b);
  }

  /** @throws {ConfigurationError} when it was tampered with; {Error} when there is none */
  async read(version: number): Promise<StoredConfiguration> {
    const stored = JSON.parse(await readFile(this.#path(version), 'utf8')) as StoredConfiguration;
    return { ...stored, version, configuration: parseConfiguration(JSON.stringify(stored.configuration)) };
  }

  /**
   * The version in force: the newest that can be read. A newer one that can not, for it was damaged or comes from a later
   * release, is told of and passed over.
   * @param onUnreadable told of each version that was passed over
   */
  async current(onUnreadable: (message: string) => void): Promise<InForce> {
    const versions = await this.versions();
    const newest = versions.at(-1) ?? 0;
    for (const version of versions.reverse()) {
      try {
        return { ...(await this.read(version)), newest };
      } catch (error) {
        onUnreadable(`version ${version} of the configuration can not be read: ${(error as Error).message}`);
      }
    }
    return { version: 0, time: '', who: '', channel: 'as shipped', configuration: defaultConfiguration, newest };
  }

  /**
   * Makes a configuration the one in force.
   * @param newest the newest version when the change was thought of
   * @returns it with its number
   * @throws {Error} `EEXIST` when another change came in between
   */
  async add(change: Change, newest: number, now: Date): Promise<StoredConfiguration> {
    const version = newest + 1;
    const stored = { version, time: now.toISOString(), ...change };
    await createAtomically(this.#path(version), `${JSON.stringify(stored, null, 2)}\n`, MODE);
    const versions = await this.versions();
    for (const old of versions.slice(0, -KEPT_VERSIONS)) await rm(this.#path(old), { force: true });
    return stored;
  }

  #path(version: number): string {
    return join(this.#folder, `${String(version).padStart(8, '0')}.json`);
  }
}
