#!/bin/sh
# SUMMARY: Runs a command as an ordinary user with subordinate ids who exists in a private mount namespace only. as-user.sh UID HOME COMMAND...
# To be started by root in a mount namespace of its own.
set -eu
id=$1
home=$2
shift 2
tables=$(mktemp -d)
# The bind mounts keep the files; their names can go.
trap 'rm -rf "$tables"' EXIT
{ cat /etc/passwd && echo "kiln-test:x:$id:$id::$home:/bin/sh"; } >"$tables/passwd"
{ cat /etc/group && echo "kiln-test:x:$id:"; } >"$tables/group"
echo "kiln-test:$((id * 65536)):65536" >"$tables/subuid"
cp "$tables/subuid" "$tables/subgid"
chmod 0644 "$tables"/*
for table in passwd group subuid subgid; do mount --bind "$tables/$table" "/etc/$table"; done
rm -rf "$tables"
trap - EXIT
exec setpriv --reuid "$id" --regid "$id" --clear-groups env HOME="$home" USER=kiln-test "$@"
