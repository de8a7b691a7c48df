import type { Configuration } from '../../contract/configuration/configuration.ts';

/** A file of the appliance as a configuration wants it. */
export type RenderedFile = {
  /** In the appliance, absolute. */
  readonly path: string;
} & (
  | {
      readonly content: string;
      /** Permission bits. What holds a secret has none for others. */
      readonly mode: number;
      /** Owner and group by name; absent: root. */
      readonly group?: string;
    }
  /** A symbolic link to this. */
  | { readonly link: string }
);

export type CommandLine = readonly [program: string, ...args: string[]];

/** One part of the configuration and the files it becomes. One file each; a new one is a line in sections/index.ts. */
export interface Section {
  /** Shown when something fails. */
  readonly id: string;
  /**
   * What the configuration says as files. A file that an earlier configuration had and this one has not is removed.
   * @param configuration with its secrets
   */
  files(configuration: Configuration): readonly RenderedFile[];
  /** Run when any file of the section changed, and at the first start of another release: makes further files of them. */
  build?(configuration: Configuration): readonly CommandLine[];
  /** Run when the files are in place, before anything is put in force: the first that fails undoes the change. */
  check?(configuration: Configuration): readonly CommandLine[];
  /** Run when any file of the section changed or went: puts it in force. The first that fails undoes the change. */
  activate(configuration: Configuration): readonly CommandLine[];
}
