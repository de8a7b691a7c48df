import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactKind } from '../../../src/builder/names.ts';
import type { RuleId } from '../../../src/builder/verify/rules.ts';
import { ESP_AT, rootA, run, SHIM } from './sample-boot-disk.ts';

const MIB = 2 ** 20;

/** Breaks one rule of a release; what it changes is put back afterwards. */
export interface ReleaseViolation {
  readonly rule: RuleId;
  readonly what: string;
  readonly kind: ArtifactKind;
  /** Files it changes, as names in the release's folder, or as kinds of artifacts. */
  readonly changes: 'SHA256SUMS' | 'release.json' | 'sample-1.2.3.raucb' | 'artifact';
  change(file: string): Promise<void>;
}

/** Flips one bit. */
export async function flip(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, at);
    await handle.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, at);
  } finally {
    await handle.close();
  }
}

async function reword(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const other = text.replace(from, to);
  if (other === text) throw new Error(`${file} has nothing like ${String(from)}`);
  await writeFile(file, other);
}

const sums = { kind: 'kvm', changes: 'SHA256SUMS', rule: 'release-checksums' } as const;

export const releaseViolations: readonly ReleaseViolation[] = [
  { ...sums, what: 'no list', change: (file) => rm(file) },
  { ...sums, what: 'another digest', change: (file) => reword(file, /^[0-9a-f]{8}/, '00000000') },
  { ...sums, changes: 'sample-1.2.3.raucb', what: 'another bundle', change: (file) => flip(file, 100) },
  { ...sums, changes: 'sample-1.2.3.raucb', what: 'no bundle', change: (file) => rm(file) },
  { ...sums, what: 'a line that is none', change: (file) => reword(file, /$/, 'nonsense\n') },
  {
    ...sums,
    changes: 'release.json',
    what: 'another description',
    change: (file) => reword(file, /("created": ")20/, '$119'),
  },
  {
    rule: 'disk-size',
    what: 'an artifact of another size',
    kind: 'kvm',
    changes: 'release.json',
    change: (file) => reword(file, /("virtualSizeBytes": )\d+/g, '$1512'),
  },
  {
    rule: 'disk-size',
    what: 'a disk of another size',
    kind: 'aws',
    changes: 'release.json',
    change: (file) => reword(file, /("disk": \{\s*"sizeBytes": )\d+/, `$1${2 ** 31}`),
  },
  {
    rule: 'disk-same-bytes',
    what: 'another byte',
    kind: 'azure',
    changes: 'artifact',
    change: (file) => flip(file, 500 * MIB),
  },
  {
    rule: 'qcow2-check',
    what: 'a cluster nobody counts',
    kind: 'kvm',
    changes: 'artifact',
    // The first entries of the first table of counts, which lies in the third cluster.
    change: (file) => flip(file, 2 * 65_536 + 1),
  },
];

/** Breaks one rule of the disk, by the programs that made it. */
export interface DiskViolation {
  readonly rule: RuleId;
  readonly what: string;
  change(raw: string, folder: string): Promise<void>;
}

/** Puts other content in place of a file on the ESP. */
function onEsp(rule: RuleId, what: string, name: string, content: (old: Buffer) => Buffer): DiskViolation {
  const change: DiskViolation['change'] = async (raw, folder) => {
    const file = join(folder, 'file');
    await run('mcopy', '-n', '-o', '-i', `${raw}${ESP_AT}`, `::/${name}`, file);
    await writeFile(file, content(await readFile(file)));
    await run('mcopy', '-n', '-o', '-i', `${raw}${ESP_AT}`, file, `::/${name}`);
  };
  return { rule, what, change };
}

function inSlot(what: string, ...requests: readonly string[]): DiskViolation {
  const change: DiskViolation['change'] = async (raw) => {
    for (const request of requests) await run('debugfs', '-w', '-R', request, `${raw}?offset=${rootA.start * MIB}`);
  };
  return { rule: 'slot-kernel', what, change };
}

const KERNEL = '/boot/vmlinuz-6.1.0-sample';

export const diskViolations: readonly DiskViolation[] = [
  {
    rule: 'esp-files',
    what: 'no loader at the removable path',
    change: async (raw) => {
      await run('mdel', '-i', `${raw}${ESP_AT}`, `::/${SHIM}`);
    },
  },
  onEsp('esp-files', 'an environment that is too short', 'EFI/debian/grubenv', (old) => old.subarray(0, 1000)),
  onEsp('esp-files', 'an empty configuration', 'EFI/debian/grub.cfg', () => Buffer.alloc(0)),
  { rule: 'esp-files', what: 'no FAT', change: (raw) => flip(raw, 2 * MIB + 11) },
  onEsp('esp-signatures', 'GRUB with another byte', 'EFI/BOOT/grubx64.efi', (old) => old.fill(1, 100_000, 100_001)),
  onEsp('esp-signatures', 'shim that is cut', SHIM, (old) => old.subarray(0, -8)),
  onEsp('esp-signatures', 'no loader at all', 'EFI/debian/shimx64.efi', () => Buffer.from('text')),
  {
    rule: 'esp-signatures',
    what: 'GRUB in place of shim',
    change: async (raw, folder) => {
      await run('mcopy', '-n', '-o', '-i', `${raw}${ESP_AT}`, '::/EFI/BOOT/grubx64.efi', join(folder, 'file'));
      await run('mcopy', '-n', '-o', '-i', `${raw}${ESP_AT}`, join(folder, 'file'), `::/${SHIM}`);
    },
  },
  inSlot('no link', 'rm /boot/vmlinuz'),
  inSlot('a link to nowhere', `rm ${KERNEL}`),
  inSlot('a link out of the folder', 'rm /boot/vmlinuz', 'symlink /boot/vmlinuz ../vmlinuz-6'),
  inSlot('another kernel', `rm ${KERNEL}`, `write /bin/sh ${KERNEL}`),
  { rule: 'slot-kernel', what: 'no file system', change: (raw) => flip(raw, rootA.start * MIB + 1024 + 56) },
];
