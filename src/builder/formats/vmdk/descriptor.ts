import { SECTOR_BYTES } from '../blocks.ts';

/** Sectors kept for the descriptor; the text is padded with zeros to fill them. */
export const DESCRIPTOR_SECTORS = 20;

/** The geometry VMware gives SCSI disks of more than 1 GiB; the guest does not see it. */
const HEADS = 255;
const SECTORS_PER_TRACK = 63;

/**
 * The text part of the VMDK (Virtual Disk Format 5.0, "The Descriptor File").
 * @param file name the VMDK ends up with; some importers look for it
 * @param digest of the disk; the content id comes from it, so it changes with the content and only then
 */
export function vmdkDescriptor(disk: { sizeBytes: number; file: string; digest: string }): Buffer {
  const sectors = disk.sizeBytes / SECTOR_BYTES;
  const cylinders = Math.max(1, Math.floor(sectors / (HEADS * SECTORS_PER_TRACK)));
  const text = `# Disk DescriptorFile
version=1
CID=${contentId(disk.digest)}
parentCID=ffffffff
createType="streamOptimized"

# Extent description
RW ${sectors} SPARSE "${disk.file}"

# The Disk Data Base
#DDB

ddb.adapterType = "lsilogic"
ddb.geometry.cylinders = "${cylinders}"
ddb.geometry.heads = "${HEADS}"
ddb.geometry.sectors = "${SECTORS_PER_TRACK}"
ddb.longContentID = "${disk.digest.slice(8, 32)}${contentId(disk.digest)}"
ddb.virtualHWVersion = "14"
`;
  const bytes = Buffer.alloc(DESCRIPTOR_SECTORS * SECTOR_BYTES);
  bytes.write(text, 'utf8');
  return bytes;
}

/** 32 bits, but never the two values that mean "no content" and "no parent". */
function contentId(digest: string): string {
  const id = digest.slice(0, 8);
  return id === 'ffffffff' || id === 'fffffffe' ? '00000001' : id;
}
