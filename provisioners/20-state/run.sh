#!/bin/sh
# SUMMARY: Read-only root; all state on the data partition, which grows to the disk's end; boots are counted.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files

# A mount point in a read-only root has to exist beforehand.
install -d -m 0755 /data /srv /home
printf '# The initramfs mounts the root and the data partition; see kiln-state.\n' >/etc/fstab
enable_units kiln-grow-data.service kiln-boot-confirm.service kiln-boot-report.service

# A slot is complete as it ships: without these stamps systemd would rebuild the hardware database, the linker cache
# and the message catalogue at the first boot.
for tree in etc var; do
    printf '# Stamped by the image build.\n' >"/$tree/.updated"
done
