#!/usr/bin/env bats
# latarnia up and down, with stand-ins for the daemons.
load common.bash

setup() {
  new_data
  use_standins
  export STANDIN_TRACE=$(dirname "$LATARNIA_DATA")/trace
}

teardown() {
  stop_up
  rm -rf "$(dirname "$LATARNIA_DATA")" "$bin"
}

child() { sed -n "s/^start $1 //p" "$STANDIN_TRACE" | tail -1; }

@test "up makes a private directory, starts the eventlog first and stops in reverse order" {
  start_up
  [ "$(stat -c %a "$LATARNIA_DATA")" = 700 ]
  [ "$(stat -c %a "$LATARNIA_DATA/run")" = 700 ]
  [ "$(cat "$LATARNIA_DATA/run/up.pid")" = "$up" ]
  run latarnia down
  [ "$status" -eq 0 ]
  wait "$up"
  [ "$(head -1 "$STANDIN_TRACE" | cut -d' ' -f1-2)" = "start eventlog" ]
  [ "$(grep -c '^start' "$STANDIN_TRACE")" = 7 ]
  [ "$(sed -n 's/^stop \([a-z]*\) .*/\1/p' "$STANDIN_TRACE" | tac | xargs)" = "$daemons" ]
}

@test "Ctrl-C stops everything with exit code 0" {
  # A shell gives its background jobs SIGINT ignored: start it with the default again.
  env --default-signal=INT "$bin/latarnia" up 2>/dev/null 3>&- &
  up=$!
  wait_for 20 latarnia status
  kill -INT "$up"
  wait "$up"
  for name in $daemons; do ! kill -0 "$(child "$name")" 2>/dev/null; done
}

@test "a second up on the same directory is refused and told how to stop the first" {
  start_up
  run latarnia up
  [ "$status" -eq 111 ]
  holds "$output" "already running"
  holds "$output" "latarnia down --data $LATARNIA_DATA"
  holds "$output" "process $up"
  latarnia status
}

@test "a killed daemon is started again and everything is ready again" {
  start_up
  first=$(child debt)
  kill -9 "$first"
  restarted() { [ "$(child debt)" != "$first" ] && latarnia status; }
  wait_for 10 restarted
  [ "$(grep -c '^start intake' "$STANDIN_TRACE")" = 1 ]
}

@test "a daemon that ends again and again is given up loudly, and everything stops" {
  STANDIN_DIES=monitoring run latarnia up
  [ "$status" -eq 111 ]
  holds "$output" "monitoring ends again and again"
  [ "$(grep -c '^start monitoring' "$STANDIN_TRACE")" = 6 ]
  [ "$(grep -c '^stop' "$STANDIN_TRACE")" = 6 ]
}

@test "no child survives a supervisor that is killed" {
  start_up
  kill -9 "$up"
  gone() { for name in $daemons; do ! kill -0 "$(child "$name")" 2>/dev/null || return 1; done; }
  wait_for 10 gone
  run latarnia status
  [ "$status" -eq 111 ]
}

@test "after a killed supervisor the directory is free again" {
  start_up
  kill -9 "$up"
  wait "$up" 2>/dev/null || true
  run latarnia down
  [ "$status" -eq 1 ]
  start_up
  latarnia status
}

@test "a second Ctrl-C ends the patience with a deaf daemon" {
  export STANDIN_DEAF=intake
  start_up
  begin=$SECONDS
  kill -TERM "$up"
  sleep 1
  kill -TERM "$up"
  wait "$up"
  [ $((SECONDS - begin)) -lt 8 ]
}

@test "status names who is not ready" {
  export STANDIN_LATE=projector
  "$bin/latarnia" up 2>/dev/null 3>&- &
  up=$!
  ready_count() { latarnia status --json | jq '[.processes[]|select(.ready)]|length'; }
  others_ready() { [ "$(ready_count)" = 6 ]; }
  wait_for 20 others_ready
  run latarnia status
  [ "$status" -eq 111 ]
  holds "$output" "not ready"
  [ "$(latarnia status --json | jq -r '.processes[]|select(.ready|not).name')" = projector ]
  [ "$(latarnia status --json | jq '.processes[0].lag')" = 2 ]
}

@test "--once-ready returns when everything is ready and leaves it running" {
  run latarnia up --once-ready
  [ "$status" -eq 0 ]
  latarnia status
  [ -s "$LATARNIA_DATA/up.log" ]
  latarnia down
  run latarnia up --once-ready
  [ "$status" -eq 0 ]
}

@test "--once-ready says when the start failed" {
  STANDIN_DIES=eventlog run latarnia up --once-ready
  [ "$status" -eq 111 ]
  holds "$output" "up.log"
}

@test "a missing program is named before anything starts" {
  rm "$bin/latarnia-debt"
  run latarnia up
  [ "$status" -eq 111 ]
  holds "$output" "latarnia-debt"
  [ ! -e "$STANDIN_TRACE" ]
}

@test "a path that no socket can hold is refused with advice" {
  LATARNIA_DATA=/tmp/$(printf 'x%.0s' {1..120}) run latarnia up
  [ "$status" -eq 100 ]
  holds "$output" "choose a shorter one"
}
