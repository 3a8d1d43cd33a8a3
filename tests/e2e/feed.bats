#!/usr/bin/env bats
# The feed on the real daemons: CloudEvents, filters, following, readers that come and go.
load common.bash
load town.bash

setup_file() {
  new_data
  start_up
  found_town
}

teardown_file() {
  stop_up
  rm -rf "$(dirname "$LATARNIA_DATA")"
}

setup() {
  last=$(latarnia log stat --json | jq .size)
}

@test "every position once, as CloudEvents with ASCII attributes" {
  run latarnia feed --json
  [ "$status" -eq 0 ]
  count=$(wc -l <<<"$output")
  [ "$count" -ge 8 ]
  [ "$(jq -r .sequence <<<"$output" | xargs)" = "$(seq "$count" | xargs)" ]
  [ "$(jq -r 'select(.specversion!="1.0" or (.id|length)!=36)|1' <<<"$output")" = "" ]
  [ "$(jq -r '.type' <<<"$output" | grep -vc '^pl\.lodz\.latarnia\.[A-Za-z]*\.v[0-9]*$')" = 0 ]
  ! jq -r 'del(.data)|tostring' <<<"$output" | LC_ALL=C grep -q '[^ -~]'
  # Attribute names are lower case letters and digits, as CloudEvents asks.
  ! jq -r 'keys[]' <<<"$output" | grep -q '[^a-z0-9]'
}

@test "filters, start and count" {
  [ "$(latarnia feed --json --category Worker | jq -r .subject | grep -vc '^Worker:')" = 0 ]
  [ "$(latarnia feed --json --type WorkerHired | jq -r .type | uniq -c | xargs)" = \
    "2 pl.lodz.latarnia.WorkerHired.v1" ]
  [ "$(latarnia feed --json --type CaseOpened | wc -l)" = 1 ]
  [ "$(latarnia feed --json --from 3 --count 2 | jq -r .sequence | xargs)" = "3 4" ]
  # Several kinds, and where to go on: behind what was not wanted.
  [ "$(latarnia feed --json --type WorkerHired --type CaseOpened | wc -l)" = 3 ]
  [ "$(latarnia feed --json --category Worker --category Case --type WorkerHired --type CaseOpened |
    wc -l)" = 3 ]
  size=$(latarnia log stat --json | jq .size)
  [ "$(latarnia feed --json --type WorkerHired --next | jq -s '.[-1].next')" = $((size + 1)) ]
  [ "$(latarnia feed --json --next --count 2 --from 3 | tail -1 | jq .next)" = 5 ]
  run latarnia feed --from 99999
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "lines for people" {
  run latarnia feed --type CaseOpened
  holds "$output" CaseOpened
  [ "${#lines[@]}" = 1 ]
}

@test "--follow shows what is sent meanwhile, in order and without a gap, and ends by Ctrl-C" {
  out=$(dirname "$LATARNIA_DATA")/follow
  env --default-signal=INT "$LATARNIA_BIN/latarnia" feed --follow --json --from 1 >"$out" 3>&- &
  follower=$!
  for n in $(seq 101 120); do
    tell RegisterHousehold "Household:household/H$n" --as "$coord"
  done
  size=$(latarnia log stat --json | jq .size)
  caught_up() { [ "$(wc -l <"$out")" -ge "$size" ]; }
  wait_for 10 caught_up
  kill -INT "$follower"
  wait "$follower"
  [ "$(jq -r .sequence "$out" | xargs)" = "$(seq "$(wc -l <"$out")" | xargs)" ]
}

@test "--follow survives a restart of the eventlog" {
  out=$(dirname "$LATARNIA_DATA")/restart
  "$LATARNIA_BIN/latarnia" feed --follow --json --from "$last" >"$out" 3>&- &
  follower=$!
  wait_for 10 test -s "$out"
  pkill_child() { kill -9 "$(ps -o pid=,args= --ppid "$(cat "$LATARNIA_DATA/run/up.pid")" |
    sed -n 's/^ *\([0-9]*\) .*latarnia-eventlog.*/\1/p')"; }
  pkill_child
  wait_for 20 latarnia status
  tell RegisterHousehold Household:household/H201 --as "$coord"
  seen() { jq -r .sequence "$out" | grep -qx "$last"; }
  wait_for 20 seen
  kill -TERM "$follower"
  wait "$follower"
}

@test "a follower whose reader is gone ends by itself" {
  run timeout 20 bash -c "'$LATARNIA_BIN/latarnia' feed --follow --json | head -1 >/dev/null"
  [ "$status" -eq 0 ]
}
