import { crc32 } from 'node:zlib';
import { GRAIN_BYTES, roundUp, SECTOR_BYTES } from '../blocks.ts';
import { crc32Combine } from '../deflate/crc32-combine.ts';
import { type DeflatedGrain, FINAL_BLOCK, type GrainSink } from '../deflate/grains.ts';
import { DigestFile, type FileDigest } from '../file-digest.ts';
import { type DiskSurvey, dataRuns } from '../survey.ts';
import { deflatePiece } from '../work/run-deflate.ts';
import { sparseHeader } from './sparse-header.ts';

/** Magic, deflate, no flags, no time, no extra flags, Unix (RFC 1952, section 2.3). */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** tar pads an archive to whole records of twenty 512-byte blocks. */
const RECORD_BYTES = 20 * SECTOR_BYTES;
const HEADER_LEVEL = 9;

/**
 * Writes what Compute Engine imports: a gzip file with a tar in GNU's old format with one sparse member, `disk.raw`.
 * The stored runs are exactly the non-zero grains, so the deflated grains are the member's data as they are.
 */
export class GceTarWriter implements GrainSink {
  readonly #file: DigestFile;
  #crc = 0;
  #plainBytes = 0;

  private constructor(file: DigestFile) {
    this.#file = file;
  }

  /** @param mtime of the member, seconds since 1970 */
  static async create(path: string, survey: DiskSurvey, mtime: number): Promise<GceTarWriter> {
    const file = await DigestFile.create(path);
    const writer = new GceTarWriter(file);
    await file.write(GZIP_HEADER);
    await writer.#addPlain(
      sparseHeader({ name: 'disk.raw', sizeBytes: survey.sizeBytes, runs: dataRuns(survey), mtime }),
    );
    return writer;
  }

  async add(grains: readonly DeflatedGrain[]): Promise<void> {
    for (const grain of grains) this.#count(grain.crc32, GRAIN_BYTES);
    await this.#file.write(...grains.map((grain) => grain.deflated));
  }

  async finish(): Promise<FileDigest> {
    // Two blocks of zeros end a tar.
    const end = roundUp(this.#plainBytes + 2 * SECTOR_BYTES, RECORD_BYTES);
    await this.#addPlain(Buffer.alloc(end - this.#plainBytes));
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#plainBytes % 2 ** 32, 4);
    await this.#file.write(FINAL_BLOCK, trailer);
    return this.#file.close();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }

  async #addPlain(plain: Uint8Array): Promise<void> {
    this.#count(crc32(plain), plain.length);
    await this.#file.write(deflatePiece(plain, HEADER_LEVEL));
  }

  #count(crc: number, bytes: number): void {
    this.#crc = crc32Combine(this.#crc, crc, bytes);
    this.#plainBytes += bytes;
  }
}
