/** The unit the disk is read, digested and laid out in: 1 MiB, the VHDX block and the alignment of every partition. */
export const BLOCK_BYTES = 1024 * 1024;
/** The unit that is compressed and left out when it is all zeros: 64 KiB, the grain of a stream-optimized VMDK. */
export const GRAIN_BYTES = 64 * 1024;
export const GRAINS_PER_BLOCK = BLOCK_BYTES / GRAIN_BYTES;
/** Sector of every format here, and of the disk a guest sees. */
export const SECTOR_BYTES = 512;

/** Rounds `bytes` up to a whole number of `unit`. */
export function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}
