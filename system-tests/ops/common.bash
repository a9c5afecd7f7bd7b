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
