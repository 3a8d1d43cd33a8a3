#!/usr/bin/env bats
# The gate before another version of the projector takes over: export, fold the log anew, compare.
load common.bash
load town.bash

projector() { "$LATARNIA_BIN/latarnia-projector" --data "$LATARNIA_DATA" "$@"; }
other() { "$LATARNIA_OTHER" --data "$LATARNIA_DATA" "$@"; }

# What is stored follows the log within some seconds.
export_stored() {
  rm -rf "$exports/stored"
  [ "$(projector --export "$exports/stored")" = "$size" ]
}

setup_file() {
  new_data
  exports=$(dirname "$LATARNIA_DATA")
  start_up
  found_town
  tell AssignLs Case:case/C1 worker=team/LS1 --as "$coord"
  open_case 2
  mistaken=$last
  tell VoidEntry Case:case/C2 "entry=$mistaken" reason=duplicate --as "$coord"
  open_case 3
  settle
  size=$(latarnia log stat --json | jq .size)
  export exports size
  wait_for 30 export_stored
  projector --export "$exports/folded" --at "$size"
  other --export "$exports/other" --at "$size"
}

teardown_file() {
  stop_up
  rm -rf "$exports"
}

# edit COPY VIEW EXPRESSION: a copy of the stored views with one file changed
edit() {
  rm -rf "${exports:?}/$1"
  cp -r "$exports/stored" "$exports/$1"
  sed -i "$3" "$exports/$1/$2.ndjson"
}

@test "the same version folds the log to what it has stored" {
  run latarnia view diff "$exports/stored" "$exports/folded"
  [ "$status" -eq 0 ]
  holds "$output" "no row differs"
  latarnia view diff "$exports/stored" "$exports/folded" --json |
    jq -se 'length >= 9 and all(.[]; .added + .removed + .changed == [])'
}

@test "an export carries the digests that latarnia view digest tells" {
  told=$(latarnia view digest --json | jq -r 'select(.digest)|[.name,.digest,.root]|@tsv' | sort)
  kept=$(head -qn 1 "$exports"/folded/*.ndjson | jq -r '[.name,.digest,.root]|@tsv' | sort)
  [ -n "$told" ]
  [ "$told" = "$kept" ]
}

@test "another fold differs: view, row, column, both values" {
  run latarnia view diff "$exports/stored" "$exports/other"
  [ "$status" -eq 1 ]
  holds "$output" "caseload: rows that differ: 1"
  holds "$output" "unassigned: 1 -> 0"
  run latarnia view diff "$exports/stored" "$exports/other" --json
  [ "$status" -eq 1 ]
  changed=$(jq -c 'select(.view == "caseload")|.changed' <<<"$output")
  [ "$(jq length <<<"$changed")" = 1 ]
  [ "$(jq -c '.[0]|[.before.unassigned,.after.unassigned]' <<<"$changed")" = "[1,0]" ]
  [ "$(jq -r '.[0].key == .[0].before.worker' <<<"$changed")" = true ]
}

@test "a changed, a lost and an added row are found where they are" {
  edit changed plans '2s/"goals":0/"goals":7/'
  run latarnia view diff "$exports/stored" "$exports/changed"
  [ "$status" -eq 1 ]
  holds "$output" "goals: 0 -> 7"
  edit lost plans '2d'
  run latarnia view diff "$exports/stored" "$exports/lost"
  [ "$status" -eq 100 ]
  holds "$output" "not as many rows"
  rows=$(head -1 "$exports/stored/plans.ndjson" | jq .rows)
  edit lost plans "1s/\"rows\":$rows/\"rows\":$((rows - 1))/;2d"
  run latarnia view diff "$exports/stored" "$exports/lost"
  [ "$status" -eq 1 ]
  holds "$output" "plans: rows that differ: 1"
  run latarnia view diff "$exports/lost" "$exports/stored" --json
  [ "$(jq -s 'map(.added|length)|add' <<<"$output")" = 1 ]
}

@test "a view that only one version has differs" {
  rm -rf "$exports/fewer"
  cp -r "$exports/stored" "$exports/fewer"
  rm "$exports/fewer/debts.ndjson"
  run latarnia view diff "$exports/stored" "$exports/fewer"
  [ "$status" -eq 1 ]
  holds "$output" "debts: only in $exports/stored"
}

@test "other positions and other logs are not compared" {
  projector --export "$exports/earlier" --at $((size - 1))
  run latarnia view diff "$exports/stored" "$exports/earlier"
  [ "$status" -eq 100 ]
  holds "$output" "positions $size and $((size - 1))"
  edit foreign caseload '1s/"root":"[^"]*"/"root":"AAAA"/'
  run latarnia view diff "$exports/stored" "$exports/foreign"
  [ "$status" -eq 100 ]
  holds "$output" "two different logs"
}

@test "what cannot be exported or compared says so" {
  run latarnia view diff "$exports/stored"
  [ "$status" -eq 100 ]
  run latarnia view diff "$exports/stored" "$LATARNIA_DATA/log"
  [ "$status" -eq 100 ]
  holds "$output" "no export of views"
  run projector --export "$exports/stored"
  [ "$status" -eq 111 ]
  run projector --export "$exports/late" --at $((size + 1000))
  [ "$status" -eq 1 ]
  holds "$output" "the log ends here"
  [ ! -e "$exports/late" ]
  run projector --export "$exports/late" --at none
  [ "$status" -eq 100 ]
  run "$LATARNIA_BIN/latarnia-projector" --data "$exports" --export "$exports/late"
  [ "$status" -eq 1 ]
  holds "$output" "holds no views that this version could have stored"
}
