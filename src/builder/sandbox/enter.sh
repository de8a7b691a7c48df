#!/bin/sh
# SUMMARY: Inside fresh namespaces: lay a minimal machine over a tree and become its sshd. enter.sh TREE KEYS
# Everything that is put into the tree lies on file systems in memory, which vanish with the namespaces.
set -eu
tree=$1
keys=$2

mount --make-rprivate /
mount -t proc -o nosuid,nodev,noexec proc "$tree/proc"
mount -t tmpfs -o nosuid,mode=0755 tmpfs "$tree/dev"
for device in null zero full random urandom tty; do
    : >"$tree/dev/$device"
    mount --bind "/dev/$device" "$tree/dev/$device"
done
ln -s /proc/self/fd "$tree/dev/fd"
ln -s /proc/self/fd/0 "$tree/dev/stdin"
ln -s /proc/self/fd/1 "$tree/dev/stdout"
ln -s /proc/self/fd/2 "$tree/dev/stderr"
mkdir "$tree/dev/pts" "$tree/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$tree/dev/pts"
ln -s pts/ptmx "$tree/dev/ptmx"
mount -t tmpfs -o nosuid,nodev,mode=0755 tmpfs "$tree/run"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$tree/tmp"
mkdir -p "$tree/run/sshd" "$tree/run/lock" "$tree/run/kiln/ssh"
cp "$keys/host_key" "$keys/sshd_config" "$keys/authorized_keys" "$tree/run/kiln/ssh/"
chmod 0600 "$tree/run/kiln/ssh/host_key"
hostname kiln-sandbox
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    chroot "$tree" /usr/sbin/sshd -D -e -f /run/kiln/ssh/sshd_config
