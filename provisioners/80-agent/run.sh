#!/bin/sh
# SUMMARY: The monitoring agent, node-exporter on loopback, and TLS on port 443 where the recipe opens it.
set -eu
cd "$(dirname "$0")"
. ../lib.sh

: "${KILN_PORTS?}"

systemd-sysusers --root=/ files/usr/lib/sysusers.d/kiln-agent.conf
install_files
install -D -m 0644 ../firmware/agent.mjs /usr/lib/kiln/agent.mjs
install -D -m 0644 ../firmware/outside.mjs /usr/lib/kiln/outside.mjs
install -D -m 0644 ../firmware/checks.json /usr/lib/kiln/checks.json
# The agent's group reads the configuration; only root writes it.
install -d -m 0755 /var/lib/kiln
install -d -m 2750 -o root -g kiln-agent /var/lib/kiln/configuration
enable_units kiln-agent.service kiln-outside.timer kiln-outside.path prometheus-node-exporter.service

# An image that opens no port 443 may have a web server of its own.
case " $KILN_PORTS " in
    *' 443/tcp '*)
        install -D -m 0644 tls/nginx.conf /etc/nginx/nginx.conf
        install -D -m 0644 tls/nginx-kiln.conf /etc/systemd/system/nginx.service.d/kiln.conf
        rm -f /etc/nginx/sites-enabled/default
        enable_units kiln-tls.service nginx.service
        ;;
esac
# Figures of disks' health and of packages come from timers that have nothing to tell in an appliance.
for unit in prometheus-node-exporter-apt.timer prometheus-node-exporter-ipmitool-sensor.timer \
    prometheus-node-exporter-mellanox-hca-temp.timer prometheus-node-exporter-nvme.timer \
    prometheus-node-exporter-smartmon.timer; do
    if [ -e "/usr/lib/systemd/system/$unit" ]; then mask_units "$unit"; fi
done
