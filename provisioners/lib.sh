# SUMMARY: Words that every provisioner shares; sourced, never run.
# shellcheck shell=sh

# Copies the files/ folder beside the caller over the root tree with fixed modes, whatever the umask of the checkout
# was: programs (under a bin, sbin, scripts, hooks or kiln library folder) 0755, sudoers 0440, all else 0644.
install_files() {
    (cd files && find . -type f) | LC_ALL=C sort | while IFS= read -r file; do
        case $file in
            */bin/* | */sbin/* | */scripts/* | */hooks/* | ./usr/lib/kiln/*) mode=0755 ;;
            ./etc/sudoers.d/*) mode=0440 ;;
            *) mode=0644 ;;
        esac
        install -D -m "$mode" "files/$file" "/$file"
    done
}

# Is a package installed? has_package NAME
has_package() {
    dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

# Enables units without a running systemd. enable_units UNIT...
enable_units() {
    systemctl --root=/ --quiet enable "$@"
}

# Makes units impossible to start, by hand or as a dependency. mask_units UNIT...
mask_units() {
    systemctl --root=/ --quiet mask "$@"
}
