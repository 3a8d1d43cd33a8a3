#!/usr/bin/env bats
# latarnia log prove on a real log, checked by verify.py: beside the running log and after it stopped.
load ../e2e/common.bash
load ../e2e/town.bash

setup() {
  new_data
  home=$(dirname "$LATARNIA_DATA")
  start_up
  found_town
  settle
  key=$(latarnia log key)
  size=$(latarnia log stat --json | jq .size)
}

teardown() {
  stop_up
  rm -rf "$home"
}

verify() { python3 -B "$BATS_TEST_DIRNAME/verify.py" "$@"; }

head_covers() { [ "$(latarnia log checkpoint | sed -n 2p)" -ge "$1" ]; }

record() { # POSITION
  latarnia log dump --raw --from "$1" | head -1 | jq -r .record | base64 -d >"$home/record"
}

prove_each() { # STEP
  for n in $(seq 1 "$1" "$size"); do
    latarnia log prove --position "$n" --record >"$home/proof"
    verify record --key "$key" "$home/proof" | grep -q "^record $n is in the log"
  done
}

@test "each record is proved, running and stopped, with the record inside or given apart" {
  latarnia log prove --position "$size" >"$home/proof" # waits until a head covers it
  record "$size"
  verify record --key "$key" --record "$home/record" "$home/proof"
  run verify record --key "$key" "$home/proof"
  [ "$status" -eq 1 ]
  holds "$output" "does not hold the record"
  record 3
  run verify record --key "$key" --record "$home/record" "$home/proof"
  [ "$status" -eq 1 ]
  holds "$output" "does not lead to the root"
  prove_each 1
  latarnia down
  prove_each 4
}

@test "growth is proved between heads that an auditor kept" {
  wait_for 10 head_covers "$size"
  latarnia log checkpoint >"$home/then"
  open_case 2
  settle
  grown=$(latarnia log stat --json | jq .size)
  wait_for 10 head_covers "$grown"
  latarnia log checkpoint >"$home/now"
  latarnia log prove --consistency "$size" >"$home/proof"
  verify growth --key "$key" --old "$home/then" "$home/proof"
  # An older pair: its later head is not the newest, so the proof holds it unsigned.
  open_case 3
  settle
  wait_for 10 head_covers "$((grown + 1))"
  latarnia log prove --consistency "$size" "$grown" >"$home/proof"
  verify growth --key "$key" --old "$home/then" --new "$home/now" "$home/proof"
  run verify growth --key "$key" --old "$home/then" "$home/proof"
  [ "$status" -eq 1 ]
  run verify growth --key "$key" --old "$home/now" --new "$home/now" "$home/proof"
  [ "$status" -eq 1 ]
}

@test "what cannot be proved is refused with a sentence" {
  while IFS='|' read -r code expected words; do
    run latarnia log prove $words
    [ "$status" -eq "$code" ] || { echo "$words: $status $output"; false; }
    holds "$output" "$expected"
  done <<TABLE
100|what to prove|
100|what to prove|--position 1 --consistency 2
100|number from 1|--position 0
100|the size A|--consistency
100|must not be larger|--consistency 4 3
100|unexpected argument|--position 1 2
100|belongs to --position|--consistency 3 --record
1|the log holds $size|--position 99999
1|the log holds $size|--consistency 3 99999
TABLE
  LATARNIA_DATA=$home/nothing run latarnia log prove --position 1
  [ "$status" -eq 1 ]
  LATARNIA_DATA=$home/nothing run latarnia log key
  [ "$status" -eq 1 ]
}

@test "a log whose head or records were changed proves nothing" {
  wait_for 10 head_covers "$size"
  latarnia down
  cp -r "$LATARNIA_DATA" "$home/changed"
  rm "$home/changed/log/leaves"
  python3 - "$home/changed/log/data.mdb" <<'PYTHON'
import sys
data = open(sys.argv[1], 'rb').read()
open(sys.argv[1], 'wb').write(data.replace('Zarządzenie 1'.encode(), 'Zarządzenie 7'.encode()))
PYTHON
  run latarnia log prove --position 2 --data "$home/changed"
  [ "$status" -eq 1 ]
  holds "$output" "damaged"
  python3 - "$LATARNIA_DATA/log/checkpoint" <<'PYTHON'
import sys
lines = open(sys.argv[1], encoding='utf-8').read().split('\n')
lines[2] = ('B' if lines[2][0] == 'A' else 'A') + lines[2][1:]
open(sys.argv[1], 'w', encoding='utf-8').write('\n'.join(lines))
PYTHON
  run latarnia log prove --position 2
  [ "$status" -eq 1 ]
  holds "$output" "does not belong to this log"
}
