import type { Qmp } from './qmp.ts';

/** What KVM has counted of a guest since its start, over all processors (kvm_stat(1)). */
export interface KvmCounters {
  /** How often a processor left the guest. */
  readonly exits: number;
  /** Instructions that KVM carried out itself, in software. */
  readonly emulatedInstructions: number;
}

/** @returns undefined where QEMU (before 7.1) or the kernel does not tell */
export async function kvmCounters(qmp: Qmp): Promise<KvmCounters | undefined> {
  const providers = [{ provider: 'kvm', names: ['exits', 'insn_emulation'] }];
  return parseKvmCounters(await qmp.execute('query-stats', { target: 'vcpu', providers }).catch(() => undefined));
}

/** @param answer to QMP's `query-stats` (QEMU QMP Reference Manual, "Statistics"): a list with an entry a processor */
export function parseKvmCounters(answer: unknown): KvmCounters | undefined {
  if (!Array.isArray(answer)) return undefined;
  const stats = (answer as readonly Entry[]).flatMap((entry) => entry?.stats ?? []);
  const sum = (wanted: string): number =>
    stats.reduce((total, { name, value }) => (name === wanted ? total + Number(value) : total), 0);
  const exits = sum('exits');
  return exits > 0 ? { exits, emulatedInstructions: sum('insn_emulation') } : undefined;
}

type Entry = { readonly stats?: readonly { readonly name?: unknown; readonly value?: unknown }[] } | null;
