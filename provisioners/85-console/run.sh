#!/bin/sh
# SUMMARY: The administrator's account, and the appliance at a glance with its menu on the screen of the machine.
set -eu
cd "$(dirname "$0")"
. ../lib.sh

systemd-sysusers --root=/ files/usr/lib/sysusers.d/kiln-admin.conf
install_files
install -D -m 0755 ../firmware/menu.mjs /usr/lib/kiln/menu.mjs

# The first screen shows the appliance; login prompts are on the others, and on the serial port.
systemctl --root=/ --quiet disable getty@tty1.service
mask_units getty@tty1.service
enable_units kiln-menu.service
