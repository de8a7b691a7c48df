#!/bin/sh
# SUMMARY: Inside fresh namespaces: make a tree the root, lay a minimal machine over it, become its sshd. enter.sh TREE KEYS
# Everything that is put into the tree lies on file systems in memory, which vanish with the namespaces.
set -eu
tree=$1
keys=$2
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 022

mount --make-rprivate /
# A mount of its own is what pivot_root asks for.
mount --bind "$tree" "$tree"
mount -t proc -o nosuid,nodev,noexec proc "$tree/proc"
# The host's kernel is tuned by the host alone.
mount --bind "$tree/proc/sys" "$tree/proc/sys"
mount -o remount,bind,ro,nosuid,nodev,noexec "$tree/proc/sys"
if [ -e "$tree/proc/sysrq-trigger" ]; then mount --bind /dev/null "$tree/proc/sysrq-trigger"; fi
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
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$tree/dev/shm"
mount -t tmpfs -o nosuid,nodev,mode=0755 tmpfs "$tree/run"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$tree/tmp"
mkdir -p "$tree/run/sshd" "$tree/run/lock" "$tree/run/kiln/ssh"
cp "$keys/host_key" "$keys/sshd_config" "$keys/authorized_keys" "$tree/run/kiln/ssh/"
chmod 0600 "$tree/run/kiln/ssh/host_key"
hostname kiln-sandbox

# The old root is laid over the new one at the same place, and taken away: nothing of the host can be reached.
cd "$tree"
pivot_root . .
umount -l .
cd /
# Root here, but without a say in the host's network, kernel modules, clock and devices, which no namespace keeps apart.
exec env -i PATH="$PATH" LC_ALL=C.UTF-8 \
    setpriv --bounding-set=-net_admin,-sys_module,-sys_rawio,-sys_time,-sys_boot,-syslog,-mknod \
    /usr/sbin/sshd -D -e -f /run/kiln/ssh/sshd_config
