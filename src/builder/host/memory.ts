import { readFile, statfs } from 'node:fs/promises';

/** Where the kernel tells about memory; another folder in tests. */
export interface MemorySources {
  meminfo: string;
  cgroup: string;
  mountinfo: string;
  shm: string;
}

const system: MemorySources = {
  meminfo: '/proc/meminfo',
  cgroup: '/sys/fs/cgroup',
  mountinfo: '/proc/self/mountinfo',
  shm: '/dev/shm',
};

/**
 * Bytes a RAM-backed folder may take without pushing the host into trouble: the least of what the tmpfs has free, what
 * the kernel could give (MemAvailable) and what is left under our cgroup's limit, where tmpfs pages count too.
 * @returns 0 when there is no tmpfs, or programs can not be started from it (containers mount theirs noexec)
 */
export async function freeMemoryFolderBytes(sources: MemorySources = system): Promise<number> {
  if (!(await isUsable(sources))) return 0;
  const { bavail, bsize } = await statfs(sources.shm);
  return Math.max(0, Math.min(bavail * bsize, await availableMemoryBytes(sources)));
}

/** Bytes of memory programs can still take before the host or our cgroup runs short. */
export async function availableMemoryBytes(sources: MemorySources = system): Promise<number> {
  const meminfo = await readFile(sources.meminfo, 'utf8');
  const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024;
  const limit = await cgroupNumber(sources, 'memory.max');
  const used = await cgroupNumber(sources, 'memory.current');
  return limit === undefined || used === undefined ? available : Math.max(0, Math.min(available, limit - used));
}

/** cgroup v2; "max" means no limit. At the root of the hierarchy the files do not exist. */
async function cgroupNumber(sources: MemorySources, file: string): Promise<number | undefined> {
  try {
    const text = (await readFile(`${sources.cgroup}/${file}`, 'utf8')).trim();
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** proc(5) mountinfo: field 5 is the mount point, 6 its options, and the type follows the lone hyphen. */
async function isUsable(sources: MemorySources): Promise<boolean> {
  const lines = (await readFile(sources.mountinfo, 'utf8')).split('\n').map((line) => line.split(' '));
  const mount = lines.findLast((fields) => fields[4] === sources.shm);
  if (mount === undefined) return false;
  const options = (mount[5] ?? '').split(',');
  return mount[mount.indexOf('-') + 1] === 'tmpfs' && options.includes('rw') && !options.includes('noexec');
}
