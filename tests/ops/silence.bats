#!/usr/bin/env bats
# What the processes tell operators holds ids and numbers, never content: a word that stands in every
# text field that can be sent is nowhere in what they write.
load ../e2e/common.bash
load ../e2e/town.bash

word=KANAREK

setup() {
  new_data
  home=$(dirname "$LATARNIA_DATA")
  mkdir -p "$LATARNIA_DATA"
  printf '[messages]\nlevel = debug\n' >"$LATARNIA_DATA/latarnia.conf"
}

teardown() {
  stop_up
  rm -rf "$home"
}

# Every line so far; start_up writes the file anew.
keep_messages() { cat "$home/up.err" >>"$home/all"; }

json() { latarnia send --json "$1"; }

speak() {
  policy_fields[-1]="instrument=$word instrument"
  found_town
  tell RegisterUnit Unit:team/ZLM role=ZLM "institution=$word-I" --as "$biuro"
  json "{\"command\":\"RegisterHousehold\",\"stream\":\"Household:household/H2\",\"as\":\"$coord\",
    \"fields\":{},\"legal_basis\":\"$word act\",\"after\":$last}" | grep -q accepted
  # Refused by a rule, by the roster, by the schema, by the department's own check of a sealed field.
  latarnia send AdoptPolicySet PolicySet:policy/1 "${policy_fields[@]}" --as "$biuro" \
    --decider DIRECTOR --authority "$word/$word/2017-01-02" >/dev/null || true
  latarnia send RegisterUnit Unit:team/X role=ZLM "institution=$word-X" --as "COORD:team/$word" \
    >/dev/null || true
  latarnia send RegisterUnit Unit:team/Y role=ZLM "institution=$word$(printf 'x%.0s' {1..60})" \
    --as "$biuro" >/dev/null 2>&1 || true
  latarnia send RecordVisit Case:case/C1 "note=$word" --as LS:team/LS1 >/dev/null 2>&1 || true
  # The same id with other content.
  json "{\"id\":\"0190b7a0-0000-7000-8000-000000000001\",\"command\":\"RegisterUnit\",
    \"stream\":\"Unit:team/A\",\"as\":\"$biuro\",\"fields\":{\"role\":\"MOPS\",\"institution\":\"$word-A\"}}" >/dev/null
  json "{\"id\":\"0190b7a0-0000-7000-8000-000000000001\",\"command\":\"RegisterUnit\",
    \"stream\":\"Unit:team/B\",\"as\":\"$biuro\",\"fields\":{\"role\":\"MOPS\",\"institution\":\"$word-B\"}}" >/dev/null || true
}

ask() {
  latarnia query caseload --summary >/dev/null
  latarnia query nothing >/dev/null 2>&1 || true
  latarnia view rebuild >/dev/null
  latarnia replay --at 5 >/dev/null || true
  latarnia doctor >"$home/doctor" 2>&1 || true
  latarnia log backup "$home/backup" >"$home/backed" 2>&1
}

@test "no word of what was said stands in what the processes write" {
  start_up
  speak
  ask
  settle
  for name in intake debt projector eventlog; do
    kill -9 "$(pgrep -f "latarnia-$name --data $LATARNIA_DATA\$")"
    wait_for 20 latarnia status
  done
  latarnia down
  keep_messages
  start_up --migrate # an event for the notice
  latarnia down
  keep_messages
  # A record that no longer fits its schema: whoever reads it must name its position only.
  cp "$LATARNIA_DATA/log/data.mdb" "$home/data.mdb"
  python3 - "$LATARNIA_DATA/log/data.mdb" "$word" <<'PYTHON'
import sys
data, word = bytearray(open(sys.argv[1], 'rb').read()), sys.argv[2].encode()
at = data.find(word)
while at >= 0:
    data[at - 1] ^= 0xff
    at = data.find(word, at + 1)
open(sys.argv[1], 'wb').write(data)
PYTHON
  run "$LATARNIA_BIN/latarnia" up
  echo "$output" >>"$home/all"
  holds "$output" "latarnia log verify"
  cat "$home/all" | head -200
  # It was really there to be told, and every process had something to say.
  [ "$(grep -ac "$word" "$home/data.mdb")" -ge 3 ]
  for name in $daemons; do grep -q "$name" "$home/all"; done
  grep -q "latarnia-eventlog: " "$home/all"
  [ "$(cat "$home/all" "$home/doctor" "$home/backed" | grep -ac "$word")" = 0 ]
}
