import type { BootTimes } from '../../report/smoke-report.ts';
import type { Transcript } from './transcript.ts';

/** OVMF's and GRUB's words on the serial port. */
const UEFI_BOOT = /^BdsDxe: starting Boot/;
/** On UEFI the loader's screen goes to the serial port as well, and each word comes twice. */
const SLOT = /^(Starting slot [AB])+$/;

/** What only a shell in the guest can tell. */
export interface UserlandTimes {
  readonly secondsCloudInit: number | null;
  readonly slowest: BootTimes['slowest'];
}

/** When the kernel started, in seconds since power-on; undefined when the console never said how long it had run. */
export function kernelStart({ bootReport }: Transcript): number | undefined {
  const start = bootReport && bootReport.seconds - bootReport.report.now;
  return Number.isFinite(start) ? start : undefined;
}

/**
 * Splits one start into its parts.
 * @param biosSeconds when the BIOS handed over; undefined under UEFI, which says so itself
 */
export function bootTimes(
  transcript: Transcript,
  biosSeconds: number | undefined,
  { secondsCloudInit, slowest }: UserlandTimes,
): BootTimes {
  const { lines, bootReport } = transcript;
  const firmware = biosSeconds ?? lines.find(({ text }) => UEFI_BOOT.test(text))?.seconds;
  const loader = lines.find(({ text }) => SLOT.test(text))?.seconds;
  const handedOver = kernelStart(transcript) ?? loader;
  return {
    secondsFirmware: firmware ?? null,
    secondsLoader: firmware === undefined || handedOver === undefined ? null : Math.max(0, handedOver - firmware),
    secondsKernel: number(bootReport?.report.userland),
    secondsUserland: number(bootReport && bootReport.report.up - bootReport.report.userland),
    secondsCloudInit,
    slowest,
  };
}

function number(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
