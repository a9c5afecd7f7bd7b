#!/usr/bin/env bats
# ops/gateway with Docker Compose, for which a stand-in answers; the management listeners are a quick start's.

setup() {
  load common
  prepare_compose
}

@test "setup writes what is needed for its owner alone, and prints no secret" {
  run set_up
  assert_success
  assert_equal "$(stat -c %a compose/.env)" 600
  assert_equal "$(stat -c %a compose/secrets)" 700
  assert_equal "$(stat -c %a compose/secrets/verify-secret compose/secrets/admin-token | sort -u)" 444
  for name in BASE_DOMAIN ACME_EMAIL GITHUB_CLIENT_ID GITHUB_CLIENT_SECRET GATEWAY_JWT_SECRET REDIS_PASSWORD ALLOWED_GITHUB_USERS; do
    assert grep -Eq "^$name=.+" compose/.env
  done
  assert grep -qx 'ALLOWED_GITHUB_USERS=alice,bob' compose/.env
  for secret in $(sed -n 's/^GATEWAY_JWT_SECRET=//p; s/^REDIS_PASSWORD=//p; s/^GITHUB_CLIENT_SECRET=//p' compose/.env) \
    "$(cat compose/secrets/verify-secret)"; do
    refute_output --partial "$secret"
  done
}

@test "setup asks for what is missing, again where an answer cannot be used" {
  run script --quiet --return --command "'$ROOT/ops/gateway' --compose '$BATS_TEST_TMPDIR/compose' setup" /dev/null <<'ANSWERS'
https://example.com
example.com
admin@example.com
Iv1.0123456789abcdef
0123456789abcdef0123456789abcdef01234567
alice
ANSWERS
  assert_success
  assert_output --partial 'accepted is a host name'
  assert grep -qx 'BASE_DOMAIN=example.com' compose/.env
  assert grep -qx 'GITHUB_CLIENT_SECRET=0123456789abcdef0123456789abcdef01234567' compose/.env
  assert grep -qx 'ALLOWED_GITHUB_USERS=alice' compose/.env
}

@test "setup again changes nothing but what is named" {
  set_up
  cp compose/.env before
  run composed setup --set BASE_DOMAIN=example.org </dev/null
  assert_success
  assert_equal "$(diff <(sort before) <(sort compose/.env) | grep -c '^[<>]')" 2
  assert grep -qx 'BASE_DOMAIN=example.org' compose/.env

  # shellcheck disable=SC2016 # for compose to expand
  echo 'services: {router: {ports: ["${HTTP_PORTS:-80}:8080"]}}' >compose/compose.yaml
  run composed setup --set HTTP_PORTS=8080 --set ACCESS_TOKEN_LIFETIME=15m </dev/null
  assert_success
  assert grep -qx 'HTTP_PORTS=8080' compose/.env

  run composed setup --force </dev/null
  assert_failure 2
  assert_output --partial '--yes'
  run composed setup --force --yes </dev/null
  assert_success
  assert [ "$(sed -n 's/^GATEWAY_JWT_SECRET=//p' before)" != "$(sed -n 's/^GATEWAY_JWT_SECRET=//p' compose/.env)" ]
}

@test "setup names everything that is missing or wrong, and writes nothing" {
  run composed setup --set BASE_DOMAIN=https://Example.com/ --set ACME_EMAIL=nobody --set BASE_DOMIAN=x </dev/null
  assert_failure 2
  assert_output --partial 'BASE_DOMAIN is'
  assert_output --partial 'accepted is a host name'
  assert_output --partial 'ACME_EMAIL is'
  assert_output --partial 'BASE_DOMIAN is no setting'
  assert_output --partial 'GITHUB_CLIENT_SECRET is missing'
  assert [ ! -e compose/.env ]
  assert [ ! -e compose/secrets ]
}

