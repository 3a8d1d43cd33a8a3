#!/bin/sh
# The cores decide without clock, disk, socket or memory of their own (DESIGN.md 2, law 2), proved from
# what they ask the linker for: purity.sh BASE MESSAGES DOMAIN CORE...  (static libraries)
#
# A core may use itself, the engine's functions of common/domain/domain.h, messages, base and the memory
# and string functions of libc below; it has no object that can change. The engine may hold memory.
set -eu
LC_ALL=C
export LC_ALL
base=$1 messages=$2 domain=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

libc='mem(cpy|set|cmp|move|chr)(_chk)?|__mem(cpy|set|move)_chk|str(len|cmp|ncmp|nlen)'
compiler='__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|sanitizer|sancov|odr_asan|gcov|llvm_gcov)[A-Za-z0-9_.]*'

defined() { nm --defined-only "$@" 2>/dev/null | awk 'NF == 3 {print $3}'; }
undefined() { nm -u "$1" 2>/dev/null | awk '$1 == "U" {print $2}' | sort -u; }

# what lat_domain offers to cores: decide.c alone, not the roster's memory
mkdir "$work/domain"
(cd "$work/domain" && ar x "$domain")
engine=$(find "$work/domain" -name 'decide.c*.o')
[ -n "$engine" ] || { echo "purity: no decide.c in $domain"; exit 1; }

defined "$base" "$messages" "$engine" | sort -u > "$work/offered"

failed=0
for core in "$@"; do
    { cat "$work/offered"; defined "$core"; } | sort -u > "$work/allowed"
    undefined "$core" | comm -23 - "$work/allowed" | grep -Evx "$libc|$compiler" > "$work/foreign" || true
    if [ -s "$work/foreign" ]; then
        echo "$(basename "$core") needs: $(tr '\n' ' ' < "$work/foreign")"
        failed=1
    fi
    # sanitizers keep books in .data and .bss; an ordinary build shows the truth
    if ! nm "$core" 2>/dev/null | grep -q __asan_; then
        objdump -t "$core" | awk -F '\t' 'NF == 2 {
            n = split($1, left, " "); split($2, right, " ")
            if (left[n] ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && left[n] !~ /^\.data\.rel\.ro/ &&
                right[2] !~ /^\./) print right[2] }' > "$work/changing"
        if [ -s "$work/changing" ]; then
            echo "$(basename "$core") has objects that can change: $(tr '\n' ' ' < "$work/changing")"
            failed=1
        fi
    fi
done

# the projector and the simulator link all cores into one program
for core in "$@"; do
    nm --defined-only "$core" 2>/dev/null | awk 'NF == 3 && $2 ~ /[TDRBV]/ {print $3}' | sort -u
done | grep -v asan | sort | uniq -d > "$work/twice"
if [ -s "$work/twice" ]; then
    echo "in two cores: $(tr '\n' ' ' < "$work/twice")"
    failed=1
fi

{ defined "$base" "$messages" "$domain"; } | sort -u > "$work/allowed"
undefined "$domain" | comm -23 - "$work/allowed" |
    grep -Evx "$libc|$compiler|codec_[a-z_]+|pack_[a-z_]+|scan|malloc|calloc|realloc|free" > "$work/foreign" || true
if [ -s "$work/foreign" ]; then
    echo "$(basename "$domain") needs: $(tr '\n' ' ' < "$work/foreign")"
    failed=1
fi
[ "$failed" = 0 ] && echo "$# cores are pure"
exit "$failed"
