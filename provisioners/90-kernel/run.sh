#!/bin/sh
# SUMMARY: Leave out module trees no server needs, then make the initramfs that boots on every platform.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files

set -- /usr/lib/modules/*
if [ $# -ne 1 ] || [ ! -d "$1/kernel" ]; then
    echo "90-kernel: expected one kernel under /usr/lib/modules, found: $*" >&2
    exit 1
fi
version=${1##*/}
modules=$1/kernel

# A module that depends on one of those could never load: it goes with them. modules.dep names every dependency of each.
# The kernel's package has made it; making it again takes seconds, for every module has to be unpacked.
if [ ! -e "/usr/lib/modules/$version/modules.dep" ]; then depmod "$version"; fi
grep -v '^#' module-trees-left-out.txt | awk -v root="$modules" '
    FNR == NR { out["kernel/" $1 "/"]; next }
    {
        sub(":", "", $1)
        for (i = 1; i <= NF; i++)
            for (tree in out)
                if (index($i, tree) == 1) { print root "/" substr($1, 8); next }
    }' - "/usr/lib/modules/$version/modules.dep" | xargs -r rm -f
grep -v '^#' module-trees-left-out.txt | while IFS= read -r tree; do
    rm -rf "${modules:?}/$tree"
done
# The kernel would unpack each module as it loads it, into a fresh dictionary of megabytes that init_on_alloc clears first:
# seconds of every start. Slots and artifacts are compressed as a whole. Signatures lie inside, and stay.
python3 - "$modules" <<'EOF'
import lzma, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.ko.xz")):
    plain = path.with_suffix("")
    plain.write_bytes(lzma.decompress(path.read_bytes()))
    plain.chmod(0o644)
    path.unlink()
EOF
depmod "$version"

# What systemd loads for programs that are not here, one modprobe each: a start has to wait for all of them.
mask_units modprobe@drm.service modprobe@efi_pstore.service modprobe@configfs.service modprobe@fuse.service \
    modprobe@dm_mod.service modprobe@loop.service sys-kernel-config.mount sys-fs-fuse-connections.mount \
    systemd-binfmt.service proc-sys-fs-binfmt_misc.automount dev-hugepages.mount dev-mqueue.mount
# What has nothing to do here: the root stays read-only, the kernel's command line says nothing of a network, and nobody
# serves DHCP.
mask_units systemd-remount-fs.service systemd-network-generator.service systemd-networkd-persistent-storage.service

# One name for the loader, whatever the kernel's version.
rm -f /boot/initrd.img-* /vmlinuz /vmlinuz.old /initrd.img /initrd.img.old
update-initramfs -c -k "$version"
ln -sf "vmlinuz-$version" /boot/vmlinuz
ln -sf "initrd.img-$version" /boot/initrd.img
