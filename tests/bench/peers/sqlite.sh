# SQLite in the process that writes. Durable: WAL with synchronous=FULL.

SQ=$scratch/sqlite

sqlite_setup() {
  mkdir -p "$SQ"
  "$peers/sqlite" fill "$SQ/store" "$prefill"
}

sqlite_part() {
  case $1 in
    append.c1) "$peers/sqlite" append "$SQ/store" append.c1.sqlite 1 "$seconds" ;;
    append.c8w64) "$peers/sqlite" append "$SQ/store" append.c8w64.sqlite_batch100 100 "$seconds" ;;
    replay) "$peers/sqlite" replay "$SQ/store" replay.sqlite ;;
    query) "$peers/sqlite" query "$SQ/store" query.c1.sqlite "$seconds" ;;
  esac
}

sqlite_stop() { :; }
