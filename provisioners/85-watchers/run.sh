#!/bin/sh
# SUMMARY: SNMPv3 and syslog over TLS for those who watch the appliance: there, and off until the configuration names them.
set -eu
cd "$(dirname "$0")"
. ../lib.sh

systemd-sysusers --root=/ files/usr/lib/sysusers.d/kiln-syslog.conf
install_files
# Debian's settings answer everybody on loopback.
rm -f /etc/snmp/snmpd.conf
systemctl --root=/ --quiet disable snmpd.service rsyslog.service
mask_units snmpd.service rsyslog.service syslog.socket
# Their conditions keep them off: nothing to enable or to forget when the configuration changes.
enable_units kiln-snmp.service kiln-syslog.service
# Rotates files that nothing writes.
rm -f /etc/logrotate.d/rsyslog
