import type { Configuration } from '../../../contract/configuration/configuration.ts';
import { ConfigurationError, completeConfiguration } from '../../../contract/configuration/parse-configuration.ts';
import { type PlacedDocument, readBoundedYaml } from './bounded-yaml.ts';

/** A configuration that somebody wrote, and how to tell them of mistakes that are found in it only later. */
export interface WrittenConfiguration {
  readonly configuration: Configuration;
  /** Puts before a mistake, which begins with its place in the document, where that is in what they wrote. */
  located(mistake: string): string;
}

/**
 * Takes a configuration in YAML 1.2 or JSON, and fills in what it leaves open.
 * @param name of the file or the like it came from
 * @throws {ConfigurationError} every mistake as FILE:LINE:COLUMN: PLACE: WHAT
 */
export function parseDocument(text: string, name: string): WrittenConfiguration {
  const document = readBoundedYaml(text, name);
  return completed(document.value, locator(document));
}

/** Puts before a mistake where in a text it is. */
export function locator({ place }: PlacedDocument): (mistake: string) => string {
  return (mistake) => `${place(pathOf(mistake))}: ${mistake}`;
}

/**
 * The same for a document that is read already.
 * @throws {ConfigurationError} with every mistake, located
 */
export function completed(document: unknown, located: (mistake: string) => string): WrittenConfiguration {
  try {
    // An empty file says nothing, as an empty object does.
    return { configuration: completeConfiguration(document ?? {}), located };
  } catch (error) {
    throw error instanceof ConfigurationError ? new ConfigurationError(error.mistakes.map(located)) : error;
  }
}

/** @param mistake begins with a JSON pointer (RFC 6901) and a colon. @returns the path of what it is about */
function pathOf(mistake: string): string[] {
  const [pointer = ''] = mistake.split(': ', 1);
  const unknown = /: there is no setting "(.*)"$/.exec(mistake)?.[1];
  return [...pointer.split('/').filter((part) => part !== ''), ...(unknown === undefined ? [] : [unknown])].map(
    (part) => part.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
}
