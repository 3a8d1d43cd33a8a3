#!/usr/bin/env bash
# smoke.sh BIN: every benchmark program once, briefly, against real daemons. Not about speed.
set -euo pipefail
bin=$1
scratch=$(mktemp -d /tmp/lat.XXXXXX)
pid=
cleanup() {
  [ -z "$pid" ] || { kill "$pid" && wait "$pid" || true; }
  rm -rf "$scratch"
}
trap cleanup EXIT

figures() { # COUNT COMMAND..: so many figures, each above zero
  local wanted=$1
  shift
  "$@" | awk -F'\t' -v n="$wanted" 'NF != 3 || $2 <= 0 { bad = 1 } { print } END { exit bad || NR != n }'
}

figures 1 "$bin/bench_grow" "$scratch/log" 20000
"$bin/latarnia-eventlog" --data "$scratch/log" &
pid=$!
for _ in $(seq 200); do [ -S "$scratch/log/run/eventlog.sock" ] && break; sleep 0.05; done

figures 3 "$bin/bench_ceiling" append "$scratch" ceiling 4 2 0.1
figures 3 "$bin/bench_ceiling" echo "$scratch" echo 2 0.1
figures 3 "$bin/bench_append" "$scratch/log" append 4 2 3 0.1
figures 3 "$bin/bench_ask" stream "$scratch/log" stream 2 0.1
figures 1 "$bin/bench_read" "$scratch/log" read 3 0
kill $pid
wait $pid
pid=
"$bin/latarnia" log verify --data "$scratch/log"
