# NATS JetStream on the loopback. NOT durable when it acknowledges: it flushes every two minutes.

NT=$scratch/nats
NT_URL=nats://127.0.0.1:${NATS_PORT:-47422}

nats_setup() {
  mkdir -p "$NT"
  printf 'listen: "%s"\njetstream { store_dir: "%s/store" }\n' "${NT_URL#nats://}" "$NT" >"$NT/conf"
  nats-server -c "$NT/conf" >"$NT/messages" 2>&1 &
  echo $! >"$NT/pid"
  sleep 1
  "$peers/nats" append "$NT_URL" prefill 64 "$seconds_whole" >/dev/null
}

nats_part() {
  case $1 in
    append.c1 | append.c8 | append.c64) "$peers/nats" append "$NT_URL" "$1.nats" "${1#append.c}" "$seconds" ;;
    replay) "$peers/nats" replay "$NT_URL" replay.nats ;;
  esac
}

nats_stop() { [ ! -f "$NT/pid" ] || kill "$(cat "$NT/pid")" 2>/dev/null || true; }
