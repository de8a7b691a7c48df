#!/bin/sh
# SUMMARY: RAUC writes the slot that does not run, from a signed bundle for this image and no other.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files
install -D -m 0644 ../firmware/updater.mjs /usr/lib/kiln/updater.mjs
install -D -m 0644 ../firmware/fetch.mjs /usr/lib/kiln/fetch.mjs
enable_units kiln-updater.socket kiln-updater.path kiln-updater-resume.service kiln-trial-over.timer

# What RAUC remembers of the slots: beside all other state, for every release reads it.
install -d -m 0755 /etc/rauc
install -d -m 0700 /var/lib/rauc

# verity alone: the other formats have no signature over all that is read (CVE-2026-34155 for large plain ones), or need
# keys in the image. Slots are links that point to the disk that runs, and to no clone of it: see slot-devices.
cat >/etc/rauc/system.conf <<EOF
[system]
compatible=$KILN_IMAGE
bundle-formats=verity
data-directory=/var/lib/rauc
bootloader=custom
# The update client has it started when its window is open, and notes first that it is on trial.
activate-installed=false

[handlers]
bootloader-custom-backend=/usr/lib/kiln/boot-choice

[keyring]
path=/etc/rauc/keyring.pem
# What the certificate of a signer has to be for.
check-purpose=codesign

# What a bundle in the channel consists of is fetched by the one user whom the firewall lets reach it.
[streaming]
sandbox-user=kiln-fetch

[slot.rootfs.0]
device=/run/kiln/slot-a
type=ext4
bootname=A

[slot.rootfs.1]
device=/run/kiln/slot-b
type=ext4
bootname=B
EOF

# The certificates that a bundle must be signed under.
install -m 0644 ../firmware/keyring.pem /etc/rauc/keyring.pem

# The channel whose word counts; an image without it is updated by none.
if [ -e ../firmware/channel-root.json ]; then
    install -D -m 0644 ../firmware/channel-root.json /usr/lib/kiln/channel-root.json
fi
