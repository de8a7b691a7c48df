#!/bin/sh
# SUMMARY: systemd-networkd on any Ethernet device, found by type; systemd-resolved without its network listeners.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files

enable_units systemd-networkd.service systemd-networkd-wait-online.service systemd-resolved.service
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
rm -f /etc/network/interfaces
