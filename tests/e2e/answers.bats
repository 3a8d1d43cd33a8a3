#!/usr/bin/env bats
# How answers of the projector are printed: table, JSON, CSV, differences. A stand-in answers.
load common.bash

setup_file() {
  new_data
  use_standins
  start_up
}

teardown_file() {
  stop_up
  rm -rf "$(dirname "$LATARNIA_DATA")" "$bin"
}

@test "the JSON object has the promised keys, in all parts' rows" {
  run latarnia query network --json --as-of 2018-06-30
  [ "$status" -eq 0 ]
  [ "$(jq -r 'keys_unsorted|join(" ")' <<<"$output")" = \
    "view definition position root as_of known_at n rows" ]
  [ "$(jq -r '"\(.as_of) \(.n) \(.rows|length) \(.known_at)"' <<<"$output")" = \
    "2018-06-30 2 2 null" ]
  [ "$(jq -r '.rows[1].name' <<<"$output")" = 'Łódź, "Śródmieście"' ]
}

@test "CSV quotes by RFC 4180 and disarms formulas" {
  run latarnia query network --csv
  [ "$status" -eq 0 ]
  [ "${lines[0]%$'\r'}" = "partner,name,domain,area,state,last_contact,overdue,cases,requested,provided,declined" ]
  holds "$output" ",\"'=HYPERLINK(1)\","
  holds "$output" ',"Łódź, ""Śródmieście""",'
}

@test "a table has the labels of the language and keeps Polish letters in line" {
  run latarnia query network
  holds "$output" "Help requested"
  LC_ALL=pl_PL.UTF-8 run latarnia query network
  holds "$output" "Sprawy"
  holds "$output" "Łódź"
  holds "$output" "nie"
}

@test "a summary counts and adds up by state and area" {
  run latarnia query network --summary
  [ "$status" -eq 0 ]
  grep -Eq '^Active +1 +2' <<<"$output"
  grep -Eq '^4 +1 +0' <<<"$output"
  grep -Eq '^all +2 +2' <<<"$output"
}

@test "an unknown view is a negative answer in the user's language" {
  run latarnia query nothing
  [ "$status" -eq 1 ]
  holds "$output" "there is no such view"
  LC_ALL=pl_PL.UTF-8 run latarnia query nothing
  holds "$output" "nie ma takiego widoku"
}

@test "replay --diff tells added and changed rows by their first column" {
  run latarnia replay --at 10 --diff 42 network --json
  [ "$status" -eq 0 ]
  [ "$(jq -r '"\(.from) \(.to) \(.added|length) \(.removed|length) \(.changed|length)"' \
    <<<"$output")" = "10 42 1 0 1" ]
  [ "$(jq -r '.changed[0]|"\(.before.cases) \(.after.cases)"' <<<"$output")" = "1 2" ]
  run latarnia replay --at 10 --diff 42 network
  holds "$output" "cases: 1 -> 2"
  holds "$output" "+ partner="
}
