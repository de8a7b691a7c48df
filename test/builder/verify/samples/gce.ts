import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GceTarWriter } from '../../../../src/builder/formats/gnu-tar/gce-writer.ts';
import { checkGce } from '../../../../src/builder/verify/archives.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { overwrite, type Sample, type Violation } from '../sample.ts';
import { DISK_BYTES, deflated, survey } from './disk.ts';

const rule = 'gce-archive';

/** Changes the tar inside, and its checksum unless that is what is changed. */
function inTar(what: string, at: number, text: string): Violation {
  const change: Violation['change'] = (file) => {
    const tar = gunzipSync(file);
    tar.write(text, at, 'latin1');
    if (at !== 148) sealTarHeader(tar.subarray(0, 512));
    return gzipSync(tar);
  };
  return { rule, what, change };
}

/** The sum of all bytes, the field itself taken as blanks. */
export function sealTarHeader(header: Buffer): void {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

export const gce: Sample = {
  name: 'gce',
  make: async () => {
    const path = join(tempFolder(), 'x.tar.gz');
    const writer = await GceTarWriter.create(path, survey, 1e9);
    await writer.add(deflated);
    await writer.finish();
    return readFile(path);
  },
  check: (bytes, path, tell) => checkGce(path, bytes, DISK_BYTES, tell),
  places: [[0, 600]],
  violations: [
    overwrite(rule, 'no gzip', 0, [0]),
    overwrite(rule, 'a name in the gzip', 3, [8]),
    overwrite(rule, 'what can not be unpacked', 10, [255, 255]),
    inTar('another name', 0, 'disk.img'),
    inTar('another header', 257, 'ustar\x0000'),
    inTar('a plain file', 156, '0'),
    inTar('an owner', 108, '0001750'),
    inTar('a group', 116, '0001750'),
    inTar('another size', 483, '00000001000'),
    inTar('a wrong checksum', 148, '000000'),
    { rule, what: 'a file cut in its header', change: (file) => file.subarray(0, 30) },
    { rule, what: 'an empty file', change: () => Buffer.alloc(0) },
  ],
};
