#!/bin/bash
# The part of fresh_machine.sh that runs on the fresh machine. LANG is unset; the folder is not the project's.
set -u
takt=$HOME/takt/takt var=$HOME/takt/var output=$HOME/run.out failures=0
cd /

now() { date +%s.%N; }
since() { python3 -c "import sys, time; print(f'{time.time() - float(sys.argv[1]):.1f} s')" "$1"; }
note() { python3 -c "import json, sys; print(json.load(open('$var/services.json')).get('$1', ''))" 2>/dev/null; }
fail() { echo "  FAIL: $*"; failures=$((failures + 1)); tail -n 15 "$output"; }

start() { # start takt run, wait until it says where it answers, fetch the health page
    local began; began=$(now)
    "$takt" run >>"$output" 2>&1 &
    pid=$!
    until [ "$(note pid)" = "$pid" ] && [ -n "$(note address)" ]; do
        kill -0 "$pid" 2>/dev/null || { fail "it ended by itself"; exit 1; }
        sleep 0.1
    done
    echo "  answers after $(since "$began"): $(python3 -c "import urllib.request as u; print(u.urlopen('$(note address)halsa/').read().decode())")"
}
children() { cat "/proc/$pid/task/$pid/children" 2>/dev/null; }
child() { for each in $(children); do tr '\0' ' ' <"/proc/$each/cmdline" | grep -q "$1" && echo "$each" && return; done; }
left() { # what still holds the guard of the data folder
    sleep "${1:-1}"
    for each in /proc/[0-9]*; do
        ls -l "$each/fd" 2>/dev/null | grep -q "$var/.alive" && fail "left behind: $(tr '\0' ' ' <"$each/cmdline" | cut -c1-80)"
    done
}

run_it() {
    : >"$output"
    echo "first start"; start; sed -n '/igång/,$p' "$output" | head -n 12
    echo "second start at once"; "$takt" run | sed 's/^/  /'
    echo "Ctrl-C"; local began; began=$(now); kill -INT "$pid"; wait "$pid"; echo "  code $? after $(since "$began")"; left
    echo "next start"; start
    for name in gunicorn worker beat; do
        echo "kill -9 $name: started again by the supervisor"; kill -9 "$(child $name)"; sleep 4
        python3 -c "import urllib.request as u; u.urlopen('$(note address)halsa/')" || fail "no answer"
        [ -n "$(child $name)" ] || fail "$name is not back"
    done
    for name in postgres valkey; do
        echo "kill -9 $name: all stops, the next start recovers"; kill -9 "$(child $name)"; wait "$pid"; left; start
    done
    echo "kill -9 takt, next start at once"; kill -9 "$pid"; wait "$pid" 2>/dev/null; start
    echo "kill -9 takt and all its children"; kill -9 "$pid" $(children); wait "$pid" 2>/dev/null; start
    kill -TERM "$pid"; wait "$pid"; left
}

test_it() {
    local began; began=$(now)
    "$takt" test || { echo "  FAIL: tests, code $?"; failures=$((failures + 1)); }
    echo "  takt test: $(since "$began")"
}

. /etc/os-release; echo "$PRETTY_NAME, $(python3 --version), $(id -un), LANG=${LANG-unset}"
case $1 in run) run_it ;; test) test_it ;; *) run_it; test_it ;; esac
echo "$failures failures"
exit $((failures > 0))
