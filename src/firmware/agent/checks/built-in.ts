import { outsideCheck } from '../outside/outside-check.ts';
import { outsideCheckIds } from '../outside/targets.ts';
import { certificate } from './certificate.ts';
import type { Check } from './check.ts';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { coreUnits, services, tlsUnit, type UnitState } from './services.ts';
import { time } from './time.ts';
import { updates } from './updates.ts';

export interface BuiltInOptions {
  /** Whether there is a TLS listener: without it there is no certificate to look at. */
  readonly hasTls: boolean;
  /** How systemd is asked. */
  readonly readUnits: (units: readonly string[]) => Promise<UnitState[]>;
  /** What node-exporter's collector of the clock says. */
  readonly timex: () => Promise<string>;
  readonly onUnits: (units: readonly UnitState[]) => void;
  readonly onCertificate: (end: Date) => void;
}

/** The checks that every appliance has. */
export function builtInChecks({ hasTls, readUnits, timex, onUnits, onCertificate }: BuiltInOptions): Check[] {
  return [
    cpu(),
    memory,
    disk,
    network,
    time(timex),
    services([...coreUnits, ...(hasTls ? [tlsUnit] : [])], onUnits, readUnits),
    ...(hasTls ? [certificate(onCertificate)] : []),
    updates,
    ...outsideCheckIds.map((id) => outsideCheck(id)),
  ];
}
