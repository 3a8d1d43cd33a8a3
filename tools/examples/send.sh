#!/bin/sh
# send.sh DATA COMMAND UNIT ACTOR: asks monitoring to register a unit of MOPS; ids are UUIDs. It asks
# until there is an answer, always with the same command id: applied once, answered the same.
set -eu
export LATARNIA_DATA="$1"
while :; do
  code=0
  answer=$(latarnia send RegisterUnit "Unit:$3" role=MOPS --as "BIURO:$4" --id "$2") || code=$?
  [ "$code" -eq 111 ] || break # 111: try again later
  sleep 0.2
done
echo "$answer" | jq -r '"\(.status) \(.position // .code)"'
exit "$code"
