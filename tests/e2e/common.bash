# What the suites share. LATARNIA_BIN holds the binaries, LATARNIA_STANDIN the stand-in daemon.
export LC_ALL=C.UTF-8
unset LANGUAGE LATARNIA_AS LATARNIA_UNIT
daemons="eventlog intake relocation debt networking monitoring projector"

# Sockets need a short path.
new_data() {
  LATARNIA_DATA=$(mktemp -d /tmp/lat.XXXXXX)/d
  export LATARNIA_DATA
}

latarnia() { "${bin:-$LATARNIA_BIN}/latarnia" "$@"; }

# A directory of binaries in which every daemon is a stand-in.
use_standins() {
  bin=$(mktemp -d /tmp/latbin.XXXXXX)
  cp "$LATARNIA_BIN/latarnia" "$bin/latarnia"
  for name in $daemons; do cp "$LATARNIA_STANDIN" "$bin/latarnia-$name"; done
  export bin
}

wait_for() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

start_up() { # [options]: `latarnia up` in the background, ready
  local messages
  messages=$(dirname "$LATARNIA_DATA")/up.err
  "${bin:-$LATARNIA_BIN}/latarnia" up "$@" 2>"$messages" 3>&- &
  up=$!
  ready_or_gone() { latarnia status || ! kill -0 "$up"; }
  wait_for 30 ready_or_gone
  latarnia status >/dev/null 2>&1 || { cat "$messages" >&2; return 1; }
}

# Reactions follow what was sent: wait until everybody has read the log and it has stopped growing.
settle() {
  local before=-1 now=0
  until [ "$before" = "$now" ]; do
    before=$now
    sleep 0.5
    now=$(latarnia status --json |
      jq 'if all(.processes[]; .lag == 0) then .size else "behind" end')
    [ "$now" != '"behind"' ] || before=-1
  done
}

stop_up() {
  latarnia down >/dev/null 2>&1 || true
}

holds() { # TEXT PART
  grep -qF -- "$2" <<<"$1" && return
  printf 'expected "%s" in:\n%s\n' "$2" "$1" >&2
  return 1
}
