import { createReadStream } from 'node:fs';
import type { Configuration } from '../../contract/configuration/configuration.ts';
import { CONFIGURATION_MAX_BYTES, ConfigurationError } from '../../contract/configuration/parse-configuration.ts';
import { parseDocument, type WrittenConfiguration } from '../configure/channels/parse-document.ts';
import type { Applied } from '../configure/configurator.ts';
import { Failure } from './failure.ts';

/**
 * Turns mistakes in a document into a message for the person who wrote it.
 * @param located puts before a mistake where it is
 */
export async function refusing<T>(
  work: () => T | Promise<T>,
  located = (mistake: string): string => mistake,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new Failure(
      `the configuration was not taken:\n${new ConfigurationError(error.mistakes.map(located)).message}`,
      'Mend each line and try again; what is in force has not changed.',
      2,
    );
  }
}

/**
 * @param text YAML or JSON, from a file or a pipe
 * @param name of what it came from, for mistakes
 * @throws {Failure} with every mistake, by line and column
 */
export function check(text: string, name: string): Promise<WrittenConfiguration> {
  return refusing(() => parseDocument(text, name === '-' ? 'standard input' : name));
}

/** @param file a path, or - for standard input. @throws {Failure} when it can not be read */
export async function readInput(file: string): Promise<string> {
  return readAll(file === '-' ? process.stdin : createReadStream(file)).catch((error: Error) => {
    throw new Failure(error.message, 'Name a file that can be read.', 2);
  });
}

/** Reads at most what a configuration may have, and a little, so that an endless pipe ends. */
async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
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

/** What was done, for a person. */
export function appliedText({ version, changed, confirmBefore }: Applied): string {
  if (!changed) return `Nothing to change: version ${version} says the same.\n`;
  if (confirmBefore === null) return `Version ${version} is in force.\n`;
  const time = confirmBefore.toISOString().slice(11, 19);
  return (
    `Version ${version} is in force until ${time} UTC: it changed the network.\n` +
    'Log in at the new address if need be, and say: sudo appliancectl config confirm\n' +
    'Without that the network goes back to what it was.\n'
  );
}
