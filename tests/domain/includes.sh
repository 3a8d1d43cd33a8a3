#!/bin/sh
# Who may include whom: base <- codec <- messages <- domain <- eventlog, bus <- service <- main.c.
# includes.sh ROOT. A core (daemons/<domain daemon>/ but main.c) sees base, messages, domain.h and itself.
set -eu
cd "$1"
failed=0

# check FILES ALLOWED: every quoted include of the files matches the expression
check() {
    for file in $1; do
        [ -f "$file" ] || continue
        bad=$(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file" |
            grep -Ev "^($2)" || true)
        for include in $bad; do
            echo "$file includes $include"
            failed=1
        done
    done
}

# the only system headers of a core: none of them does anything
check_system() {
    for file in $1; do
        [ -f "$file" ] || continue
        bad=$(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*<\([^>]*\)>.*/\1/p' "$file" |
            grep -Evx '(stdbool|stddef|stdint|string|limits|inttypes)\.h' || true)
        for include in $bad; do
            echo "$file includes <$include>"
            failed=1
        done
    done
}

low='common/(base|codec)/'
messages="$low|common/messages/|schemas/"
domain="$messages|common/domain/"
check 'common/base/*.[ch]'     'common/base/'
check 'common/codec/*.[ch]'    "$low"
check 'common/messages/*.[ch]' "$messages"
check 'common/domain/*.[ch]'   "$domain"
check 'common/eventlog/*.[ch]' "$domain|common/eventlog/"
check 'common/bus/*.[ch]'      "$domain|common/bus/"
check 'common/service/*.[ch]'  "common/|schemas/"

for daemon in intake relocation debt networking monitoring; do
    core=$(ls daemons/$daemon/*.[ch] | grep -v '/main\.c$' || true)
    check "$core" "common/(base|messages)/|common/domain/domain\.h|daemons/$daemon/"
    check_system "$core"
    check "daemons/$daemon/main.c" "common/service/|daemons/$daemon/domain\.h"
done
check 'daemons/eventlog/*.[ch]'  'common/|schemas/|daemons/eventlog/'
# views fold with the cores' own evolve, so that a screen and a decision never disagree
views='common/|schemas/|daemons/(projector|intake|relocation|debt|networking|monitoring)/'
check "$(ls daemons/projector/*.[ch] | grep -v '/log_file\.[ch]$')" "$views"
# one file reads the log without its daemon, and finds streams the way that one does
check 'daemons/projector/log_file.[ch]' "$views|daemons/eventlog/(walk|index)\.h"

# tests and tools stand outside of the house
for file in $(grep -rlE '#[[:space:]]*include[[:space:]]*"(tests|tools)/' common daemons schemas || true); do
    echo "$file includes a test or a tool"
    failed=1
done
[ "$failed" = 0 ] && echo "include direction holds"
exit "$failed"
