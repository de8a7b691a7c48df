import type { Configuration } from '../../contract/configuration/configuration.ts';

/** One version in the list of earlier ones. */
export interface Version {
  readonly version: number;
  readonly time: string;
  readonly who: string;
  readonly channel: string;
}

export interface Applied {
  readonly version: number;
  readonly changed: boolean;
  /** A change of the network is undone at this time unless it is confirmed. */
  readonly confirmBefore: Date | null;
}

/** What the menu needs of the configurator, under the words of the menu. */
export interface Configuring {
  /** With marks where secrets are. */
  current(): Promise<Configuration>;
  /**
   * @param edit given what is in force by then, with marks for secrets
   * @throws {ConfigurationError} with every mistake; {Error} when it could not be made, and all is as before
   */
  change(edit: (inForce: Configuration) => Configuration, who: string): Promise<Applied>;
  pending(): Promise<{ readonly confirmBefore: Date } | null>;
  confirm(): Promise<void>;
  revert(): Promise<void>;
  /** Newest first. */
  history(): Promise<readonly Version[]>;
  rollback(version: number, who: string): Promise<Applied>;
}
