import { vhdFooter } from '../../../../src/builder/formats/vhd/footer.ts';
import { checkVhd } from '../../../../src/builder/verify/vhd.ts';
import { overwrite, type Sample } from '../sample.ts';

const SIZE = 2 * 2 ** 20;

/** The one's complement of the footer's sum, its own field left out. */
function seal(file: Buffer): void {
  const footer = file.subarray(-512);
  if (footer.length < 512) return;
  footer.fill(0, 64, 68);
  footer.writeUInt32BE(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
}

export const vhd: Sample = {
  name: 'vhd',
  make: async () =>
    Buffer.concat([Buffer.alloc(SIZE), vhdFooter({ sizeBytes: SIZE, epoch: 1e9, uuid: Buffer.alloc(16, 7) })]),
  check: (bytes, _, tell) => checkVhd(bytes, SIZE, tell),
  places: [[SIZE, 512]],
  seal,
  violations: [
    overwrite('vhd-footer', 'no cookie', -512, 'xonectix', seal),
    overwrite('vhd-footer', 'another version', -512 + 13, [2], seal),
    overwrite('vhd-footer', 'a dynamic disk', -512 + 63, [3], seal),
    overwrite('vhd-footer', 'a creator whose sizes are rounded', -512 + 28, 'vpc ', seal),
    overwrite('vhd-footer', 'a saved state', -512 + 84, [1], seal),
    overwrite('vhd-footer', 'something in the rest', -1, [1], seal),
    overwrite('vhd-footer', 'a checksum that is wrong', -512 + 67, [0]),
    overwrite('vhd-size', 'another current size', -512 + 55, [1], seal),
    overwrite('vhd-size', 'another geometry', -512 + 57, [1], seal),
    { rule: 'vhd-size', what: 'a file cut in front', change: (file) => file.subarray(4096) },
    { rule: 'vhd-footer', what: 'a file shorter than a footer', change: (file) => file.subarray(0, 100) },
    { rule: 'vhd-footer', what: 'an empty file', change: () => Buffer.alloc(0) },
  ],
};
