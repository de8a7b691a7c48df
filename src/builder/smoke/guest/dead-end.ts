/** What consoles say when nothing will come any more, by what it means. */
const deadEnds: readonly (readonly [RegExp, string])[] = [
  [/No bootable option or device was found|No bootable device\./, 'the firmware found nothing to boot'],
  // OVMF comes to its own shell last, and Secure Boot refuses that always.
  [
    /^(?!.*EFI Internal Shell).*(Security Violation|bad shim signature|Verification failed)/,
    'Secure Boot refused a loader or the kernel',
  ],
  [/Kernel panic - not syncing/, 'the kernel panicked'],
  [/Gave up waiting for root file system|ALERT! .* does not exist/, 'the initramfs did not find the root partition'],
  [/\breboot: Restarting system/, 'the system restarted by itself'],
  [/holds no system that can be started/, 'the boot loader could not start the slot'],
];

/** @returns what the line means when it says that this boot has failed, so that nobody waits for its limit */
export function deadEnd(line: string): string | undefined {
  return deadEnds.find(([pattern]) => pattern.test(line))?.[1];
}
