import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../../../src/builder/exec/run.ts';
import { PRIMARY_GPT_BYTES, readGpt } from '../../../src/builder/formats/gpt.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const { run } = createExec(new AbortController().signal);

/** A disk taken out of a release, to look into without mounting it. */
export interface GoldenDisk {
  /** Copies a file or a folder of slot A to the host. @returns where it is */
  fromSlot(path: string): Promise<string>;
  /** A file of the EFI system partition. */
  fromEsp(path: string): Promise<Buffer>;
}

/** Opens the qcow2 of a release: the smallest of the files that hold the disk as it is. */
export async function goldenDisk(releaseFolder: string, stem: string): Promise<GoldenDisk> {
  const folder = tempFolder();
  const disk = join(folder, 'disk.raw');
  const convert = ['-f', 'qcow2', '-O', 'raw', join(releaseFolder, `${stem}-kvm.qcow2`), disk];
  await run(['qemu-img', 'convert', ...convert], { purpose: 'open the artifact', timeoutSeconds: 600 });
  const head = join(folder, 'head');
  await run(['head', '-c', String(PRIMARY_GPT_BYTES), disk], {
    purpose: 'read the table',
    timeoutSeconds: 60,
    stdoutFile: head,
  });
  const { partitions } = readGpt(await readFile(head));
  const start = (label: string): number => partitions.find((partition) => partition.label === label)?.start ?? 0;
  let taken = 0;
  const place = (): string => {
    taken += 1;
    return join(folder, `file-${taken}`);
  };
  return {
    async fromSlot(path) {
      const target = place();
      await run(['mkdir', target], { purpose: 'make room', timeoutSeconds: 60 });
      await run(['debugfs', '-R', `rdump "${path}" "${target}"`, `${disk}?offset=${start('root-a')}`], {
        purpose: `read ${path}`,
        timeoutSeconds: 300,
      });
      return join(target, path.slice(path.lastIndexOf('/') + 1));
    },
    async fromEsp(path) {
      const target = place();
      await run(['mcopy', '-i', `${disk}@@${start('esp')}`, `::${path}`, target], {
        purpose: `read ${path}`,
        timeoutSeconds: 60,
      });
      return readFile(target);
    },
  };
}
