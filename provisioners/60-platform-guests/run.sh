#!/bin/sh
# SUMMARY: Guest agents of VMware, Hyper-V, Azure, AWS and KVM: all present, each started on its platform alone.
set -eu
cd "$(dirname "$0")"
. ../lib.sh

install_files

if has_package waagent; then
    # cloud-init provisions; the agent reports and runs extensions. It never formats, swaps or updates itself.
    set_waagent() {
        sed -i "s|^#* *$1=.*|$1=$2|" /etc/waagent.conf
        grep -q "^$1=" /etc/waagent.conf || printf '%s=%s\n' "$1" "$2" >>/etc/waagent.conf
    }
    set_waagent Provisioning.Agent cloud-init
    set_waagent Provisioning.RegenerateSshHostKeyPair n
    set_waagent ResourceDisk.Format n
    set_waagent ResourceDisk.EnableSwap n
    set_waagent AutoUpdate.Enabled n
    set_waagent AutoUpdate.UpdateToLatestVersion n
    set_waagent Logs.Collect n
fi
if has_package open-vm-tools; then
    enable_units kiln-ovf-settings.service
    # chrony keeps the clock; two masters would fight.
    install -d -m 0755 /etc/vmware-tools
    cat >/etc/vmware-tools/tools.conf <<EOF
[timeSync]
disable-all=true
[guestinfo]
disable-perf-mon=true
EOF
fi
