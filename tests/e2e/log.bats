#!/usr/bin/env bats
# The log for auditors: stat, dump, checkpoint, verify, and a flipped byte that verify finds.
load common.bash
load town.bash

setup() {
  new_data
  start_up
  found_town
  settle
}

teardown() {
  stop_up
  rm -rf "$(dirname "$LATARNIA_DATA")"
}

@test "stat, dump, checkpoint and verify agree, running and stopped" {
  size=$(latarnia log stat --json | jq .size)
  [ "$size" -ge 8 ]
  latarnia log stat | grep -q "^size"
  [ "$(latarnia log dump --raw | jq -s 'length')" = "$size" ]
  [ "$(latarnia log dump --raw --from 3 | head -1 | jq .position)" = 3 ]
  [ "$(latarnia log dump | jq -r .type | head -1)" = LogOpened ]
  run latarnia log verify --json
  [ "$status" -eq 0 ]
  [ "$(jq -c '[.sound,.running]' <<<"$output")" = "[true,true]" ]
  head_is_new() { [ "$(latarnia log checkpoint | sed -n 2p)" = "$size" ]; }
  wait_for 5 head_is_new
  [ "$(latarnia log checkpoint | sed -n 3p)" = "$(latarnia log stat --json | jq -r .root)" ]
  dump=$(latarnia log dump --raw)
  latarnia down
  [ "$(latarnia log dump --raw --offline | head -n "$size")" = "$dump" ]
  run latarnia log verify
  [ "$status" -eq 0 ]
  holds "$output" "signature checked"
}

@test "the root can be computed again from the raw records alone" {
  size=$(latarnia log stat --json | jq .size)
  root=$(latarnia log stat --json | jq -r .root)
  computed=$(latarnia log dump --raw | head -n "$size" | python3 "$BATS_TEST_DIRNAME/root.py")
  [ "$computed" = "$root" ]
}

@test "a flipped byte is found, with its position" {
  latarnia down
  python3 - "$LATARNIA_DATA/log/data.mdb" <<'PYTHON'
import sys
path = sys.argv[1]
data = bytearray(open(path, 'rb').read())
at = data.index('Zarządzenie 1'.encode())
while at >= 0:
    data[at] ^= 1
    at = data.find('Zarządzenie 1'.encode(), at)
open(path, 'wb').write(data)
PYTHON
  run latarnia log verify
  [ "$status" -eq 1 ]
  holds "$output" "position 4"
  run latarnia log verify --json
  [ "$(jq .position <<<"$(head -1 <<<"$output")")" = 4 ]
}

@test "verify of nothing is not sound" {
  stop_up
  LATARNIA_DATA=/tmp run latarnia log verify
  [ "$status" -eq 1 ]
}

@test "a head that was kept shows what was taken away since" {
  latarnia down
  kept=$LATARNIA_DATA/../kept
  cp "$LATARNIA_DATA/log/checkpoint" "$kept"
  run latarnia log verify --since "$kept"
  [ "$status" -eq 0 ]
  head -c 300 /dev/urandom >"$kept.other"
  run latarnia log verify --since "$kept.other"
  [ "$status" -eq 100 ]
  rm "$LATARNIA_DATA/log/checkpoint"
  run latarnia log verify
  [ "$status" -eq 0 ]
  run latarnia log verify --since "$kept"
  [ "$status" -eq 1 ]
  holds "$output" "signed head"
}

@test "a damaged key is not a missing one" {
  latarnia down
  sed -i 's/eventlog/eventlop/' "$LATARNIA_DATA/log.key"
  run latarnia log verify
  [ "$status" -eq 1 ]
  holds "$output" "log.key is damaged"
}
