import { stat } from 'node:fs/promises';
import { type Configuration, defaultConfiguration } from '../../contract/configuration/configuration.ts';
import { ConfigurationStore } from '../platform/configuration-store.ts';
import type { Places } from '../platform/places.ts';

const POLL_MS = 1000;

/**
 * What the operator ordered: the configuration, and whether the appliance is drained. Looked up once a second and never
 * per request, whichever way an order came.
 */
export class Orders {
  readonly #drain: string;
  readonly #store: ConfigurationStore;
  readonly #timer: NodeJS.Timeout;
  #drained = false;
  #configuration = defaultConfiguration;
  #version = 0;
  /** The newest version seen, also when it could not be taken: its fault is told once. */
  #seen = 0;

  /** @param onConfiguration told after each change of the configuration */
  constructor(places: Places, onConfiguration: () => void) {
    this.#drain = places.drain;
    this.#store = new ConfigurationStore(places.configuration);
    this.#timer = setInterval(() => void this.look().then((changed) => changed && onConfiguration()), POLL_MS);
  }

  get drained(): boolean {
    return this.#drained;
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  /** Number of the configuration in force. */
  get version(): number {
    return this.#version;
  }

  /**
   * Looks now. A configuration that can not be read leaves the one before in force.
   * @returns whether another configuration is in force
   */
  async look(): Promise<boolean> {
    this.#drained = await stat(this.#drain).then(
      () => true,
      () => false,
    );
    try {
      const newest = (await this.#store.versions()).at(-1) ?? 0;
      if (newest === this.#seen) return false;
      this.#seen = newest;
      const { configuration, version } = await this.#store.current((message) => process.stderr.write(`${message}\n`));
      if (version === this.#version) return false;
      this.#configuration = configuration;
      this.#version = version;
      return true;
    } catch (error) {
      process.stderr.write(`the configuration stays as it was: ${error instanceof Error ? error.message : error}\n`);
      return false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
