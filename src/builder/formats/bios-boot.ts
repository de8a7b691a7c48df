const SECTOR = 512;
/** boot.img: where the LBA of core.img's first sector stands, and the jump that BIOS quirks make NOPs of. */
const KERNEL_SECTOR = 0x5c;
const BOOT_DRIVE_CHECK = 0x66;
/** Code of boot.img; what follows in sector 0 is the protective partition table. */
export const BOOT_CODE_BYTES = 440;
/** core.img's first sector: one block list entry at its end tells where the rest lies. */
const BLOCK_LIST = 0x1f4;
const LOAD_SEGMENT = 0x0820;

/**
 * What `grub-bios-setup` would write, without a device to look at: boot.img and core.img with the places of the
 * BIOS boot partition filled in. Source: GRUB 2.12, boot/i386/pc/boot.S and diskboot.S.
 * @param bootImage the 512 bytes of boot.img
 * @param coreImage core.img as grub-mkimage wrote it
 * @param firstSector LBA of the BIOS boot partition
 * @returns `mbr`, the {@link BOOT_CODE_BYTES} for sector 0, and `core` for the partition
 */
export function biosBoot(bootImage: Buffer, coreImage: Buffer, firstSector: number): { mbr: Buffer; core: Buffer } {
  if (bootImage.length !== SECTOR) throw new RangeError(`boot.img has ${bootImage.length} bytes and not ${SECTOR}`);
  const mbr = Buffer.from(bootImage.subarray(0, BOOT_CODE_BYTES));
  mbr.writeBigUInt64LE(BigInt(firstSector), KERNEL_SECTOR);
  mbr.fill(0x90, BOOT_DRIVE_CHECK, BOOT_DRIVE_CHECK + 2);

  const sectors = Math.ceil(coreImage.length / SECTOR);
  const core = Buffer.alloc(sectors * SECTOR);
  coreImage.copy(core);
  core.writeBigUInt64LE(BigInt(firstSector + 1), BLOCK_LIST);
  core.writeUInt16LE(sectors - 1, BLOCK_LIST + 8);
  core.writeUInt16LE(LOAD_SEGMENT, BLOCK_LIST + 10);
  return { mbr, core };
}
