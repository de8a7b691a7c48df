#!/bin/sh
# SUMMARY: Name the appliance: os-release, host name, time zone, locale, package sources, no background package jobs.
set -eu
cd "$(dirname "$0")"
. ../lib.sh

: "${KILN_IMAGE:?}" "${KILN_VERSION:?}" "${KILN_TITLE:?}"

# os-release(5) wants shell quoting; these four characters are special inside double quotes.
quoted() {
    printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"$`]/\\&/g')"
}

os_release=/usr/lib/os-release
sed -i '/^IMAGE_ID=/d; /^IMAGE_VERSION=/d; /^PRETTY_NAME=/d' "$os_release"
{
    printf 'PRETTY_NAME=%s\n' "$(quoted "$KILN_TITLE $KILN_VERSION")"
    printf 'IMAGE_ID=%s\n' "$(quoted "$KILN_IMAGE")"
    printf 'IMAGE_VERSION=%s\n' "$(quoted "$KILN_VERSION")"
} >>"$os_release"

printf 'localhost\n' >/etc/hostname
# The base tree takes its mode from wherever it was made.
chmod 0644 /etc/hostname
cat >/etc/hosts <<EOF
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
EOF

printf '%s %s\n\n' "$KILN_TITLE" "$KILN_VERSION" >/etc/issue
printf '%s\n' 'Authorised access only. Activity is logged.' >/etc/issue.net
: >/etc/motd

ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
printf 'Etc/UTC\n' >/etc/timezone
printf 'LANG=C.UTF-8\n' >/etc/default/locale
printf 'LANG=C.UTF-8\n' >/etc/locale.conf

# The public mirror, never the one the bake used. The root is read-only: these are for reading about packages.
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
cat >/etc/apt/sources.list.d/debian.sources <<EOF
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF

# Updates come as whole slots; timers that would touch packages or man pages have no work here.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service man-db.timer; do
    if [ -e "/usr/lib/systemd/system/$unit" ]; then mask_units "$unit"; fi
done