@test "setup takes secrets from files and the environment, never from the command line" {
  run composed setup --set GITHUB_CLIENT_SECRET=0123456789abcdef0123456789abcdef01234567 </dev/null
  assert_failure 2
  assert_output --partial 'process list'
  echo 0123456789abcdef0123456789abcdef01234567 >secret
  run composed setup --set GITHUB_CLIENT_SECRET_FILE=secret --set BASE_DOMAIN=example.com --set ACME_EMAIL=a@example.com \
    --set GITHUB_CLIENT_ID=Iv1.0123456789abcdef --set ALLOWED_GITHUB_USERS='*' </dev/null
  assert_success
  assert_output --partial 'everybody with a GitHub account'
}

@test "before setup, compose commands say what to do" {
  for command in up down status logs upgrade 'exec redis true'; do
    # shellcheck disable=SC2086 # two words
    run composed $command
    assert_failure 2
    assert_output --partial 'run ops/gateway setup first'
  done
}

@test "up waits until everything is ready, and fails if it is not" {
  set_up_to_run
  run composed up
  assert_success
  assert_output 'Everything is ready.'
  assert grep -qx 'compose up -d' "$STAND_IN/asked"

  echo 127.0.0.1:1 >"$STAND_IN/oracle"
  WAIT=0 run composed up
  assert_failure 1
  assert_output --partial 'Not ready after 0 seconds'
}

@test "commands find the containers' management listeners by themselves" {
  set_up_to_run
  run composed check-health
  assert_success
  run composed stats --json
  assert_success
  : >"$STAND_IN/oracle"
  run composed stats
  assert_failure 3
  assert_output --partial 'oracle is not running'
}

@test "down keeps volumes unless somebody says yes" {
  set_up
  run composed down
  assert_success
  assert grep -qx 'compose down' "$STAND_IN/asked"
  run composed down --volumes </dev/null
  assert_failure 2
  assert_equal "$(grep -c 'down --volumes' "$STAND_IN/asked")" 0
  run composed --yes down --volumes
  assert_success
}

@test "logs and exec know the reference stack's names" {
  set_up
  run composed logs traefik --tail 5 --follow
  assert_success
  assert grep -qx 'compose logs --no-color router --tail 5 --follow' "$STAND_IN/asked"
  run composed exec auth version
  assert_success
  assert grep -qx 'exec -i container-oracle version' "$STAND_IN/asked"
}

@test "redis-cli gets the password from the environment alone" {
  set_up
  run composed exec redis redis-cli ping </dev/null
  assert_success
  assert grep -qxF 'exec -i -e REDISCLI_AUTH container-redis redis-cli --user gateway ping [REDISCLI_AUTH is set]' "$STAND_IN/asked"
  assert_equal "$(grep -c "$(sed -n 's/^REDIS_PASSWORD=//p' compose/.env)" "$STAND_IN/asked")" 0
}

@test "a backup has the router's certificates and the settings without secrets" {
  set_up_to_run
  mkdir compose/config
  echo 'services: {}' >compose/config/gateway.yaml
  run composed backup kept
  assert_success
  folder=$(echo kept/gateway-*Z)
  assert tar -tzf "$folder/certificates.tar.gz" ./local-ca.pem
  assert grep -qx 'BASE_DOMAIN=example.com' "$folder/settings.env"
  assert_equal "$(cat "$folder/gateway.yaml")" 'services: {}'
  # shellcheck disable=SC2013 # words
  for secret in $(sed -n 's/^GATEWAY_JWT_SECRET=//p; s/^REDIS_PASSWORD=//p; s/^GITHUB_CLIENT_SECRET=//p' compose/.env); do
    assert_equal "$(grep -rc "$secret" "$folder/settings.env")" 0
  done
}

@test "a backup that is interrupted leaves nothing behind" {
  set_up_to_run
  mkfifo "$STAND_IN/pause"
  setsid "$ROOT/ops/gateway" --compose "$BATS_TEST_TMPDIR/compose" backup kept 3>&- &
  pid=$!
  until grep -q '^cp ' "$STAND_IN/asked"; do
    [ "$SECONDS" -lt 60 ]
  done
  assert_equal "$(find kept -mindepth 1 -maxdepth 1 | wc -l)" 1
  kill -TERM -- "-$pid"
  status=0
  wait "$pid" || status=$?
  assert [ "$status" -ne 0 ]
  assert_equal "$(ls -A kept)" ''
}

