#!/bin/sh
# SUMMARY: cloud-init with the datasources of the six platforms and only the modules an appliance needs.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files
# A device that comes or goes later is networkd's business.
mask_units cloud-init-hotplugd.socket cloud-init-hotplugd.service
