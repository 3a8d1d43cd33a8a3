#!/usr/bin/env bats
# latarnia log backup and restore against the real daemons: while an import runs, killed at any
# moment, damaged, put back and served.
load ../e2e/common.bash

facts="$BATS_TEST_DIRNAME/../../tools/data/lodz"

# Backups one after another while the import runs; every other one is killed. What happened stands in
# the file `tale`: "killed CODE" or "whole CODE SIZE".
backups_meanwhile() {
  local importer=$1 run
  while kill -0 "$importer" 2>/dev/null; do
    "$LATARNIA_BIN/latarnia" log backup "$home/backup" --json >/dev/null 2>&1 3>&- &
    run=$!
    sleep "0.0$((RANDOM % 10))"
    kill -9 "$run" 2>/dev/null || true
    code=0
    wait "$run" || code=$?
    echo "killed $code" >>"$home/tale"
    code=0
    size=$(latarnia log backup "$home/backup" --json 2>>"$home/messages" | jq .size) || code=$?
    echo "whole $code $size" >>"$home/tale"
    latarnia log verify --data "$home/backup" >/dev/null || echo "not sound" >>"$home/tale"
    sleep 0.3
  done
}

setup_file() {
  new_data
  home=$(dirname "$LATARNIA_DATA")
  export home
  latarnia simulate --seed 3 --households 24 --out "$home/register" >/dev/null 2>&1
  latarnia up --migrate --once-ready 2>/dev/null 3>&-
  "$LATARNIA_BIN/latarnia" import --close "$facts"/{areas,buildings,institutions}.csv \
    "$home/register/register.csv" "$home/register/commands.ndjson" >"$home/imported" 2>&1 3>&- &
  importer=$!
  backups_meanwhile "$importer"
  wait "$importer"
  settle
  latarnia log backup "$home/backup" --json >"$home/final"
  latarnia view digest >"$home/digests"
}

teardown_file() {
  latarnia down >/dev/null 2>&1 || true
  rm -rf "$home"
}

