import type { Rule } from './rule.ts';

const vmware = ['vCenter', 'Host Client', 'ovftool'] as const;
const ova = [...vmware, 'VirtualBox'] as const;
const everybody = ['everybody'] as const;
const secureBoot = ['vCenter', 'Hyper-V Manager', 'Azure', 'GCE'] as const;

/** Every rule, in the order they are looked at. The page docs/verify.md is made from this. */
const table = {
  'release-checksums': {
    title: 'SHA256SUMS and release.json tell the same digests, and the files have them',
    protects: everybody,
    reason: 'a download that was cut short or changed is found before anything is imported',
  },
  'disk-same-bytes': {
    title: 'the disk inside has the digest that release.json states, in every artifact',
    protects: everybody,
    reason: 'what was tested on one platform is what ships on all',
  },
  'disk-size': {
    title: 'the disk has the size that release.json states, a whole number of GiB',
    protects: ['GCE', 'EC2', 'Azure'],
    reason: 'GCE and EBS count in GiB, Azure in MiB; other sizes are refused or lose the disk’s end',
  },
  'gpt-primary': {
    title: 'the primary partition table is there and matches its checksums',
    protects: everybody,
    reason: 'firmware finds nothing to boot without it',
  },
  'gpt-backup': {
    title: 'the backup partition table lies in the last sector, matches its checksums and says the same',
    protects: everybody,
    reason: 'tools that grow the disk repair from it, and warn or refuse when it is missing',
  },
  'gpt-partitions': {
    title: 'partitions have their labels and types, an identity of their own, lie on whole MiB and do not overlap',
    protects: everybody,
    reason: 'root and data are found by identity; Azure and EBS want alignment',
  },
  'boot-code': {
    title: 'the first sector holds boot code and the mark of a boot sector',
    protects: ['Hyper-V Manager', 'Azure', 'EC2', 'VirtualBox'],
    reason: 'Generation 1, legacy EC2 instances and desktops boot by BIOS',
  },
  'esp-files': {
    title: 'the EFI system partition is FAT and holds loader, configuration and boot choice',
    protects: everybody,
    reason: 'no hypervisor keeps our NVRAM: the loader has to lie at the removable path',
  },
  'esp-signatures': {
    title:
      'shim is signed under Microsoft’s UEFI CA and carries Debian’s; GRUB is signed under that; over their very bytes',
    protects: secureBoot,
    reason: 'Secure Boot refuses a loader that nobody it trusts has signed, or that was changed afterwards',
  },
  'slot-kernel': {
    title: 'the kernel of slot A is signed under Debian’s CA, over its very bytes',
    protects: secureBoot,
    reason: 'under Secure Boot GRUB starts no other kernel',
  },
  'bundle-same-bytes': {
    title: 'the slot image in the update bundle has the very bytes of slot A',
    protects: everybody,
    reason: 'what an update installs is what was tested, and later differences are reckoned from it',
  },
  'ova-archive': {
    title: 'the archive is ustar with plain files of owner 0, valid headers, and two empty blocks at its end',
    protects: ova,
    reason: 'importers know neither pax headers nor long names; a stream writer’s archive was refused by several',
  },
  'ova-members': {
    title: 'the members are descriptor, manifest and disk, in this order and with one stem',
    protects: ova,
    reason: 'vCenter reads the archive as a stream: DSP0243 wants the descriptor first',
  },
  'ova-manifest': {
    title: 'the manifest spells “SHA256(name)= hex” for descriptor and disk, and the digests hold',
    protects: ova,
    reason: 'vCenter 8 refuses SHA2-256, others a blank before the bracket; a wrong digest stops every import',
  },
  'ovf-form': {
    title: 'the descriptor is well-formed, of the OVF 1.x namespace, declares what it uses, and holds no template mark',
    protects: ova,
    reason: 'an undeclared vmw: prefix or a left mark ends the import with a message nobody understands',
  },
  'ovf-references': {
    title: 'every file, disk, network and parent that is referred to is there, once, and none is left over',
    protects: ova,
    reason: 'a dangling id is “invalid OVF descriptor”',
  },
  'ovf-sizes': {
    title: 'the descriptor’s file size and capacity are those of the disk',
    protects: ova,
    reason: 'a stale capacity gives disks of another size, a wrong file size stops the upload',
  },
  'ovf-hardware': {
    title: 'hardware every supported host has: version vmx-10 to vmx-15, known controller and card, no optional device',
    protects: ova,
    reason:
      'newer versions are refused by older hosts; sound, USB, floppy, NVRAM and host files hinder import and vMotion',
  },
  'ovf-optional': {
    title: 'vendor settings are marked as not required, and properties can be filled in',
    protects: ova,
    reason: 'what an importer does not know it may then leave out instead of refusing all',
  },
  'vmdk-header': {
    title: 'the VMDK’s header is that of a stream-optimized extent, with its text-mode test bytes',
    protects: ova,
    reason: 'importers check version, flags and grain size first',
  },
  'vmdk-descriptor': {
    title: 'the VMDK’s descriptor names its own file, type, size and a content id',
    protects: ova,
    reason: 'ovftool compares the extent’s length; a content id of all ones means no content',
  },
  'vmdk-footer': {
    title: 'the footer repeats the header, with the directory’s place, and the stream’s end is the file’s end',
    protects: ova,
    reason: 'a reader that stops at the mark hashes less than the manifest when bytes follow: “digest mismatch”',
  },
  'vmdk-grains': {
    title: 'directory and tables lead to grains that lie in order, each marked with its own sector, with zeros between',
    protects: ova,
    reason: 'vCenter streams grains and random-access readers follow the tables: both must see one disk',
  },
  'vhd-footer': {
    title: 'the VHD’s footer is that of a fixed disk and matches its checksum',
    protects: ['Azure'],
    reason: 'Azure takes no dynamic disks, and no footer that does not sum up',
  },
  'vhd-size': {
    title: 'current size, geometry and the file’s length belong together; all but the footer is whole MiB',
    protects: ['Azure'],
    reason: '“unsupported virtual size”: the upload is taken and the machine then fails',
  },
  'vhdx-headers': {
    title: 'identifier and both headers are there, match their checksums, and their log is empty',
    protects: ['Hyper-V Manager'],
    reason: 'a header that does not sum up is “corrupt”; a log wants to be replayed into a read-only download',
  },
  'vhdx-regions': {
    title: 'both region tables match their checksums, are equal, and name table and metadata within the file',
    protects: ['Hyper-V Manager'],
    reason: 'Hyper-V reads either of them',
  },
  'vhdx-metadata': {
    title: 'block size, disk size and sector sizes are there and sane, and the disk has no parent',
    protects: ['Hyper-V Manager'],
    reason: 'a missing required item makes the disk unusable',
  },
  'vhdx-blocks': {
    title: 'every block is either zeros or lies in the file on a whole MiB, and no two share a place',
    protects: ['Hyper-V Manager'],
    reason: 'blocks that overlap are corruption that shows months later',
  },
  'qcow2-header': {
    title: 'the qcow2 is version 3, has no backing file, no foreign data file, and is neither dirty nor corrupt',
    protects: ['KVM'],
    reason: 'a backing file would be somebody’s path',
  },
  'qcow2-check': {
    title: '`qemu-img check` finds nothing',
    protects: ['KVM'],
    reason: 'it follows every table and count of references',
  },
  'gce-archive': {
    title: 'gzip, old-GNU tar, one sparse member disk.raw, nothing behind it',
    protects: ['GCE'],
    reason: 'GCE refuses pax headers, other names and other members',
  },
  'aws-frame': {
    title: 'one zstd frame that states its content’s size',
    protects: ['EC2'],
    reason: 'the upload of blocks is planned by that size',
  },
} as const satisfies Readonly<Record<string, Omit<Rule, 'id'>>>;

export type RuleId = keyof typeof table;

/** Notes that a rule is broken. */
export type Tell = (rule: RuleId, where: string, message: string) => void;

export const rules: readonly (Rule & { readonly id: RuleId })[] = Object.entries(table).map(([id, rule]) => ({
  id: id as RuleId,
  ...rule,
}));
