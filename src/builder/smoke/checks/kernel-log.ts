import { type Check, output } from './check.ts';

/** What in a kernel's log means that something is broken, whatever level it came with. */
const troubles: readonly RegExp[] = [
  /\bBUG: |\bOops: |\bCall Trace:|general protection fault|\bWARNING: CPU: /,
  /\bI\/O error\b|\bmedium error\b|\bcritical target error\b/i,
  /\b(EXT4|FAT|XFS)-fs (error|warning)\b|\bJBD2: .*(error|abort)|overlayfs: .*(failed|fatal)/i,
  /\bblocked for more than \d+ seconds\b/,
  /\bOut of memory: |\boom-kill:/,
  /Unknown symbol|disagrees about version of symbol|module verification failed/,
];

/** Said by a disk that really is write-protected, about what it was asked to write. */
const ofWriteProtection = /(EXT4|FAT)-fs (error|warning).*(read-only|write access|write-protected|ro)\b/i;

/**
 * A processor or a timer that got no time (the second when the kernel tries the timer at its start). Under emulation
 * that says something of a busy host, and nothing of the guest.
 */
const stall = /\bsoft lockup\b|\brcu: |\b8254 timer not connected to IO-APIC\b/;

export interface LogCircumstances {
  readonly writeProtected?: boolean;
  readonly emulated?: boolean;
}

/** @param lines of the kernel's log or of a console that shows it */
export function kernelTroubles(lines: readonly string[], circumstances: LogCircumstances = {}): string[] {
  const { writeProtected = false, emulated = false } = circumstances;
  const stalled = emulated && lines.some((line) => stall.test(line));
  return lines.filter((line) => {
    if (stall.test(line)) return !emulated;
    if (stalled && /\bCall Trace:/.test(line)) return false;
    return troubles.some((sign) => sign.test(line)) && !(writeProtected && ofWriteProtection.test(line));
  });
}

/**
 * Errors that say nothing of the appliance: what an emulated machine does not have, and says so at that level.
 */
const harmless: readonly RegExp[] = [
  // QEMU's PIIX4 and ICH9 have no watchdog, sensors or power meters behind these.
  /\b(piix4_smbus|i801_smbus|iTCO_wdt|i6300esb)\b/,
  /\bRETBleed: |\bSpectre |\bMDS: |\bTAA: |\bMMIO Stale Data: |\bRAS: |\bGDS: /,
  /\bsd \S+ \[\w+\] (Incomplete mode parameter data|Assuming drive cache|No Caching mode page)/,
  /\bpcieport .*: AER|shpchp|acpi.*_OSC|\bACPI (Error|BIOS Error|BIOS Warning)\b/,
];

export const kernelLog: Check = {
  id: 'kernel-log',
  title: 'the kernel’s log is free of errors that matter',
  async run({ shell, emulated }) {
    const all = (await output(shell, 'sudo dmesg')).split('\n');
    const errors = (await output(shell, 'sudo dmesg --level=emerg,alert,crit,err')).split('\n').filter(Boolean);
    const serious = errors.filter(
      (line) => !(emulated && stall.test(line)) && !harmless.some((known) => known.test(line)),
    );
    const found = [...new Set([...kernelTroubles(all, { emulated }), ...serious])];
    if (found.length > 0) return { passed: false, detail: found.join('\n') };
    const known = errors.length === 0 ? '' : `, ${errors.length} that emulation explains`;
    return { passed: true, detail: `${all.length} lines, no errors${known}` };
  },
};
