#!/usr/bin/env bats
# send, query, replay and views on the real daemons.
load common.bash
load town.bash

setup_file() {
  new_data
  start_up
  found_town
  export BATS_LAST=$last
}

setup() {
  last=$BATS_LAST
}

teardown_file() {
  stop_up
  rm -rf "$(dirname "$LATARNIA_DATA")"
}

@test "an accepted command tells its events; the guide's place is taken in the same append" {
  run latarnia send AssignLs Case:case/C1 worker=team/LS1 --as "$coord" --after "$last"
  [ "$status" -eq 0 ]
  [ "$(jq -r .status <<<"$output")" = accepted ]
  [ "$(jq -r '[.events[].type]|sort|join(" ")' <<<"$output")" = "LsAssigned PlaceTaken" ]
  position=$(jq .position <<<"$output")
  run latarnia query caseload --json --after "$position"
  [ "$status" -eq 0 ]
  [ "$(jq '[.rows[]|select(.role=="LS")|.open]|add' <<<"$output")" = 1 ]
  [ "$(jq '[.rows[]|select(.role=="LS")|.limit][0]' <<<"$output")" = 30 ]
}

@test "a rejection has code, rule, field and a sentence in the user's language, and exits 1" {
  run latarnia send OpenCase Case:case/C9 household=household/H1 programme=LODZ readiness=yes \
    --as "$coord" --after "$last"
  [ "$status" -eq 1 ]
  [ "$(jq -r '.status' <<<"$output")" = rejected ]
  [ "$(jq -r '[.code,.rule,.field,.message]|map(select(. != null and . != ""))|length' \
    <<<"$output")" = 4 ]
  english=$(jq -r .message <<<"$output")
  LC_ALL=pl_PL.UTF-8 run latarnia send OpenCase Case:case/C9 household=household/H1 \
    programme=LODZ readiness=yes --as "$coord"
  [ "$(jq -r .message <<<"$output")" != "$english" ]
}

@test "whoever is not entitled is told so" {
  run latarnia send AssignLs Case:case/C1 worker=team/LS1 --as LS:team/LS1 --after "$last"
  [ "$status" -eq 1 ]
  [ "$(jq -r .code <<<"$output")" = NOT_ENTITLED ]
  run latarnia send AssignLs Case:case/C1 worker=team/LS1 --as COORD:team/STRANGER
  [ "$status" -eq 1 ]
  [ "$(jq -r .code <<<"$output")" = UNKNOWN_ACTOR ]
}

@test "the same command id is applied once and answered the same; other content is an error" {
  id=01900000-0000-7000-8000-000000000001
  send_it() { latarnia send RegisterHousehold "Household:household/$1" --as "$coord" --id "$id"; }
  first=$(send_it H7)
  again=$(send_it H7)
  [ "$(jq .position <<<"$first")" = "$(jq .position <<<"$again")" ]
  run send_it H8
  [ "$status" -eq 1 ]
}

@test "JSON lines: each answered in order, bad lines named, good ones kept" {
  run latarnia send --json - --as "$coord" <<'LINES'
{"command":"RegisterHousehold","stream":"Household:household/H20"}
{"command":"RegisterHousehold","stream":"Household:household/H21","fields":{"nonsense":1}}
not json

{"command":"RegisterHousehold","stream":"Household:household/H22","fields":{}}
LINES
  [ "$status" -eq 1 ]
  [ "$(jq -r .status <<<"$output" | xargs)" = "accepted rejected rejected accepted" ]
  [ "$(sed -n 2p <<<"$output" | jq .line)" = 2 ]
}

@test "one JSON command" {
  run latarnia send --json '{"command":"RegisterHousehold","stream":"Household:household/H30",
    "as":"COORD:team/K1","on":"'"$(TZ=Europe/Warsaw date +%F)"'"}'
  [ "$status" -eq 0 ]
}

@test "a mistaken entry is voided, and the past still shows it" {
  last=$(latarnia log stat --json | jq .size)
  open_case 40
  run latarnia send AssignLs Case:case/C40 worker=team/LS1 --as "$coord" --after "$last"
  entry=$(jq '.events[]|select(.type=="LsAssigned").position' <<<"$output")
  [ -n "$entry" ]
  before=$(jq '.events[-1].position' <<<"$output")
  guides() { latarnia query caseload --json "$@" | jq '[.rows[]|select(.role=="LS")|.open]|add'; }
  with=$(guides --after "$before")
  run latarnia send VoidEntry Case:case/C40 "entry=$entry" reason=wrong_subject --as "$coord"
  [ "$status" -eq 0 ]
  after=$(jq '.events[-1].position' <<<"$output")
  [ "$(guides --after "$after")" = $((with - 1)) ]
  [ "$(guides --at "$before")" = "$with" ]
  run latarnia replay --at "$after" timeline --key household/H40 --json
  [ "$(jq '[.rows[]|select(.is_void)]|length' <<<"$output")" -ge 1 ] || { echo "$output"; false; }
  run latarnia replay --at "$before" --diff "$after" caseload --json
  [ "$(jq '.changed|length' <<<"$output")" -ge 1 ]
}

@test "the same question about the past has the same answer twice" {
  position=$(latarnia log stat --json | jq .size)
  [ "$(latarnia query caseload --at "$position" --json)" = \
    "$(latarnia query caseload --at "$position" --json)" ]
  latarnia replay --at "$position" >/dev/null
}

@test "every view answers as table, JSON and CSV" {
  household=$(latarnia query caseload --json | jq -r '.rows[0].worker')
  for view in $(latarnia view list --json | jq -r .name); do
    for form in "" --json --csv --summary; do
      run latarnia query "$view" $form --key "$household"
      [ "$status" -eq 0 ] || { echo "$view $form: $status $output"; false; }
    done
  done
  [ "$(latarnia query effects --json | jq -r '.rows[0]|has("numerator") and has("unit")')" = true ]
}

@test "an unknown view is a negative answer" {
  run latarnia query caselaod
  [ "$status" -eq 1 ]
  run latarnia view digest caselaod
  [ "$status" -eq 1 ]
  holds "$output" "did you mean 'caseload'?"
}

@test "a rebuild differs in no row and keeps the digests" {
  settle
  before=$(latarnia view digest --json | jq -S -c 'select(.digest)|{name,position,digest}')
  run latarnia view rebuild --json
  [ "$status" -eq 0 ] || { echo "$output"; false; }
  [ "$(jq .different <<<"$output")" = 0 ]
  after=$(latarnia view digest --json | jq -S -c 'select(.digest)|{name,position,digest}')
  [ "$before" = "$after" ] || { printf '%s\n%s\n' "$before" "$after"; false; }
}
