export interface Geometry {
  cylinders: number;
  heads: number;
  sectorsPerTrack: number;
}

/** The largest disk this kind of geometry can tell, in sectors: about 127 GiB. Larger disks state this. */
const MAX_SECTORS = 65_535 * 16 * 255;

/** Cylinders, heads and sectors of a disk (Virtual Hard Disk Image Format 1.0, appendix "CHS Calculation"). */
export function vhdGeometry(totalSectors: number): Geometry {
  const sectors = Math.min(totalSectors, MAX_SECTORS);
  if (sectors >= 65_535 * 16 * 63) return divide(sectors, 255, 16);
  let sectorsPerTrack = 17;
  let tracks = Math.floor(sectors / sectorsPerTrack);
  let heads = Math.max(4, Math.floor((tracks + 1023) / 1024));
  if (tracks >= heads * 1024 || heads > 16) {
    sectorsPerTrack = 31;
    heads = 16;
    tracks = Math.floor(sectors / sectorsPerTrack);
  }
  if (tracks >= heads * 1024) return divide(sectors, 63, 16);
  return divide(sectors, sectorsPerTrack, heads);
}

function divide(sectors: number, sectorsPerTrack: number, heads: number): Geometry {
  return { cylinders: Math.floor(Math.floor(sectors / sectorsPerTrack) / heads), heads, sectorsPerTrack };
}
