#!/bin/sh
# SUMMARY: What puts the appliance's configuration in force, and finishes or undoes at a start what was cut short.
set -eu
cd "$(dirname "$0")"
. ../lib.sh

install_files
install -D -m 0755 ../firmware/appliancectl.mjs /usr/bin/appliancectl
# Certificates of authorities that a configuration names.
install -d -m 0755 /etc/kiln /etc/kiln/authorities
# Debian's own as they come, for what lies in /etc hides those of later slots.
install -m 0644 /etc/ssl/certs/ca-certificates.crt /usr/lib/kiln/ca-certificates.crt
enable_units kiln-configuration.service
