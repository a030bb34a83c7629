#!/bin/bash
# Proves the two commands on a machine with nothing but python3 and python3-venv:
#   tools/fresh_machine.sh SUITE FOLDER [root|user] [run|test|both]
# SUITE is a Debian or Ubuntu release (bookworm, trixie, noble), FOLDER a place for its file system (about 3 GB).
# Needs root and debootstrap. Uses this machine's apt sources, name server and certificates; names no address.
# Times the start, stops it with Ctrl-C, kills it at every level and starts it again, and runs all tests.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
suite=${1:?suite} folder=$(realpath -m "${2:?folder}") who=${3:-root} what=${4:-both}

make_machine() {
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$folder" >"$folder.log"
}

copy_settings() {
    cp --dereference /etc/resolv.conf "$folder/etc/resolv.conf"
    if grep -qs " $suite" /etc/apt/sources.list.d/*.sources; then
        rm -f "$folder/etc/apt/sources.list"
        cp /etc/apt/sources.list.d/*.sources "$folder/etc/apt/sources.list.d/"
    fi
    cp /etc/apt/apt.conf.d/* "$folder/etc/apt/apt.conf.d/" 2>/dev/null || true
    if [ -n "${SSL_CERT_FILE:-}" ]; then install -D "$SSL_CERT_FILE" "$folder$SSL_CERT_FILE"; fi
}

copy_project() { # the work tree as git sees it, without what is ignored
    rm -rf "${folder:?}$home/takt" && mkdir -p "$folder$home/takt"
    git -C "$here" ls-files -z -co --exclude-standard | (cd "$here" && xargs -0 ls -d 2>/dev/null) |
        tar -C "$here" -cf - -T - | tar -C "$folder$home/takt" -xf -
    chroot "$folder" chown -R "$account:" "$home/takt"
}

mkdir -p "$folder"
[ -x "$folder/usr/bin/python3" ] || make_machine
chroot "$folder" id anna >/dev/null 2>&1 || chroot "$folder" useradd --create-home --shell /bin/bash anna
case $who in root) account=root home=/root ;; *) account=anna home=/home/anna ;; esac
copy_settings
copy_project
install -m 755 "$here/tools/fresh_machine_inside.sh" "$folder/usr/local/bin/inside"
certificates=$(env | grep -E '^(SSL_CERT_FILE|PIP_CERT)=' || true)
# A mount and process space of its own: nothing of this machine is mounted into the folder for others to see,
# and everything started there ends with it.
exec unshare --mount --pid --fork --kill-child /bin/bash -euc '
    mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; mount --make-rslave "$1/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"; mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
    exec chroot --userspec="$2" "$1" /usr/bin/env -i HOME="$3" PATH=/usr/sbin:/usr/bin:/sbin:/bin $4 /usr/local/bin/inside "$5"
' _ "$folder" "$account" "$home" "$certificates" "$what"
