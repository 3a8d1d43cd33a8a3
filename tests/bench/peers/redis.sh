# Redis on a unix socket of its own, streams. Durable: appendonly with appendfsync always. The expected
# version is the explicit id of the stream's next entry, checked by Redis itself inside a Lua script.

RD=$scratch/redis
RD_LUA="local v = redis.call('XLEN', KEYS[1]) local id = redis.call('XADD', 'all', '*', 's', KEYS[1], 'b', ARGV[1]) return redis.call('XADD', KEYS[1], (v + 1) .. '-0', 'p', id)"
RD_BODY=$(printf 'a%.0s' $(seq 250))

rd() { redis-cli -s "$RD/socket" "$@" >/dev/null; }

redis_setup() {
  mkdir -p "$RD"
  redis-server --port 0 --unixsocket "$RD/socket" --dir "$RD" --save '' --appendonly yes \
    --appendfsync always --auto-aof-rewrite-percentage 0 >"$RD/messages" 2>&1 &
  echo $! >"$RD/pid"
  for _ in $(seq 50); do rd ping 2>/dev/null && break; sleep 0.1; done
  rd CONFIG SET appendfsync no
  # Explicit ids 1-0, 2-0 .. so that a page can begin anywhere.
  rd EVAL "for i = 1, tonumber(ARGV[1]) do redis.call('XADD', 'pages', i .. '-0', 'b', ARGV[2]) end" 0 $((prefill / 2)) "$RD_BODY"
  rd EVAL "for i = 0, 9999 do redis.call('HSET', 'load:' .. string.format('%012d', i % 500), i, string.rep('0', 80)) end" 0
  rd CONFIG SET appendfsync always
}

# redis-benchmark METRIC UNIT EVENTS_A_REQUEST REQUESTS ARGUMENTS..; its times are milliseconds
rd_bench() {
  local metric=$1 unit=$2 each=$3 requests=$4
  shift 4
  redis-benchmark -s "$RD/socket" -n "$requests" --csv "$@" 2>/dev/null | tail -1 | sed 's/"$//' |
    awk -F'","' -v m="$metric" -v u="$unit" -v k="$each" '{
      printf "%s\t%.6g\t%s\n%s.p50\t%d\tus\n%s.p99\t%d\tus\n", m, $(NF-6) * k, u, m, $(NF-3) * 1000, m, $(NF-1) * 1000 }'
}

# About as many requests as a measurement's seconds allow.
rd_requests() { awk -v n="$1" -v s="$seconds" 'BEGIN { printf "%d", n * s }'; }

redis_part() {
  local sha
  sha=$(redis-cli -s "$RD/socket" SCRIPT LOAD "$RD_LUA")
  case $1 in
    append.c1) rd_bench append.c1.redis appends/s 1 "$(rd_requests 2000)" -c 1 -r 10000 EVALSHA "$sha" 1 s:__rand_int__ "$RD_BODY" ;;
    append.c8) rd_bench append.c8.redis appends/s 1 "$(rd_requests 8000)" -c 8 -r 10000 EVALSHA "$sha" 1 s:__rand_int__ "$RD_BODY" ;;
    append.c64) rd_bench append.c64.redis appends/s 1 "$(rd_requests 20000)" -c 64 -r 10000 EVALSHA "$sha" 1 s:__rand_int__ "$RD_BODY" ;;
    append.c8w64) rd_bench append.c8w64.redis appends/s 1 "$(rd_requests 50000)" -c 8 -P 64 -r 10000 EVALSHA "$sha" 1 s:__rand_int__ "$RD_BODY" ;;
    replay) rd_bench replay.redis records/s 1000 "$(rd_requests 400)" -c 1 -r $((prefill / 2 - 1000)) XRANGE pages __rand_int__ + COUNT 1000 ;;
    query) for c in 1 8; do rd_bench query.c$c.redis queries/s 1 "$(rd_requests 12000)" -c $c -r 500 HGETALL load:__rand_int__; done ;;
  esac
}

redis_stop() { [ ! -f "$RD/pid" ] || kill "$(cat "$RD/pid")" 2>/dev/null || true; }
