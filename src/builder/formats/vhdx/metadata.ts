import { BLOCK_BYTES } from '../blocks.ts';
import { guidBytes } from './guid.ts';
import { LOGICAL_SECTOR_BYTES, PHYSICAL_SECTOR_BYTES } from './layout.ts';

const IS_VIRTUAL_DISK = 2;
const IS_REQUIRED = 4;
/** Items begin here in the region; the table owns all before it (MS-VHDX 2.6.1.2). */
const ITEMS_OFFSET = 64 * 1024;

/** The metadata region (2.6): block size, disk size, disk id and sector sizes. */
export function metadataRegion(sizeBytes: number, diskId: Uint8Array): Buffer {
  const items = [
    // File parameters: block size, then flags "leave blocks allocated" and "has parent", both off: a dynamic disk.
    { id: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b', flags: IS_REQUIRED, data: [u32(BLOCK_BYTES), u32(0)] },
    { id: '2fa54224-cd1b-4876-b211-5dbed83bf4b8', flags: IS_REQUIRED | IS_VIRTUAL_DISK, data: [u64(sizeBytes)] },
    { id: 'beca12ab-b2e6-4523-93ef-c309e000c746', flags: IS_REQUIRED | IS_VIRTUAL_DISK, data: [diskId] },
    {
      id: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
      flags: IS_REQUIRED | IS_VIRTUAL_DISK,
      data: [u32(LOGICAL_SECTOR_BYTES)],
    },
    {
      id: 'cda348c7-445d-4471-9cc9-e9885251c556',
      flags: IS_REQUIRED | IS_VIRTUAL_DISK,
      data: [u32(PHYSICAL_SECTOR_BYTES)],
    },
  ];
  const region = Buffer.alloc(ITEMS_OFFSET + 4096);
  region.write('metadata', 0, 'latin1');
  region.writeUInt16LE(items.length, 10);
  let dataAt = ITEMS_OFFSET;
  items.forEach(({ id, flags, data }, i) => {
    const value = Buffer.concat(data);
    const entryAt = 32 + i * 32;
    region.set(guidBytes(id), entryAt);
    region.writeUInt32LE(dataAt, entryAt + 16);
    region.writeUInt32LE(value.length, entryAt + 20);
    region.writeUInt32LE(flags, entryAt + 24);
    region.set(value, dataAt);
    dataAt += value.length;
  });
  return region;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
