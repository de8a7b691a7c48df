import { GRAIN_BYTES, roundUp, SECTOR_BYTES } from '../blocks.ts';
import { type DeflatedGrain, FINAL_BLOCK, type GrainSink } from '../deflate/grains.ts';
import { DigestFile, type FileDigest } from '../file-digest.ts';
import type { DiskSurvey } from '../survey.ts';
import { vmdkDescriptor } from './descriptor.ts';
import {
  DIRECTORY_AT_END,
  GRAIN_SECTORS,
  grainMarker,
  marker,
  metadataMarker,
  OVERHEAD_SECTORS,
  sparseHeader,
  TABLE_ENTRIES,
  tableBytes,
} from './layout.ts';

/** zlib's two bytes: deflate with a 32 KiB window, default level, a multiple of 31 (RFC 1950, section 2.2). */
const ZLIB_HEADER = Uint8Array.of(0x78, 0x9c);
const TABLE_BYTES = TABLE_ENTRIES * GRAIN_BYTES;

/**
 * Writes a stream-optimized VMDK from front to back. The file ends with the end-of-stream marker and not one byte
 * later: an importer that stops reading there must get the SHA-256 that the manifest states.
 */
export class VmdkWriter implements GrainSink {
  readonly #file: DigestFile;
  readonly #sizeBytes: number;
  readonly #directory: Uint32Array;
  #table = new Uint32Array(TABLE_ENTRIES);
  #tableNumber = 0;

  private constructor(file: DigestFile, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#directory = new Uint32Array(Math.ceil(sizeBytes / TABLE_BYTES));
  }

  /** @param finalName the name the descriptor gives the file, which need not be `path`'s */
  static async create(path: string, finalName: string, survey: DiskSurvey): Promise<VmdkWriter> {
    const file = await DigestFile.create(path);
    const { sizeBytes, digest } = survey;
    const head = Buffer.alloc(OVERHEAD_SECTORS * SECTOR_BYTES);
    head.set(sparseHeader(sizeBytes, DIRECTORY_AT_END), 0);
    head.set(vmdkDescriptor({ sizeBytes, file: finalName, digest }), SECTOR_BYTES);
    await file.write(head);
    return new VmdkWriter(file, sizeBytes);
  }

  async add(grains: readonly DeflatedGrain[]): Promise<void> {
    for (const grain of grains) {
      const tableNumber = Math.floor(grain.offset / TABLE_BYTES);
      if (tableNumber !== this.#tableNumber) {
        await this.#writeTable();
        this.#tableNumber = tableNumber;
      }
      this.#table[(grain.offset % TABLE_BYTES) / GRAIN_BYTES] = this.#sector();
      await this.#file.write(...grainParts(grain));
    }
  }

  async finish(): Promise<FileDigest> {
    await this.#writeTable();
    const directory = tableBytes(this.#directory);
    await this.#file.write(metadataMarker(marker.grainDirectory, directory.length / SECTOR_BYTES));
    const directorySector = BigInt(this.#sector());
    await this.#file.write(
      directory,
      metadataMarker(marker.footer, 1),
      sparseHeader(this.#sizeBytes, directorySector),
      metadataMarker(marker.endOfStream, 0),
    );
    return this.#file.close();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }

  /** Writes the grain table under way, unless it is empty: a directory entry of 0 says "32 MiB of zeros". */
  async #writeTable(): Promise<void> {
    if (this.#table.every((entry) => entry === 0)) return;
    const table = tableBytes(this.#table);
    await this.#file.write(metadataMarker(marker.grainTable, table.length / SECTOR_BYTES));
    this.#directory[this.#tableNumber] = this.#sector();
    await this.#file.write(table);
    this.#table = new Uint32Array(TABLE_ENTRIES);
  }

  #sector(): number {
    return this.#file.position / SECTOR_BYTES;
  }
}

/** Marker and zlib stream (RFC 1950) of one grain, padded to whole sectors. */
function grainParts(grain: DeflatedGrain): Uint8Array[] {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(grain.adler32);
  const streamBytes = ZLIB_HEADER.length + grain.deflated.length + FINAL_BLOCK.length + checksum.length;
  const head = grainMarker((grain.offset / GRAIN_BYTES) * GRAIN_SECTORS, streamBytes);
  const length = head.length + streamBytes;
  const padding = Buffer.alloc(roundUp(length, SECTOR_BYTES) - length);
  return [head, ZLIB_HEADER, grain.deflated, FINAL_BLOCK, checksum, padding];
}
