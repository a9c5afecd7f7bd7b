# What the tests share: assertions, the command, a client registered at the quick start.

bats_load_library bats-support
bats_load_library bats-assert

gateway() {
  "$ROOT/ops/gateway" --data "$QUICKSTART" "$@"
}

register() {
  curl --silent --fail --cacert "$QUICKSTART/certificates/local-ca.pem" --header 'Content-Type: application/json' \
    --data '{"client_name": "of a test", "redirect_uris": ["http://127.0.0.1:3000/callback"], "token_endpoint_auth_method": "none"}' \
    "$ISSUER/register" | jq -r .client_id
}

# A folder for compose, and the stand-in for docker, which says that the quick start is what runs in containers.
prepare_compose() {
  cd "$BATS_TEST_TMPDIR" || return
  export STAND_IN="$BATS_TEST_TMPDIR/stand-in"
  mkdir -p compose "$STAND_IN"
  PATH="$ROOT/system-tests/ops/stand-in:$PATH"
  : >"$STAND_IN/asked"
  jq -r .oracle_management "$QUICKSTART/quickstart.json" | sed 's,http://,,' >"$STAND_IN/oracle"
  jq -r .router_management "$QUICKSTART/quickstart.json" | sed 's,http://,,' >"$STAND_IN/router"
  cp -r "$QUICKSTART/certificates" "$STAND_IN/certificates"
}

composed() {
  "$ROOT/ops/gateway" --compose "$BATS_TEST_TMPDIR/compose" "$@"
}

set_up() {
  GITHUB_CLIENT_SECRET=0123456789abcdef0123456789abcdef01234567 composed setup --set BASE_DOMAIN=example.com \
    --set ACME_EMAIL=admin@example.com --set GITHUB_CLIENT_ID=Iv1.0123456789abcdef --set ALLOWED_GITHUB_USERS='alice, bob' </dev/null
}

# As set_up, with the token of the gateway that answers.
set_up_to_run() {
  set_up
  cp -f "$QUICKSTART/admin-token" compose/secrets/admin-token
}
