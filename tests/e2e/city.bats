#!/usr/bin/env bats
# The whole programme after README's first command: LATARNIA_CITY is the data directory that
# tools/run --once has left behind. tools/check runs both.
load common.bash

setup_file() {
  export LATARNIA_DATA=$LATARNIA_CITY
  "$LATARNIA_BIN/latarnia" up --once-ready 3>&-
}

teardown_file() {
  stop_up
}

setup() {
  export LATARNIA_DATA=$LATARNIA_CITY
}

@test "every hash, root and head is sound" {
  run latarnia log verify
  [ "$status" -eq 0 ]
}

@test "no guide ever had more than 30 places" {
  most=$(latarnia feed --json --type PlaceTaken | jq -s 'map(.data.places) | max')
  [ "$most" = 30 ]
}

@test "a rebuild beside the live views differs in no row" {
  run latarnia view rebuild --json
  [ "$status" -eq 0 ]
  [ "$(jq .different <<<"$output")" = 0 ]
}

@test "a question about a past day, as known at a past position, has one answer" {
  first=$(latarnia query caseload --as-of 2018-06-30 --at 50000 --json)
  [ "$(latarnia query caseload --as-of 2018-06-30 --at 50000 --json)" = "$first" ]
  [ "$(jq '[.rows[]|select(.role=="LS" and .open>0)]|length' <<<"$first")" -ge 1 ]
}

@test "all of I01's tenants are counted: 920 of 1,200 have moved" {
  effects=$(latarnia query effects --as-of "$(cat "$LATARNIA_DATA/register/last_day")" --json)
  [ "$(jq -r '.rows[]|select(.id=="I01")|"\(.numerator)/\(.denominator)"' <<<"$effects")" = 920/1200 ]
}

@test "the import sent again changes nothing" {
  size=$(latarnia log stat --json | jq .size)
  run latarnia import "$LATARNIA_DATA/register/commands.ndjson"
  [ "$status" -eq 0 ]
  [ "$(latarnia log stat --json | jq .size)" = "$size" ]
}

@test "all processes together keep at most 256 MiB of their own" {
  kib=$(for pid in $(pgrep -f "latarnia.*$LATARNIA_DATA"); do cat "/proc/$pid/status"; done |
    awk '/^Rss(Anon|Shmem):/ { sum += $2 } END { print sum }')
  echo "RssAnon + RssShmem: $((kib / 1024)) MiB" >&3
  [ "$kib" -gt 0 ]
  [ "$kib" -le $((256 * 1024)) ]
}
