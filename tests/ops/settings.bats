#!/usr/bin/env bats
# latarnia.conf: every key does what its sentence says, and a mistake starts nothing.
load ../e2e/common.bash

setup() {
  new_data
  mkdir -p "$LATARNIA_DATA"
}

teardown() {
  stop_up
  rm -rf "$(dirname "$LATARNIA_DATA")" ${bin:+"$bin"}
}

conf() { printf '%s\n' "$@" >"$LATARNIA_DATA/latarnia.conf"; }

ms() { date +%s%3N; }

@test "the effective settings are printed with their source, and can be read again" {
  conf '[log]' 'map_size = 2G'
  run latarnia config
  [ "$status" -eq 0 ]
  holds "$output" "map_size = 2G"
  holds "$output" "$LATARNIA_DATA/latarnia.conf:2"
  holds "$output" "segment_size = 64M"
  latarnia config >"$LATARNIA_DATA/again"
  [ "$(latarnia config --config "$LATARNIA_DATA/again" | grep -v '^#')" = "$(grep -v '^#' "$LATARNIA_DATA/again")" ]
  [ "$(latarnia config --json | jq -r 'select(.key == "map_size") | "\(.value) \(.default) \(.line)"')" = "2G false 2" ]
  [ "$(latarnia config --json | jq -s 'map(select(.default)) | length')" = "$(($(latarnia config --json | wc -l) - 1))" ]
}

@test "a mistake is named with its line and what is allowed, in both languages, and nothing starts" {
  conf '[log]' 'full_percent = 99' 'map_sise = 2G'
  for words in "config" "config -n" "up" "up -n" "up --once-ready"; do
    run latarnia $words
    [ "$status" -eq 1 ] || { echo "$words: $status $output"; false; }
    holds "$output" "latarnia.conf:2: '99' does not fit the key 'full_percent'; allowed: a number from 10 to 95"
    holds "$output" "latarnia.conf:3: [log] has no key 'map_sise'; there are: map_size, segment_size"
  done
  LC_ALL=C.UTF-8 LANGUAGE=pl run latarnia config -n
  holds "$output" "dozwolone: liczba od 10 do 95"
  [ ! -e "$LATARNIA_DATA/log" ]
  for daemon in eventlog intake projector; do
    run "$LATARNIA_BIN/latarnia-$daemon" --data "$LATARNIA_DATA"
    [ "$status" -eq 100 ]
    holds "$output" "allowed: a number from 10 to 95"
  done
  run latarnia up -n --config "$LATARNIA_DATA/none"
  [ "$status" -eq 1 ]
}

@test "up -n with sound settings says nothing, starts nothing and makes nothing" {
  conf '[up]' 'restarts = 2'
  run latarnia up -n
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [ "$(ls "$LATARNIA_DATA")" = latarnia.conf ]
}

@test "map_size, segment_size and full_percent reach the log" {
  refused() { [ "$(latarnia log stat --json | jq .refusing)" = true ]; }
  fill() { # until refused, at most so many units
    for n in $(seq "$1"); do
      latarnia send RegisterUnit "Unit:team/$1-$n" role=BIURO --as BIURO:team/BIURO || return 0
      sleep 0.1
    done
  }
  conf '[log]' 'map_size = 1M' 'segment_size = 4M' 'full_percent = 10'
  start_up
  [ "$(latarnia log stat --json | jq .map_size)" = 1048576 ]
  [ "$(stat -c %s "$LATARNIA_DATA/log/segment-0")" = 4194304 ]
  fill 20
  refused
  latarnia down
  conf '[log]' 'map_size = 1M' 'full_percent = 95'
  start_up
  fill 1
  ! refused || false
}

@test "head_interval: the next head is signed when it is over, and not before; --config names the file" {
  head_size() { latarnia log checkpoint | sed -n 2p; }
  head_moves() { [ "$(head_size)" != "$before" ]; }
  conf '[nothing]' # not read, because another file is named
  printf '[log]\nhead_interval = 60s\n' >"$LATARNIA_DATA/slow"
  start_up --config "$LATARNIA_DATA/slow"
  before=$(head_size)
  latarnia send RegisterUnit Unit:team/BIURO role=BIURO --as BIURO:team/BIURO
  if wait_for 3 head_moves; then false; fi
  latarnia down
  printf '[log]\nhead_interval = 100ms\n' >"$LATARNIA_DATA/fast"
  start_up --config "$LATARNIA_DATA/fast"
  before=$(head_size)
  latarnia send RegisterUnit Unit:team/OTHER role=BIURO --as BIURO:team/BIURO
  wait_for 3 head_moves
}

@test "restarts, restart_first, restarts_within: how often a process may end" {
  use_standins
  export STANDIN_TRACE=$(dirname "$LATARNIA_DATA")/trace
  conf '[up]' 'restarts = 2' 'restart_first = 400ms' 'restart_longest = 500ms'
  begin=$(ms)
  STANDIN_DIES=monitoring run latarnia up
  took=$(($(ms) - begin))
  [ "$status" -eq 111 ]
  [ "$(grep -c '^start monitoring' "$STANDIN_TRACE")" = 3 ]
  [ "$took" -ge 900 ] # 400 and then 500, not 800
}

@test "stop_patience: how long a process may take to stop" {
  use_standins
  conf '[up]' 'stop_patience = 300ms'
  STANDIN_DEAF=debt start_up
  begin=$(ms)
  latarnia down
  [ "$(($(ms) - begin))" -lt 5000 ]
  holds "$(cat "$(dirname "$LATARNIA_DATA")/up.err")" "debt does not stop: killed"
}

@test "level: what is less important is not written" {
  start_up
  latarnia down
  start_up --migrate
  latarnia down
  holds "$(cat "$(dirname "$LATARNIA_DATA")/up.err")" "--migrate has no effect"
  conf '[messages]' 'level = error'
  start_up --migrate
  latarnia down
  [ "$(grep -c -- "--migrate has no effect" "$(dirname "$LATARNIA_DATA")/up.err")" = 0 ]
}