@test "upgrade backs up first, and goes back where the new images are not healthy" {
  set_up_to_run
  run composed upgrade --backup kept
  assert_success
  assert [ -d "$(echo kept/gateway-*Z)" ]
  assert_equal "$(grep -c '^tag ' "$STAND_IN/asked")" 0

  touch "$STAND_IN/broken"
  WAIT=0 run composed upgrade --backup later
  assert_failure 1
  assert_output --partial 'Went back'
  assert grep -qx 'tag sha256:of-oracle gateway/oracle:latest' "$STAND_IN/asked"
  assert grep -qx 'compose up -d --no-build' "$STAND_IN/asked"
}

@test "upgrade changes nothing without a backup or without images" {
  set_up_to_run
  touch "$STAND_IN/no-images"
  run composed upgrade --backup kept
  assert_failure 1
  assert_output --partial 'nothing was changed'
  rm "$STAND_IN/no-images"
  touch "$STAND_IN/no-registry"
  run composed upgrade --backup built-here
  assert_success
  assert_output --partial 'Not everything could be pulled'
  rm "$STAND_IN/no-registry" "$STAND_IN/asked"
  touch "$STAND_IN/asked"
  echo wrong-token-of-this-test >other
  cp -f other compose/secrets/admin-token
  run composed upgrade --backup other-folder
  assert_failure 1
  assert_output --partial 'No backup, no upgrade'
  assert_equal "$(grep -cx 'compose up -d' "$STAND_IN/asked")" 0
}

@test "secrets rotate verify has the oracle accept both until the router has the new one" {
  set_up_to_run
  cp compose/secrets/verify-secret before
  run composed secrets rotate verify
  assert_success
  assert [ "$(cat before)" != "$(cat compose/secrets/verify-secret)" ]
  assert_equal "$(stat -c %a compose/secrets/verify-secret)" 444
  assert [ ! -e compose/secrets/verify-secret-previous ]
  assert grep -q 'VERIFY_SECRET_PREVIOUS_FILE: /run/secrets/verify-secret-previous' "$STAND_IN/overlap.yaml"
  run grep -o 'up -d.*' "$STAND_IN/asked"
  assert_line --index 0 'up -d --no-deps --force-recreate oracle'
  assert_line --index 1 'up -d --no-deps --force-recreate router'
  assert_line --index 2 'up -d --no-deps --force-recreate oracle'
}

@test "a rotation that stops keeps both secrets, and can be repeated" {
  set_up_to_run
  cp compose/secrets/verify-secret before
  cp "$STAND_IN/oracle" good
  echo 127.0.0.1:1 >"$STAND_IN/oracle"
  WAIT=0 run composed secrets rotate verify
  assert_failure 1
  assert_equal "$(cat before)" "$(cat compose/secrets/verify-secret-previous)"
  cp compose/secrets/verify-secret after

  cp good "$STAND_IN/oracle"
  run composed secrets rotate verify
  assert_success
  assert_equal "$(cat after)" "$(cat compose/secrets/verify-secret)"
}

@test "secrets rotate github takes the new secret from standard input" {
  set_up_to_run
  run composed secrets rotate github <<<'too-short'
  assert_failure 2
  run composed secrets rotate github <<<'fedcba9876543210fedcba9876543210fedcba98'
  assert_success
  refute_output --partial fedcba98
  assert grep -qx 'GITHUB_CLIENT_SECRET=fedcba9876543210fedcba9876543210fedcba98' compose/.env
  assert_equal "$(stat -c %a compose/.env)" 600
}

