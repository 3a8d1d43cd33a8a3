#!/usr/bin/env bats
# latarnia doctor: nothing to say about a healthy system, and each ill is named, with what to do.
load ../e2e/common.bash
load ../e2e/town.bash

setup() {
  new_data
  home=$(dirname "$LATARNIA_DATA")
}

teardown() {
  stop_up
  [ -z "${holder:-}" ] || kill -9 "$holder" 2>/dev/null || true
  rm -rf "$home"
}

# A stopped log of a small town.
stopped_town() {
  start_up
  found_town
  settle
  latarnia down
}

# says LEVEL CHECK PART: there is such a finding, with something to do next, and the exit code fits.
says() {
  local code=0 found
  latarnia doctor --json >"$home/found" || code=$?
  found=$(jq -c --arg l "$1" --arg c "$2" --arg p "$3" \
    'select(.level == $l and .check == $c and (.text | contains($p)) and .next)' "$home/found")
  [ -n "$found" ] || { printf 'expected %s: %s: %s in:\n' "$@"; cat "$home/found"; return 1; }
  [ "$1" != problem ] || [ "$code" = 1 ]
}

is_well() {
  latarnia doctor --json >"$home/found" || { cat "$home/found"; return 1; }
  [ "$(jq -r 'select(.level != "ok") | .check' "$home/found" | grep -vc "^\($1\)$")" = 0 ] ||
    { cat "$home/found"; return 1; }
}

hold_reader() { # COMMITS
  "$LATARNIA_HOLD_READER" "$LATARNIA_DATA/log" "$1" >"$home/held" 3>&- &
  holder=$!
  wait_for 30 grep -q held "$home/held"
}

let_go() {
  kill -9 "$holder"
  wait "$holder" || true
}

# Whether the kernel's clock is synchronised and which file system holds /tmp is the machine's affair.
machine='clock\|file system'

@test "a healthy system: every check is ok, running and stopped; in both languages" {
  start_up
  found_town
  settle
  is_well "$machine"
  for check in settings directory "file system" disk key leftovers readers log "signed head" \
    segment LMDB map clock limits $daemons appends views; do
    [ "$(jq -r .check "$home/found" | grep -cx "$check")" = 1 ] || { echo "$check"; false; }
  done
  LANGUAGE=pl run latarnia doctor
  [ "$status" -eq 0 ]
  holds "$output" "dobrze: dziennik: wpisów"
  latarnia down
  is_well "$machine\|processes"
  says warning processes "nothing runs"
}

@test "where there is nothing, that is a problem" {
  says problem directory "No such file"
}

@test "each ill of the place is named" {
  stopped_town
  chmod 755 "$LATARNIA_DATA/log"
  says problem directory "mode 755"
  chmod 700 "$LATARNIA_DATA/log"
  chmod 640 "$LATARNIA_DATA/log.key"
  says problem key "mode 640"
  chmod 600 "$LATARNIA_DATA/log.key"
  cp "$LATARNIA_DATA/log.key" "$home/"
  echo nonsense >"$LATARNIA_DATA/log.key"
  says problem key "is not a key"
  rm "$LATARNIA_DATA/log.key"
  latarnia doctor --json | grep -q "there is no log.key"
  cp "$home/log.key" "$LATARNIA_DATA/"
  printf '[log]\nfull_percent = 3\n' >"$LATARNIA_DATA/latarnia.conf"
  says problem settings "latarnia.conf:2"
  rm "$LATARNIA_DATA/latarnia.conf"
  touch "$LATARNIA_DATA/log/core.4711"
  says problem leftovers "core dump"
  rm "$LATARNIA_DATA/log/core.4711"
  touch "$LATARNIA_DATA/log/data.mdb.new"
  says warning leftovers "data.mdb.new"
  rm "$LATARNIA_DATA/log/data.mdb.new"
  is_well "$machine\|processes"
}

@test "each ill of the log is named" {
  start_up
  cp "$LATARNIA_DATA/log/checkpoint" "$home/early"
  found_town
  settle
  latarnia down
  # A head that stayed behind.
  cp "$LATARNIA_DATA/log/checkpoint" "$home/late"
  cp "$home/early" "$LATARNIA_DATA/log/checkpoint"
  touch -d '1 hour ago' "$LATARNIA_DATA/log/checkpoint"
  says warning "signed head" " of 14, 36"
  sed -i 's/^latarnia.lodz/latarnia.lods/' "$LATARNIA_DATA/log/checkpoint"
  says problem log "signed head"
  cp "$home/late" "$LATARNIA_DATA/log/checkpoint"
  # The clock was put back.
  LD_PRELOAD=$LATARNIA_PAST says problem clock "it was put back"
  # A reader that holds a snapshot.
  hold_reader 110
  says problem readers "process $holder"
  let_go
  is_well "$machine\|processes"
  # A flipped byte.
  python3 - "$LATARNIA_DATA/log/data.mdb" <<'PYTHON'
import sys
data = open(sys.argv[1], 'rb').read()
open(sys.argv[1], 'wb').write(data.replace('Zarządzenie 1'.encode(), 'Zarządzenie 7'.encode()))
PYTHON
  says problem log "position 4"
  # Pages that LMDB itself cannot bear: the doctor lives on.
  python3 - "$LATARNIA_DATA/log/data.mdb" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], 'rb').read())
for at in range(8192, len(data), 4096):
    data[at + 10:at + 16] = b'\xff' * 6
open(sys.argv[1], 'wb').write(data)
PYTHON
  says problem log ""
}

@test "the slot of a reader that was killed is told until the log writes again" {
  start_up
  hold_reader 0
  let_go
  says warning readers "processes that are gone"
  latarnia down
  is_well "$machine\|processes"
}

@test "records that wait in the segment are told" {
  stopped_town
  cp "$LATARNIA_DATA/log/"{data.mdb,leaves,checkpoint} "$home/"
  start_up
  last=0
  open_case 2
  settle
  latarnia down
  cp "$home/"{data.mdb,leaves,checkpoint} "$LATARNIA_DATA/log/"
  says warning segment "records wait"
}

@test "a map that is filling up, and a log that refuses, are told" {
  printf '[log]\nmap_size = 1M\nfull_percent = 95\n' >"$LATARNIA_DATA.conf"
  start_up --config "$LATARNIA_DATA.conf"
  found_town
  for n in $(seq 2 240); do
    echo "{\"command\":\"RegisterHousehold\",\"stream\":\"Household:household/H$n\",\"as\":\"$coord\",\"fields\":{}}"
  done | latarnia send --json - >"$home/sent"
  [ "$(grep -c accepted "$home/sent")" = 239 ]
  latarnia down
  printf '[log]\nmap_size = 1M\nfull_percent = 10\n' >"$LATARNIA_DATA/latarnia.conf"
  says problem map "used"
  start_up
  says problem appends "refuses"
}

@test "each ill of the processes is named" {
  (ulimit -n 512 && ulimit -c unlimited && latarnia up --once-ready) 2>/dev/null 3>&-
  says problem limits "only 512 open files"
  says warning limits "core file"
  debt=$(pgrep -f "latarnia-debt --data $LATARNIA_DATA")
  kill -STOP "$debt"
  says problem debt "does not answer"
  kill -CONT "$debt"
  says problem limits "only 512"
  [ "$(jq -r 'select(.check == "debt").level' "$home/found")" = ok ]
}
