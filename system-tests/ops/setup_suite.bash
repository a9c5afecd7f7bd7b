# Starts one quick start for all tests; they find it in the folder QUICKSTART.

setup_suite() {
  # An empty name would be used by commands in tests as if an operator had set it.
  unset ORACLE_MANAGEMENT_URL ROUTER_MANAGEMENT_URL ADMIN_TOKEN_FILE CERTIFICATES_DIR COMPOSE_FILE
  export ROOT QUICKSTART ISSUER
  ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  QUICKSTART="$BATS_SUITE_TMPDIR/quickstart"
  exec 7< <(exec "$ROOT/ops/quickstart" --json --port 0 --http-port 0 --data "$QUICKSTART" 3>&- 2>"$BATS_SUITE_TMPDIR/log")
  quickstart_pid=$!
  if ! read -r -t 300 -u 7 ready; then
    cat "$BATS_SUITE_TMPDIR/log" >&2
    return 1
  fi
  ISSUER=$(printf '%s' "$ready" | jq -r .issuer)
}

teardown_suite() {
  kill "$quickstart_pid"
  # Its output ends when it does.
  cat <&7 >/dev/null
}
