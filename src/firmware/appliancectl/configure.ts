import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../../contract/configuration/configuration.ts';
import {
  CONFIGURATION_MAX_BYTES,
  ConfigurationError,
  parseConfiguration,
} from '../../contract/configuration/parse-configuration.ts';
import { ConfigurationStore, type InForce, type StoredConfiguration } from '../platform/configuration-store.ts';
import { Failure } from './failure.ts';

/** Where the configuration is kept and who changes it. */
export interface Setting {
  readonly folder: string;
  readonly who: string;
}

export function storeOf({ folder }: Setting): ConfigurationStore {
  return new ConfigurationStore(folder);
}

/** What is in force; what can not be read is told of on standard error. */
export function inForce(setting: Setting): Promise<InForce> {
  return storeOf(setting).current((message) => process.stderr.write(`warning: ${message}\n`));
}

/**
 * Puts a configuration in force: the agent looks for a new version every second. The same one again changes nothing.
 * @param before what was in force when the change was thought of
 * @returns what is in force now
 * @throws {Failure} when it can not be kept, or another change came in between
 */
export async function put(
  setting: Setting,
  before: InForce,
  configuration: Configuration,
): Promise<StoredConfiguration & { changed: boolean }> {
  const isReadable = before.version === before.newest;
  if (isReadable && isDeepStrictEqual(before.configuration, configuration)) return { ...before, changed: false };
  try {
    const change = { who: setting.who, channel: 'appliancectl', configuration };
    return { ...(await storeOf(setting).add(change, before.newest, new Date())), changed: true };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Failure('somebody else changed the configuration meanwhile', 'Try again.');
    if (code === 'ENOENT') {
      throw new Failure('the folder of the configuration is gone', 'Make it again: sudo systemd-tmpfiles --create');
    }
    if (code !== 'ENOSPC' && code !== 'EROFS' && code !== 'EIO') throw error;
    throw new Failure(`the configuration was not changed: ${message}`, 'See whether /data has space: df -h /data');
  }
}

/** @param text JSON, from a file or a pipe. @throws {Failure} with every mistake */
export function check(text: string): Configuration {
  try {
    return parseConfiguration(text);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new Failure(
      `the configuration was not taken:\n${error.message}`,
      'Mend each line and try again; what is in force has not changed.',
      2,
    );
  }
}

/** Reads at most what a configuration may have, and a little, so that an endless pipe ends. */
export async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const data = Buffer.from(chunk);
    chunks.push(data);
    bytes += data.length;
    if (bytes > CONFIGURATION_MAX_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

/** What `config get` prints and `config apply` takes. */
export function configurationText(configuration: Configuration): string {
  return `${JSON.stringify(configuration, null, 2)}\n`;
}
