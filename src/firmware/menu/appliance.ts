import type { Facts } from './state.ts';

export interface Fingerprint {
  readonly of: string;
  readonly fingerprint: string;
}

/** The machine that the menu stands for. */
export interface Appliance {
  facts(): Promise<Omit<Facts, 'confirmBefore'>>;
  fingerprints(): Promise<readonly Fingerprint[]>;
  /** Whether this is the administrator's password. A wrong one takes seconds to say so. */
  authenticate(password: string): Promise<boolean>;
  /** @throws {Error} when it was not taken */
  setPassword(password: string): Promise<void>;
  drain(on: boolean): Promise<void>;
  restart(): Promise<void>;
  powerOff(): Promise<void>;
}
