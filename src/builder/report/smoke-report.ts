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

/** Where the time of one boot went, in seconds. A part that could not be told is null. */
export interface BootTimes {
  /** Power-on to the boot loader. */
  readonly secondsFirmware: number | null;
  /** The boot loader, until it hands over to the kernel. */
  readonly secondsLoader: number | null;
  /** Kernel and initramfs, until systemd starts. */
  readonly secondsKernel: number | null;
  /** systemd's start to the end of its start-up job. */
  readonly secondsUserland: number | null;
  /** Of userland, what cloud-init's stages took. */
  readonly secondsCloudInit: number | null;
  /** The units that took longest, slowest first. */
  readonly slowest: readonly { readonly unit: string; readonly seconds: number }[];
}

/** One request of a guest to a metadata service. */
export interface ServiceRequest {
  /** `imds`, `wireserver`, … */
  readonly service: string;
  /** Since power-on. */
  readonly seconds: number;
  readonly method: string;
  /** With the query, without secrets. */
  readonly path: string;
  readonly status: number;
  /** Why it was refused, or null. */
  readonly refused: string | null;
}

/** One artifact booted on one platform profile, or under one fault. */
export interface GuestReport {
  /** Names the row, its serial log and its pictures: the profile, and the fault behind it. */
  readonly name: string;
  readonly profile: string;
  /** The fault this guest was put under, or null. */
  readonly fault: { readonly id: string; readonly title: string } | null;
  /** What the guest saw: `UEFI with Secure Boot, pvscsi, vmxnet3, 2 CPUs, 4096 MiB`. */
  readonly hardware: string;
  /** Where the profile differs from the platform it stands for. */
  readonly notes: readonly string[];
  readonly artifact: { readonly kind: string; readonly file: string; readonly sha256: string };
  readonly verdict: 'passed' | 'failed';
  /** Which of cloud-init's datasources configured the guest; null when none did or nobody could ask. */
  readonly datasource: string | null;
  /** From power-on to the first SSH login, or null when there was none. */
  readonly secondsToLogin: number | null;
  /** From power-on until systemd's start-up job was done, or null. */
  readonly secondsToHealthy: number | null;
  /** From power-on until `/testall` first answered 200, or null. */
  readonly secondsToInService: number | null;
  readonly seconds: number;
  readonly boot: BootTimes | null;
  readonly checks: readonly CheckResult[];
  /** What the guest asked of the platform's metadata services, in order. */
  readonly requests: readonly ServiceRequest[];
  /** File name of the serial log beside the report. */
  readonly serialLog: string;
  /** Last lines of the serial console. */
  readonly consoleTail: readonly string[];
  /** File names of pictures of the guest's display. */
  readonly screenshots: { readonly login: string | null; readonly failure: string | null };
}

/** What `smoke.json` holds, version 2. */
export interface SmokeReport {
  readonly schemaVersion: 2;
  readonly image: string;
  readonly version: string;
  /** RFC 3339, when the run began. */
  readonly started: string;
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
