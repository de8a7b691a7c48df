/** `skipped`: the check has no meaning once an earlier one failed. */
export type Verdict = 'passed' | 'failed' | 'skipped';

/** One question about one guest. */
export interface CheckResult {
  /** Stable and short: `root-read-only`. */
  readonly id: string;
  /** What holds when it passed: `root is a read-only ext4 file system`. */
  readonly title: string;
  readonly verdict: Verdict;
  /** What was seen; may have several lines. */
  readonly detail: string;
  readonly seconds: number;
}

/** One artifact booted on one platform profile. */
export interface GuestReport {
  readonly profile: string;
  /** What the guest saw: `UEFI with Secure Boot, pvscsi, vmxnet3, 2 CPUs, 4096 MiB`. */
  readonly hardware: string;
  /** Where the profile differs from the platform it stands for. */
  readonly notes: readonly string[];
  readonly artifact: { readonly kind: string; readonly file: string; readonly sha256: string };
  readonly verdict: 'passed' | 'failed';
  /** From power-on to the first SSH login, or null when there was none. */
  readonly secondsToLogin: number | null;
  readonly seconds: number;
  readonly checks: readonly CheckResult[];
  /** File name of the serial log beside the report. */
  readonly serialLog: string;
  /** Last lines of the serial console of a guest that failed. */
  readonly consoleTail: readonly string[];
  /** File name of a picture of the guest's display, taken when it failed. */
  readonly screenshot: string | null;
}

/** What `smoke.json` holds, version 1. */
export interface SmokeReport {
  readonly schemaVersion: 1;
  readonly image: string;
  readonly version: string;
  readonly accelerator: { readonly name: 'kvm' | 'tcg'; readonly reason: string };
  /** Most guests that ran at once. */
  readonly jobs: number;
  readonly seconds: number;
  readonly guests: readonly GuestReport[];
}

export function failedGuests(report: SmokeReport): readonly GuestReport[] {
  return report.guests.filter((guest) => guest.verdict === 'failed');
}

export function failedChecks(guest: GuestReport): readonly CheckResult[] {
  return guest.checks.filter((check) => check.verdict === 'failed');
}