@test "secrets rotate jwt replaces oracles one by one, with both secrets in between" {
  set_up_to_run
  printf 'container-a\ncontainer-b\n' >"$STAND_IN/oracles"
  old=$(sed -n 's/^GATEWAY_JWT_SECRET=//p' compose/.env)
  run composed secrets rotate jwt
  assert_success
  new=$(sed -n 's/^GATEWAY_JWT_SECRET=//p' compose/.env)
  assert [ "$old" != "$new" ]
  assert [ ${#new} -ge 32 ]
  refute_output --partial "$old"
  refute_output --partial "$new"
  assert_equal "$(stat -c %a compose/.env)" 600
  kept=$(echo compose/secrets/jwt-secret-until-*Z)
  assert_equal "$(cat "$kept")" "$old"
  assert_equal "$(find compose/secrets -mindepth 1 ! -path "$kept" -printf '%f\n' | sort | tr '\n' ' ')" 'admin-token verify-secret '
  assert_equal "$(wc -l <"$STAND_IN/oracles")" 2
  assert_equal "$(grep -c "$old\|$new" "$STAND_IN/asked")" 0
  # Never fewer than there were, never more than one besides.
  assert_equal "$(grep -o 'oracle=[0-9]*' "$STAND_IN/asked" | sort -u | tr '\n' ' ')" 'oracle=2 oracle=3 '
  run grep -Eo '_(NEXT|PREVIOUS)_FILE|^(stop|rm) container-[ab]$' "$STAND_IN/asked"
  assert_line --index 0 '_NEXT_FILE'
  assert_line --index 1 'stop container-a'
  assert_line --index 2 'rm container-a'
  assert_equal "$(printf '%s\n' "$output" | grep '^_' | uniq | tr '\n' ' ')" '_NEXT_FILE _PREVIOUS_FILE '
}

@test "a rotation of jwt that stops keeps both secrets and the oracles that run, and can be repeated" {
  set_up_to_run
  old=$(sed -n 's/^GATEWAY_JWT_SECRET=//p' compose/.env)
  touch "$STAND_IN/refuses"
  run composed secrets rotate jwt
  assert_failure 1
  assert_output --partial 'repeat the command'
  assert_equal "$(sed -n 's/^GATEWAY_JWT_SECRET=//p' compose/.env)" "$old"
  assert_equal "$(grep -c '^stop ' "$STAND_IN/asked")" 0
  cp compose/secrets/jwt-secret-next new
  # As after an interruption of its second step.
  printf '%s' "$old" >compose/secrets/jwt-secret-previous
  rm "$STAND_IN/refuses"
  : >"$STAND_IN/asked"
  run composed secrets rotate jwt --json
  assert_success
  assert_equal "$(sed -n 's/^GATEWAY_JWT_SECRET=//p' compose/.env)" "$(cat new)"
  assert_equal "$(grep -c _NEXT_FILE "$STAND_IN/asked")" 0
  assert_equal "$(cat "$(printf '%s' "$output" | jq -r .previous)")" "$old"
}

@test "secrets rotate redis has Redis take both until every oracle has the new one" {
  set_up_to_run
  old=$(sed -n 's/^REDIS_PASSWORD=//p' compose/.env)
  run composed secrets rotate redis
  assert_success
  new=$(sed -n 's/^REDIS_PASSWORD=//p' compose/.env)
  assert [ "$old" != "$new" ]
  refute_output --partial "$new"
  assert_equal "$(grep -c "$old\|$new" "$STAND_IN/asked")" 0
  run grep -Eo 'redis-password (add|keep)|redis gets 43 characters|--scale oracle=2|^rm container-oracle$' "$STAND_IN/asked"
  assert_line --index 0 'redis-password add'
  assert_line --index 1 'redis gets 43 characters'
  assert_line --index 2 -- '--scale oracle=2'
  assert_equal "$(printf '%s\n' "$output" | tail -n 2 | head -n 1)" 'redis-password keep'
  assert [ ! -e compose/secrets/redis-password-next ]
}

@test "rotations say before what they would do, and refuse what is not theirs" {
  set_up
  for name in jwt redis; do
    run composed secrets rotate $name --dry-run
    assert_success
    assert_output --partial 'Would '
  done
  assert [ ! -e compose/secrets/jwt-secret-next ]
  echo 'STORAGE_URL=rediss://redis.example' >>compose/.env
  run composed secrets rotate redis
  assert_failure 2
  assert_output --partial 'docs/guide/operations.md'
  sed -i '/^GATEWAY_JWT_SECRET=/d' compose/.env
  run composed secrets rotate jwt
  assert_failure 2
  assert_output --partial 'docs/guide/operations.md'
  run composed secrets rotate everything
  assert_failure 2
}
