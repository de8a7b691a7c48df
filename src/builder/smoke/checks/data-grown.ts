import { type Check, output } from './check.ts';

const SECTOR_BYTES = 512;
/** Room for the backup partition table and alignment. */
const MAX_LEFT_BYTES = 2 * 2 ** 20;
/** ext4 keeps some of its partition for tables. */
const MIN_SHARE = 0.9;

/** The disk given to a guest is larger than the one shipped, so this growth is real. */
export const dataGrown: Check = {
  id: 'data-grown',
  title: 'the data partition and its file system reach the end of the disk',
  async run({ shell }) {
    const source = await output(shell, 'findmnt --noheadings --output SOURCE --mountpoint /data');
    const name = source.replace('/dev/', '');
    const folder = `/sys/class/block/${name}`;
    const sizes = await output(shell, `cat ${folder}/start ${folder}/size "$(readlink -f ${folder})/../size"`);
    const [start = 0, size = 0, disk = 0] = sizes.split('\n').map((sectors) => Number(sectors) * SECTOR_BYTES);
    const fileSystem = Number(await output(shell, 'df --block-size=1 --output=size /data | tail -n 1'));
    const left = disk - (start + size);
    return {
      passed: left <= MAX_LEFT_BYTES && fileSystem >= size * MIN_SHARE,
      detail: `disk ${mib(disk)}, partition ${mib(size)}, file system ${mib(fileSystem)}, ${mib(left)} left behind it`,
    };
  },
};

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
