import { ConfigurationError } from '../../../contract/configuration/parse-configuration.ts';
import type { OfferedFiles } from './channel.ts';
import { parseDocument, type WrittenConfiguration } from './parse-document.ts';

/** Which of two would win is nobody's guess. @throws {ConfigurationError} when there are several, or with every mistake */
export function singleDocument(files: OfferedFiles): WrittenConfiguration {
  const [[name, text] = ['', ''], ...more] = files;
  if (more.length > 0) {
    throw new ConfigurationError([
      `there is more than one document, and only one can count: ${[...files.keys()].join(', ')}`,
    ]);
  }
  return parseDocument(text, name);
}