teardown() {
  [ -z "${other:-}" ] || latarnia down --data "$other" >/dev/null 2>&1 || true
  rm -rf "$BATS_TEST_TMPDIR"/*
}

# A short place of this test, for sockets.
new_place() {
  other=$home/$BATS_TEST_NUMBER
  export LATARNIA_DATA=$other
}

# One more record, by somebody whom the register knows.
add_one() {
  biuro=$(head -1 "$home/register/commands.ndjson" | jq -r .as)
  latarnia send RegisterUnit Unit:team/NEW role=BIURO --as "$biuro"
}

flip_record() { # DIR POSITION: changes one byte in every copy of that record
  latarnia log dump --raw --offline --data "$1" --from "$2" | head -1 | jq -r .record |
    base64 -d >"$home/record"
  python3 - "$1/data.mdb" "$home/record" <<'PYTHON'
import sys
data, record = bytearray(open(sys.argv[1], 'rb').read()), open(sys.argv[2], 'rb').read()
at = data.find(record)
assert at >= 0
while at >= 0:
    data[at + len(record) // 2] ^= 1
    at = data.find(record, at)
open(sys.argv[1], 'wb').write(data)
PYTHON
}

@test "while commands are sent, and killed at any moment, a backup is whole and grows" {
  cat "$home/tale"
  [ "$(grep -c '^killed 137' "$home/tale")" -ge 3 ]
  [ "$(grep -c '^whole 0' "$home/tale")" -ge 3 ]
  [ "$(grep -vc '^killed\|^whole 0 [0-9]' "$home/tale")" = 0 ]
  grep '^whole' "$home/tale" | cut -d' ' -f3 | sort -nc
  [ "$(grep '^whole' "$home/tale" | cut -d' ' -f3 | sort -nu | wc -l)" -ge 3 ]
  [ "$(jq .size "$home/final")" -gt 2017 ]
}

@test "a backup holds what the log holds, and nothing is added when nothing is new" {
  [ "$(jq -c '[.size, .root]' "$home/final")" = "$(latarnia log stat --json | jq -c '[.size, .root]')" ]
  latarnia log dump --raw --offline | cmp - <(latarnia log dump --raw --offline --data "$home/backup")
  [ "$(latarnia log backup "$home/backup" --json | jq .added)" = 0 ]
  [ ! -e "$home/backup/log.key" ]
  [ "$(stat -c %a "$home/backup" "$home/backup/data.mdb" | xargs)" = "700 600" ]
}

@test "a restored copy is served: the same digests at the same position, and appends go on" {
  new_place
  latarnia log restore "$home/backup"
  latarnia up --once-ready 2>/dev/null 3>&-
  reached() { [ "$(latarnia view list --json | jq -s 'map(.position) | min')" -ge "$(jq .size "$home/final")" ]; }
  wait_for 20 reached
  latarnia view digest | cmp - "$home/digests"
  [ "$(latarnia log stat --json | jq .epoch)" -gt "$(jq .epoch "$home/final")" ]
  [ "$(add_one | jq .position)" -gt "$(jq .size "$home/final")" ]
  latarnia down
  run latarnia log verify
  [ "$status" -eq 0 ]
  holds "$output" "signature checked"
}

@test "without the key a new one signs; with it the old one does, and a wrong one is refused" {
  new_place
  latarnia log restore "$home/backup"
  [ ! -e "$other/log.key" ]
  latarnia up --once-ready 2>/dev/null 3>&-
  latarnia down
  [ "$(latarnia log key)" != "$(latarnia log key --data "$home/d")" ]
  run latarnia log restore "$home/backup" --data "$home/wrong" --key "$other/log.key"
  [ "$status" -eq 1 ]
  holds "$output" "signed head"
  [ ! -e "$home/wrong" ]
  latarnia log restore "$home/backup" --data "$home/same" --key "$home/d/log.key"
  [ "$(latarnia log key --data "$home/same")" = "$(latarnia log key --data "$home/d")" ]
  [ "$(stat -c %a "$home/same/log.key")" = 600 ]
  holds "$(latarnia log verify --data "$home/same")" "signature checked"
}

@test "a restore never overwrites" {
  new_place
  mkdir "$other"
  touch "$other/anything"
  run latarnia log restore "$home/backup"
  [ "$status" -eq 1 ]
  holds "$output" "not empty"
  [ "$(ls "$other")" = anything ]
  run latarnia log restore "$home/backup" --data "$home/d"
  [ "$status" -eq 1 ]
  run latarnia log restore "$home/nothing" --data "$home/fresh"
  [ "$status" -eq 1 ]
  holds "$output" "no backup here"
  [ ! -e "$home/fresh" ]
}

@test "a restore that was killed is run again" {
  new_place
  for pause in 0.01 0.03 0.05 0.08 0.12; do
    "$LATARNIA_BIN/latarnia" log restore "$home/backup" >/dev/null 2>&1 3>&- &
    run=$!
    sleep $pause
    kill -9 $run 2>/dev/null || true
    wait $run || true
    [ ! -e "$other/log" ] || break
  done
  [ -e "$other/log" ] || latarnia log restore "$home/backup"
  [ "$(latarnia log verify --json | jq -c '[.sound, .size]')" = "[true,$(jq .size "$home/final")]" ]
}

@test "a damaged backup is refused with its first bad position, by backup and by restore" {
  new_place
  cp -r "$home/backup" "$home/bent"
  position=2017
  flip_record "$home/bent" $position
  run latarnia log restore "$home/bent"
  [ "$status" -eq 1 ]
  holds "$output" "is damaged: position $position"
  [ ! -e "$other/log" ]
  before=$(sha256sum "$home/bent/data.mdb")
  run latarnia log backup "$home/bent" --data "$home/d"
  [ "$status" -eq 1 ]
  holds "$output" "is damaged: position $position"
  LANGUAGE=pl run latarnia log backup "$home/bent" --data "$home/d"
  holds "$output" "jest uszkodzona: pozycja $position"
  [ "$(sha256sum "$home/bent/data.mdb")" = "$before" ]
}

@test "what waits in the segment of a stopped log is missed aloud, not silently" {
  new_place
  latarnia log restore "$home/backup"
  latarnia up --once-ready 2>/dev/null 3>&-
  latarnia down
  cp "$other/log/data.mdb" "$other/log/leaves" "$other/log/checkpoint" "$home/"
  size=$(latarnia log verify --json | jq .size)
  latarnia up --once-ready 2>/dev/null 3>&-
  add_one
  latarnia down
  cp "$home/data.mdb" "$home/leaves" "$home/checkpoint" "$other/log/"
  run latarnia log backup "$home/late"
  [ "$status" -eq 111 ]
  holds "$output" "wait in the segment"
  [ ! -e "$home/late" ]
  latarnia up --once-ready 2>/dev/null 3>&-
  latarnia down
  [ "$(latarnia log backup "$home/late" --json | jq .size)" -gt "$size" ]
}

@test "a terminal sees progress, a file does not" {
  [ "$(script -qec "$LATARNIA_BIN/latarnia log backup $home/seen" /dev/null | tr '\r' '\n' | grep -c '^copying \[')" -ge 2 ]
  latarnia log backup "$home/unseen" >"$home/unseen.out" 2>&1
  [ "$(grep -c copying "$home/unseen.out")" = 0 ]
}
