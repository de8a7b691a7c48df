import { crc32, deflateSync } from 'node:zlib';

const WIDTH = 720;
const HEIGHT = 400;
const BLACK = [0, 0, 0] as const;
const GREY = [170, 170, 170] as const;

/** A PNG of 720 by 400 pixels that looks like a text console from afar. Equal seeds give equal bytes. */
export function samplePicture(seed: number, lines: number): Buffer {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  const length = Array.from({ length: lines }, () => 12 + random(60));
  const glyphs = Array.from({ length: 80 * 25 }, () => random(2 ** 20));
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const line = Math.floor(y / 16);
    const pixel = (x: number): readonly number[] => {
      const column = Math.floor(x / 9);
      const glyph = glyphs[line * 80 + column] ?? 0;
      const [gx, gy] = [Math.floor((x % 9) / 2), Math.floor((y % 16) / 3)];
      const isInk = column < (length[line] ?? 0) && gx < 4 && gy > 0 && glyph % 6 > 0;
      return isInk && (glyph >> (gx + 4 * (gy - 1))) % 2 === 1 ? GREY : BLACK;
    };
    return Buffer.from([0, ...Array.from({ length: WIDTH }, (_, x) => pixel(x)).flat()]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
