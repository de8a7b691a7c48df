import type { PlatformChannel } from '../../../contract/configuration/precedence.ts';
import type { WrittenConfiguration } from './parse-document.ts';

/** Files that programs of the platform's side left for us at this start: contents by name. */
export type OfferedFiles = ReadonlyMap<string, string>;

/** How one platform hands over a configuration. One file each; a new one is a line in index.ts. */
export interface PlatformSource {
  readonly channel: PlatformChannel;
  /** What a person knows it by. */
  readonly title: string;
  /** Which of the files are its own. */
  owns(file: string): boolean;
  /**
   * @param files its own ones, at least one
   * @throws {ConfigurationError} with every mistake
   */
  read(files: OfferedFiles): WrittenConfiguration;
}
