#!/bin/sh
# SUMMARY: chrony as a client of the platform's clock, of DHCP's servers or of Debian's pool.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files
enable_units chrony.service
if has_package systemd-timesyncd; then mask_units systemd-timesyncd.service; fi
