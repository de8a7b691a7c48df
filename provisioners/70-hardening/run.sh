#!/bin/sh
# SUMMARY: First hardening: sysctl, modules, SSH by key only, no root login, default-deny firewall, AppArmor, bounded logs.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
systemd-sysusers --root=/ files/usr/lib/sysusers.d/kiln-fetch.conf
install_files

: "${KILN_PORTS?}"

# Inbound is closed but for the recipe's ports, and those that the configuration opens: a file of rules each, in
# /etc/nftables.d. ICMP that keeps path MTU and neighbour discovery working stays open. Who fetches for the update client
# gets out only where that lets it.
{
    cat <<'EOF'
#!/usr/sbin/nft -f
flush ruleset

table inet kiln {
    set tls4 {
        type ipv4_addr
        size 65535
        flags dynamic
    }
    set tls6 {
        type ipv6_addr
        size 65535
        flags dynamic
    }
    # Where the update client may fetch from; empty but during its maintenance.
    set fetch4 {
        type ipv4_addr . inet_service
    }
    set fetch6 {
        type ipv6_addr . inet_service
    }
    set fetch-names {
        type inet_service
    }
    chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        ct state invalid drop
        iif lo accept
        ip protocol icmp icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } limit rate 50/second accept
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request } limit rate 50/second accept
        icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } ip6 hoplimit { 1, 255 } accept
        udp sport 67 udp dport 68 accept
        ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept
EOF
    for port in $KILN_PORTS; do
        number=${port%/*}
        protocol=${port#*/}
        # A program that takes connections from everybody can be filled by one: nobody needs this many at once.
        if [ "$port" = 443/tcp ]; then
            printf '        tcp dport 443 ct state new add @tls4 { ip saddr ct count over 256 } drop\n'
            printf '        tcp dport 443 ct state new add @tls6 { ip6 saddr ct count over 256 } drop\n'
        fi
        printf '        %s dport %s ct state new accept\n' "$protocol" "$number"
    done
    cat <<'EOF'
        include "/etc/nftables.d/*.nft"
    }
    chain forward {
        type filter hook forward priority filter; policy drop;
    }
    chain output {
        type filter hook output priority filter; policy accept;
        meta skuid "kiln-fetch" goto fetch
    }
    chain fetch {
        ip daddr . tcp dport @fetch4 accept
        ip6 daddr . tcp dport @fetch6 accept
        tcp dport @fetch-names accept
        udp dport @fetch-names accept
        reject
    }
}
EOF
} >/etc/nftables.conf
chmod 0755 /etc/nftables.conf
install -d -m 0755 /etc/nftables.d
# Of its own, the kernel asks for each module in the middle of the rules and then begins them anew, with a modprobe each
# time: seconds of a start, in the way of everything that needs a network.
{
    echo '# What /etc/nftables.conf needs.'
    printf '%s\n' nf_tables nft_ct nft_limit nft_reject_inet
    case " $KILN_PORTS " in *' 443/tcp '*) echo nft_connlimit ;; esac
} >/etc/modules-load.d/kiln-firewall.conf
chmod 0644 /etc/modules-load.d/kiln-firewall.conf
enable_units nftables.service apparmor.service ssh.service kiln-ssh-host-keys.service
mask_units sshd-keygen.service ssh.socket
# No way in past the firewall: systemd would offer SSH on the hypervisor's own socket.
install -d -m 0755 /etc/systemd/system-generators
ln -sf /dev/null /etc/systemd/system-generators/systemd-ssh-generator

# What a hypervisor says of sysctls, files, users and udev rules is heard by nobody: settings come through cloud-init. Each
# unit that listens would have a file system of its own for it, and a start would wait for all of them.
grep -l "^ImportCredential=" /usr/lib/systemd/system/*.service | while IFS= read -r unit; do
    folder=/etc/systemd/system/${unit##*/}.d
    install -d -m 0755 "$folder"
    printf '[Service]\nImportCredential=\n' >"$folder/kiln-credentials.conf"
    chmod 0644 "$folder/kiln-credentials.conf"
done
mask_units systemd-udev-load-credentials.service
# Nobody runs services of their own: a login would wait until a second systemd has come up. What traces the kernel is not
# for production.
mask_units user@.service sys-kernel-debug.mount sys-kernel-tracing.mount

# Profiles of programs that are not here confine nothing and are compiled at every boot all the same.
for profile in /etc/apparmor.d/*; do
    name=${profile##*/}
    program=${name##*.}
    if [ ! -f "$profile" ] || [ "$name" = unprivileged_userns ]; then continue; fi
    # The same goes for those that only name a program.
    if grep -q 'flags=(unconfined)' "$profile"; then
        rm "$profile"
        continue
    fi
    if command -v "$program" >/dev/null || command -v "$(printf '%s' "$program" | tr - _)" >/dev/null; then continue; fi
    rm "$profile"
done

# Private home folders and files by default; sessions of cron or at are not offered.
sed -i 's/^#*\s*UMASK\s.*/UMASK 027/; s/^#*\s*HOME_MODE\s.*/HOME_MODE 0700/' /etc/login.defs
chmod 0700 /root
# A login would wait for programs that say which kernel runs, to people and to scripts.
rm -rf /etc/update-motd.d
# Nothing of an appliance switches users but sudo.
for program in /usr/bin/chfn /usr/bin/chsh /usr/bin/newgrp /usr/bin/gpasswd /usr/bin/chage /usr/bin/expiry; do
    if [ -e "$program" ]; then chmod u-s,g-s "$program"; fi
done
