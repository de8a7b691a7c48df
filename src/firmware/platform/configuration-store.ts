import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Configuration, defaultConfiguration } from '../../contract/configuration/configuration.ts';
import { parseConfiguration } from '../../contract/configuration/parse-configuration.ts';
import { type Secrets, takeSecrets } from '../../contract/configuration/secrets.ts';
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
  /** Without its secrets. */
  readonly configuration: Configuration;
  /** Name of the file that has them; absent when there are none. */
  readonly secretsFile?: string;
}

/** What somebody asks for, with its secrets. */
export type Change = Pick<StoredConfiguration, 'who' | 'channel' | 'configuration'>;

/** The version in force, and the newest there is: it is higher when that one can not be read. */
export interface InForce extends StoredConfiguration {
  readonly newest: number;
}

const NAME = /^(\d{8})\.json$/;
const SECRETS_NAME = /^(\d{8})\.[0-9a-f-]{36}\.secrets$/;
/** Every change is kept until there are this many. */
const KEPT_VERSIONS = 200;
/** The agent's group reads it; nothing in it opens anything. */
const MODE = 0o640;
const SECRETS_MODE = 0o600;

/**
 * Versions of the configuration: one file each, on the data partition; the highest number is in force. Secrets lie in
 * files of their own, which root alone can read.
 */
export class ConfigurationStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns numbers of the versions kept, oldest first */
  async versions(): Promise<number[]> {
    return (await this.#names())
      .flatMap((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
      .filter((one) => !Number.isNaN(one))
      .sort((a, b) => a - b);
  }

  /** @throws {ConfigurationError} when it was tampered with; {Error} when there is none */
  async read(version: number): Promise<StoredConfiguration> {
    const stored = JSON.parse(await readFile(this.#path(version), 'utf8')) as StoredConfiguration;
    return { ...stored, version, configuration: parseConfiguration(JSON.stringify(stored.configuration)) };
  }

  /** @throws {Error} `EACCES` for everybody but root */
  async secrets({ secretsFile }: Pick<StoredConfiguration, 'secretsFile'>): Promise<Secrets> {
    if (secretsFile === undefined) return {};
    return JSON.parse(await readFile(join(this.#folder, secretsFile), 'utf8')) as Secrets;
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
    const { shown, secrets } = takeSecrets(change.configuration);
    // A name nobody else takes: of two writers, each has secrets of its own, and one of them wins with the document.
    const secretsFile = Object.keys(secrets).length > 0 ? `${number(version)}.${randomUUID()}.secrets` : undefined;
    const stored: StoredConfiguration = {
      version,
      time: now.toISOString(),
      who: change.who,
      channel: change.channel,
      ...(secretsFile === undefined ? {} : { secretsFile }),
      configuration: shown,
    };
    try {
      if (secretsFile !== undefined)
        await createAtomically(join(this.#folder, secretsFile), `${JSON.stringify(secrets)}\n`, SECRETS_MODE);
      await createAtomically(this.#path(version), `${JSON.stringify(stored, null, 2)}\n`, MODE);
    } catch (error) {
      if (secretsFile !== undefined) await rm(join(this.#folder, secretsFile), { force: true });
      throw error;
    }
    // What can not be removed now is removed after the next change: this one is kept, and has to be said so.
    await this.#forget(version - KEPT_VERSIONS).catch(() => undefined);
    return stored;
  }

  /** Removes versions up to this one, with their secrets. */
  async #forget(last: number): Promise<void> {
    for (const name of await this.#names()) {
      const version = (NAME.exec(name) ?? SECRETS_NAME.exec(name))?.[1];
      if (version !== undefined && Number(version) <= last) await rm(join(this.#folder, name), { force: true });
    }
  }

  async #names(): Promise<string[]> {
    return readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  }

  #path(version: number): string {
    return join(this.#folder, `${number(version)}.json`);
  }
}

function number(version: number): string {
  return String(version).padStart(8, '0');
}
