# PostgreSQL on a unix socket of its own. Durable: fsync and synchronous_commit are on; no checkpoint
# and no autovacuum falls into a measurement, which favours it.

PG_BIN=/usr/lib/postgresql/15/bin
PG=$scratch/postgres

as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
  else
    "$@"
  fi
}

pg_sql() { "$PG_BIN/psql" -h "$PG" -U postgres -q -v ON_ERROR_STOP=1 postgres "$@" >/dev/null; }

postgres_setup() {
  mkdir -p "$PG"
  [ "$(id -u)" != 0 ] || chown postgres "$PG"
  as_postgres "$PG_BIN/initdb" -D "$PG/data" -A trust -U postgres -E UTF8 --locale=C >/dev/null
  as_postgres tee -a "$PG/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$PG'
shared_buffers = 1GB
fsync = on
synchronous_commit = on
full_page_writes = on
max_wal_size = 16GB
checkpoint_timeout = 1h
autovacuum = off
CONF
  as_postgres "$PG_BIN/pg_ctl" -D "$PG/data" -w -l "$PG/messages" start >/dev/null
  pg_sql -f "$bench/peers/postgres.sql"
  pg_sql -c "INSERT INTO events (stream, version, body)
    SELECT i % 10000, i / 10000 + 1, decode(repeat('61', 250), 'hex') FROM generate_series(0, $prefill - 1) AS i"
  pg_sql -c 'VACUUM ANALYZE' -c CHECKPOINT
  local body="decode(repeat('61', 250), 'hex')"
  printf '%s\n' '\set s random(0, 9999)' "SELECT append_event(:s, 1, $body);" >"$scratch/pg-category.sql"
  printf '%s\n' '\set s random(0, 9999)' "SELECT append_event(:s, 1000 + :s, $body);" >"$scratch/pg-stream.sql"
  printf '%s\n' "SELECT append_many(100, $body);" >"$scratch/pg-batch.sql"
  printf '%s\n' "\\set p random(1, $prefill - 1000)" \
    'SELECT position, stream, version, body FROM events WHERE position >= :p ORDER BY position LIMIT 1000;' >"$scratch/pg-page.sql"
  printf '%s\n' '\set w random(0, 499)' 'SELECT id, note FROM cases WHERE worker = :w;' >"$scratch/pg-query.sql"
}

# pgbench METRIC UNIT EVENTS_A_TRANSACTION CLIENTS SCRIPT
pg_bench() {
  rm -f "$scratch"/pg-log.*
  local rate
  rate=$(cd "$scratch" && "$PG_BIN/pgbench" -h "$PG" -U postgres -n -M prepared -c "$4" -j 2 -T "$seconds_whole" \
    -l --log-prefix="$scratch/pg-log" -f "$5" postgres 2>/dev/null | awk '/^tps = /{print $3}')
  awk -v m="$1" -v r="$rate" -v k="$3" -v u="$2" 'BEGIN { printf "%s\t%.6g\t%s\n", m, r * k, u }'
  cat "$scratch"/pg-log.* | awk '{ print $3 }' | sort -n | awk -v m="$1" '{ a[NR] = $1 } END {
    printf "%s.p50\t%d\tus\n%s.p99\t%d\tus\n", m, a[int(NR * .5) + 1], m, a[int(NR * .99) + 1] }'
  rm -f "$scratch"/pg-log.*
}

postgres_part() {
  case $1 in
    append.c1) pg_bench append.c1.postgres_category appends/s 1 1 "$scratch/pg-category.sql" ;;
    append.c8 | append.c64)
      pg_bench "$1.postgres_category" appends/s 1 "${1#append.c}" "$scratch/pg-category.sql"
      pg_bench "$1.postgres_stream" appends/s 1 "${1#append.c}" "$scratch/pg-stream.sql" ;;
    append.c8w64) pg_bench append.c8w64.postgres_batch100 appends/s 100 1 "$scratch/pg-batch.sql" ;;
    replay) pg_bench replay.postgres records/s 1000 1 "$scratch/pg-page.sql" ;;
    query) for c in 1 8; do pg_bench query.c$c.postgres queries/s 1 $c "$scratch/pg-query.sql"; done ;;
  esac
}

postgres_stop() {
  [ ! -f "$PG/data/postmaster.pid" ] || as_postgres "$PG_BIN/pg_ctl" -D "$PG/data" -m immediate stop >/dev/null
}
