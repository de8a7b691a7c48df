import type { Accelerator } from './accelerator.ts';

/** How long a guest may take, in seconds: many times what it needs, for hosts that carry other load. */
export interface Limits {
  /** From power-on to the first SSH login. */
  readonly login: number;
  /** From the order to power off to QEMU's end. */
  readonly powerOff: number;
  /** The whole guest; QEMU is stopped then. */
  readonly guest: number;
}

const limits: Readonly<Record<Accelerator['name'], Limits>> = {
  kvm: { login: 180, powerOff: 60, guest: 600 },
  tcg: { login: 600, powerOff: 180, guest: 1500 },
};

export function limitsFor(accelerator: Accelerator['name']): Limits {
  return limits[accelerator];
}
