#!/usr/bin/env bats
# What can be typed without a running system: usage, help, languages, schemas, completion.
load common.bash

setup() {
  export LATARNIA_DATA=/nonexistent/latarnia
}

@test "wrong words exit 100 with a sentence, and what was meant" {
  run latarnia
  [ "$status" -eq 100 ]
  run latarnia qeury caseload
  [ "$status" -eq 100 ]
  holds "$output" "did you mean 'query'?"
  run latarnia log
  [ "$status" -eq 100 ]
  holds "$output" "stat dump verify checkpoint prove key backup restore"
  run latarnia log verfy
  [ "$status" -eq 100 ]
}

@test "wrong options and values exit 100 and say what was expected" {
  while IFS='|' read -r expected words; do
    run latarnia $words
    [ "$status" -eq 100 ] || { echo "$words: $status $output"; false; }
    holds "$output" "$expected"
  done <<'TABLE'
unrecognized|status --nonsense
which view|query
2018-02-31|query caseload --as-of 2018-02-31
number from 1 to 9|query caseload --area 12
give one of them|query caseload --at 3 --known-at 2018-01-01
not two of them|query caseload --json --csv
which point|replay caseload
position, a day or a moment|replay --at yesterday
number from 1|feed --from 0
did you mean|feed --category Csae
no event|feed --type Nothing
expected COMMAND|send
did you mean|send AsignLs Case:team/C1
CATEGORY:ID|send VoidEntry team/C1
lives in a stream of category Case|send AssignLs Household:team/C1 worker=team/LS1 --as COORD:team/K1
ROLE:ACTOR|send AssignLs Case:team/C1 worker=team/LS1 --as team/K1
no role|send AssignLs Case:team/C1 worker=team/LS1 --as KING:team/K1
worker|send AssignLs Case:team/C1 worker=x --as COORD:team/K1
no field|send AssignLs Case:team/C1 guide=team/LS1 --as COORD:team/K1
needs this field|send AssignLs Case:team/C1 --as COORD:team/K1
occurred_on|send AssignLs Case:team/C1 worker=team/LS1 --as COORD:team/K1 --on 2018-02-31
BODY/DOCUMENT/DAY|send AssignLs Case:team/C1 worker=team/LS1 --authority mayor
not JSON|send --json {
may mean several|send ScreenReferral Referral:team/R1 --as COORD:team/K1
which message|schema show
which format|schema export
no format|schema export --format yaml
bash|completion fish
Too many|log stat extra
TABLE
}

@test "without a running system the exit code is 111 and the sentence says what to type" {
  for words in "query caseload" "feed" "log stat" "log dump" "log checkpoint" "view list" \
    "view digest" "view rebuild" "replay --at 3" "status"; do
    run latarnia $words
    [ "$status" -eq 111 ] || { echo "$words: $status $output"; false; }
    holds "$output" "latarnia up --data $LATARNIA_DATA"
  done
  run latarnia send AssignLs Case:team/C1 worker=team/LS1 --as COORD:team/K1
  [ "$status" -eq 111 ]
}

@test "down finds nothing, verify finds no log" {
  run latarnia down
  [ "$status" -eq 1 ]
  run latarnia log verify
  [ "$status" -ne 0 ]
}

@test "every command of the table has help in both languages" {
  run latarnia help
  [ "$status" -eq 0 ]
  commands=$(sed -n 's/^  \([a-z ]*[a-z]\)  *[A-Z].*/\1/p' <<<"$output" | sed 's/  .*//')
  [ "$(wc -l <<<"$commands")" -ge 20 ]
  while read -r words; do
    case $words in help | import | simulate) continue ;; esac
    run latarnia $words --help
    [ "$status" -eq 0 ] || { echo "$words: $status"; false; }
    holds "$output" "latarnia $words"
    run latarnia help $words
    [ "$status" -eq 0 ]
  done <<<"$commands"
}

@test "a locale that does not exist still speaks Polish" {
  LC_ALL=pl_PL.UTF-8 run latarnia qeury
  holds "$output" "może 'query'?"
  LC_ALL=C.UTF-8 LANGUAGE=pl run latarnia help
  holds "$output" "Użycie:"
  LC_ALL=C LANGUAGE=pl run latarnia help
  holds "$output" "Usage:"
  LC_ALL=en_GB.UTF-8 run latarnia help
  holds "$output" "Usage:"
}

@test "schemas are listed and shown, events also by their command" {
  run latarnia schema list
  [ "$status" -eq 0 ]
  holds "$output" "LsAssigned"
  [ "$(latarnia schema list --json | jq -s length)" -gt 100 ]
  run latarnia schema show AssignLs
  [ "$status" -eq 0 ]
  holds "$output" "latarnik"
  [ "$(latarnia schema show LsAssigned --json | jq -r .command)" = AssignLs ]
  run latarnia schema show AssignLx
  [ "$status" -eq 1 ]
  holds "$output" "did you mean 'AssignLs'?"
}

@test "schemas are exported for other languages" {
  [ "$(latarnia schema export --format jsonschema |
    jq -c '."$defs".LsAssigned|[.required[0],."x-type",."x-category"]')" = '["worker",338,262]' ]
  [ "$(latarnia schema export --format asyncapi | jq -r .asyncapi)" = 3.0.0 ]
  latarnia schema export --format cddl | grep -qx 'LsAssigned-message = .338, LsAssigned.'
  LC_ALL=pl_PL.UTF-8 run latarnia schema export --help
  holds "$output" "dla innych języków"
}

@test "the completion script is bash and completes verbs" {
  latarnia completion bash | bash -n
  run bash -c 'eval "$('"$LATARNIA_BIN"'/latarnia completion bash)"; COMP_WORDS=(latarnia log v)
    COMP_CWORD=2; _latarnia; echo "${COMPREPLY[@]}"'
  [ "$output" = verify ]
  complete_value() { bash -c 'eval "$('"$LATARNIA_BIN"'/latarnia completion bash)"
    COMP_WORDS=(latarnia "$@"); COMP_CWORD=$#; _latarnia; echo "${COMPREPLY[@]}"' - "$@"; }
  [ "$(complete_value schema export --format js)" = jsonschema ]
  holds "$(complete_value feed --category Rel)" Relocation
  holds "$(complete_value feed --type Case)" CaseOpened
  holds "$(complete_value feed --n)" --next
}

@test "version" {
  run latarnia --version
  [ "$status" -eq 0 ]
  holds "$output" latarnia
}

@test "a reader who goes away is no error" {
  run bash -o pipefail -c "'$LATARNIA_BIN/latarnia' schema list --json | head -1 >/dev/null"
  [ "$status" -eq 0 ]
}
