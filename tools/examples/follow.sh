#!/bin/sh
# follow.sh DATA OUT: follows the feed. Each page becomes a file in OUT, named by the position to go on
# from, so that one rename keeps the effect and the checkpoint; killed anywhere, it goes on there.
set -eu
export LATARNIA_DATA="$1"
out=$2
mkdir -p "$out"
while :; do
  at=$(find "$out" -name '[0-9]*' -printf '%f\n' | sort -n | tail -1)
  at=${at:-1}
  code=0
  latarnia feed --json --next --from "$at" --count 1000 >"$out/new" || code=$?
  [ "$code" -ne 111 ] || { sleep 0.2; continue; } # 111: try again later
  [ "$code" -eq 0 ] || exit "$code"
  next=$(tail -1 "$out/new" | jq .next)
  [ "$next" -gt "$at" ] || { sleep 0.2; continue; }
  positions=$(sed '$d' "$out/new" | jq -r .sequence)
  [ "$positions" = "$(seq "$at" $((next - 1)))" ] || { echo "the feed has a gap behind $at" >&2; exit 1; }
  sync "$out/new"
  mv "$out/new" "$out/$next"
done
