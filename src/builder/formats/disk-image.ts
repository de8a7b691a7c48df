/** A run of bytes of a disk that may hold data; everything outside all runs reads as zeros. */
export interface Extent {
  /** Byte offset, a multiple of 4096. */
  start: number;
  /** Bytes, more than 0. */
  length: number;
}

/** A raw disk on the host and where its data lies. Formats read only the extents. */
export interface DiskImage {
  /** Path of the raw, sparse file. */
  path: string;
  /** Virtual size in bytes: a whole number of GiB. */
  sizeBytes: number;
  /** Sorted, not touching, not overlapping, inside the disk. */
  extents: readonly Extent[];
}
