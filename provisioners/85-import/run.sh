#!/bin/sh
# SUMMARY: Take over the configuration that a platform or a disc hands over at a start.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files
install -D -m 0644 ../firmware/import.mjs /usr/lib/kiln/import.mjs
enable_units kiln-import.service
