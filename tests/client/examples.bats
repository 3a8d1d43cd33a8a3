#!/usr/bin/env bats
# tools/examples on the real daemons: a follower sees every position once, whoever is killed; a
# command is applied once, however often it is sent; a feed with a gap is noticed.
load ../e2e/common.bash

examples=$BATS_TEST_DIRNAME/../../tools/examples
biuro=BIURO:team/BIURO

setup_file() {
  new_data
  start_up
  latarnia send RegisterUnit Unit:team/BIURO role=BIURO --as "$biuro"
  made=$(dirname "$LATARNIA_DATA")
  export made PATH="$LATARNIA_BIN:$PATH"
  # As the comment in them says: no header of ours, no library of ours.
  for name in follow send; do
    cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror "$examples/$name.c" -o "$made/$name" \
      -lzmq -lmsgpackc
  done
}

teardown_file() {
  stop_up
  rm -rf "$(dirname "$LATARNIA_DATA")"
}

pid_of() { # DAEMON
  ps -o pid=,args= --ppid "$(cat "$LATARNIA_DATA/run/up.pid")" |
    sed -n "s/^ *\([0-9]*\) .*latarnia-$1.*/\1/p"
}

new_uuid() { cat /proc/sys/kernel/random/uuid; }

register_units() { # HOW MANY
  for _ in $(seq "$1"); do
    printf '{"command":"RegisterUnit","stream":"Unit:%s","fields":{"role":"MOPS"}}\n' "$(new_uuid)"
  done | latarnia send --json - --as "$biuro" >"$made/answers"
  [ "$(grep -c '"accepted"' "$made/answers")" = "$1" ]
}

start_followers() {
  "$examples/follow.py" "$LATARNIA_DATA" "$made/py" 3>&- &
  followers=$!
  "$made/follow" "$LATARNIA_DATA" "$made/c" 3>&- &
  followers="$followers $!"
  "$examples/follow.sh" "$LATARNIA_DATA" "$made/sh" 3>&- &
  followers="$followers $!"
}

kill_followers() {
  # shellcheck disable=SC2086
  kill -9 $followers
  wait $followers || true
}

followed() { # SIZE
  [ -e "$made/py/$(($1 + 1))" ] && [ -e "$made/sh/$(($1 + 1))" ] &&
    [ "$(cut -d' ' -f1 "$made/c")" = $(($1 + 1)) ]
}

pages() { # DIRECTORY: in order, and only the finished ones
  find "$1" -name '[0-9]*' | sort -t/ -k5n | xargs cat
}

@test "followers see every position once, through the end of the eventlog and their own" {
  start_followers
  register_units 30
  kill -9 "$(pid_of eventlog)"
  sleep 0.3
  kill_followers
  start_followers
  wait_for 30 latarnia status
  register_units 30
  kill_followers
  register_units 5
  start_followers
  size=$(latarnia log stat --json | jq .size)
  wait_for 40 followed "$size"
  kill_followers
  [ "$size" -ge 66 ]
  [ "$(pages "$made/py" | jq -r .sequence | xargs)" = "$(seq "$size" | xargs)" ]
  [ "$(pages "$made/sh" | jq -r 'select(.sequence).sequence' | xargs)" = "$(seq "$size" | xargs)" ]
  [ "$(cat "$made/c")" = "$((size + 1)) $size $((size * (size + 1) / 2))" ]
  # The two forms say the same of the same event; only bytes (LogOpened) are told otherwise.
  same='select((.sequence // "1") != "1")|del(.datacontenttype)'
  [ "$(pages "$made/py" | jq -cS "$same" | md5sum)" = "$(pages "$made/sh" | jq -cS "$same" | md5sum)" ]
}

# SECONDS SENDER: it tries more than once in that time, while monitoring does not answer; then it sends
# again what was accepted, and then another content under the same id.
sends_once() {
  local pause=$1
  shift
  local id unit first again
  id=$(new_uuid) unit=$(new_uuid)
  actor=$(latarnia feed --json --type UnitRegistered --count 1 | jq -r .actor)
  kill -STOP "$(pid_of monitoring)"
  "$@" "$LATARNIA_DATA" "$id" "$unit" "$actor" >"$made/first" 3>&- &
  sender=$!
  sleep "$pause"
  [ ! -s "$made/first" ]
  kill -CONT "$(pid_of monitoring)"
  wait "$sender"
  first=$(cat "$made/first")
  again=$("$@" "$LATARNIA_DATA" "$id" "$unit" "$actor")
  [ "${first% *}" = accepted ]
  [ "$first" = "$again" ] || { echo "$first / $again" >&2; return 1; }
  run "$@" "$LATARNIA_DATA" "$id" "$(new_uuid)" "$actor"
  [ "$status" -eq 1 ]
  holds "$output" rejected
  [ "$(latarnia feed --json --type UnitRegistered | grep -c "Unit:$unit")" = 1 ]
  [ "$(latarnia feed --json | grep -c "\"command\":\"$id\"")" = 1 ]
}

@test "a command of the Python example is applied once" {
  sends_once 3 "$examples/send.py"
}

@test "a command of the C example is applied once" {
  sends_once 4 "$made/send"
}

@test "a command of the shell example is applied once" {
  sends_once 6 "$examples/send.sh"
}

@test "a gap ends each follower with a sentence, and nothing of the page is kept" {
  /usr/bin/python3 -B "$BATS_TEST_DIRNAME/gap.py" "$LATARNIA_DATA" "$made/g" 3>&- &
  proxy=$!
  wait_for 10 test -S "$made/g/run/eventlog.sock"
  for follower in "$examples/follow.py" "$made/follow" "$examples/follow.sh"; do
    run timeout 30 "$follower" "$made/g" "$made/gap"
    [ "$status" -eq 1 ] || { echo "$follower: $status $output" >&2; false; }
    grep -qE 'gap|jumps' <<<"$output"
    [ "$(find "$made/gap" -name '[0-9]*' 2>/dev/null | wc -l)" = 0 ]
    rm -rf "$made/gap"
  done
  kill "$proxy"
}
