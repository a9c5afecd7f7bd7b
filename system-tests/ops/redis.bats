#!/usr/bin/env bats
# compose/redis-start and compose/redis-password with a real Redis.

setup() {
  load common
  cd "$BATS_TEST_TMPDIR" || return
  mkdir run data
  export REDIS_RUN="$PWD/run" REDIS_DATA="$PWD/data" REDIS_CONF="$ROOT/compose/redis.conf" REDIS_PORT
  # A port that nobody has, as Redis takes none that is taken.
  REDIS_PORT=$((20000 + RANDOM % 10000))
  PATH="$ROOT/compose:$PATH"
}

teardown() {
  if [ -n "${redis:-}" ]; then
    kill "$redis"
    wait "$redis" || true
  fi
}

start() {
  REDIS_PASSWORD=$1 redis-start >redis.log 2>&1 3>&- &
  redis=$!
  until [ "$(redis-cli -p "$REDIS_PORT" ping 2>/dev/null)" = PONG ]; do
    kill -0 "$redis"
  done
}

stop() {
  kill "$redis"
  wait "$redis" || true
  redis=
}

# What Redis answers the gateway with password $1.
as_gateway() {
  password=$1
  shift
  REDISCLI_AUTH=$password redis-cli -p "$REDIS_PORT" --user gateway --no-auth-warning "$@" 2>&1
}

@test "Redis takes both passwords in between, then the new one alone, also after a start with the old line" {
  start the-password-of-before
  as_gateway the-password-of-before set oauth:x 1

  redis-password add <<<the-password-to-come
  assert_equal "$(as_gateway the-password-of-before get oauth:x)" 1
  assert_equal "$(as_gateway the-password-to-come get oauth:x)" 1
  stop
  start the-password-of-before
  assert_equal "$(as_gateway the-password-to-come get oauth:x)" 1

  redis-password keep <<<the-password-to-come
  assert_equal "$(as_gateway the-password-to-come get oauth:x)" 1
  run as_gateway the-password-of-before get oauth:x
  assert_output --partial WRONGPASS
  stop
  start the-password-of-before
  assert_equal "$(as_gateway the-password-to-come get oauth:x)" 1
  run as_gateway the-password-of-before get oauth:x
  assert_output --partial WRONGPASS
  stop
  start the-password-to-come
  assert_equal "$(as_gateway the-password-to-come get oauth:x)" 1
}

@test "what scripts wrote outlives a stop and a kill, and nobody is let in by that" {
  start the-password-of-before
  as_gateway the-password-of-before eval "redis.call('set', KEYS[1], 1) redis.call('set', KEYS[2], 2)" 2 oauth:x oauth:y
  stop
  start the-password-of-before
  assert_equal "$(as_gateway the-password-of-before mget oauth:x oauth:y | tr '\n' ' ')" '1 2 '
  as_gateway the-password-of-before eval "redis.call('set', KEYS[1], 3) redis.call('set', KEYS[2], 4)" 2 oauth:x oauth:y
  kill -9 "$redis"
  wait "$redis" || true
  start the-password-of-before
  assert_equal "$(as_gateway the-password-of-before mget oauth:x oauth:y | tr '\n' ' ')" '3 4 '
  run grep -c 'sending an error to its AOF' redis.log
  assert_output 0
  for command in 'get oauth:x' 'acl whoami' 'config get dir' 'eval 1 0'; do
    # shellcheck disable=SC2086 # several words
    run redis-cli -p "$REDIS_PORT" $command
    assert_output --partial NOPERM
  done
}

@test "a connection outlives the change of the password that it was made with" {
  start the-password-of-before
  mkfifo questions
  REDISCLI_AUTH=the-password-of-before redis-cli -p "$REDIS_PORT" --user gateway --no-auth-warning <questions >answers 2>&1 3>&- &
  exec 8>questions
  echo 'set oauth:x before' >&8
  until grep -q OK answers; do [ "$SECONDS" -lt 60 ]; done
  redis-password add <<<the-password-to-come
  redis-password keep <<<the-password-to-come
  echo 'get oauth:x' >&8
  exec 8>&-
  wait $!
  assert grep -q before answers
}

@test "a password that was written by hand counts, and those of a rotation no more" {
  start the-password-of-before
  redis-password add <<<the-password-to-come
  redis-password keep <<<the-password-to-come
  stop
  start a-password-made-by-hand
  assert_equal "$(as_gateway a-password-made-by-hand ping)" PONG
  run as_gateway the-password-to-come ping
  assert_output --partial WRONGPASS
}

@test "no password is kept in clear, and nobody from outside changes one" {
  start the-password-of-before
  redis-password add <<<the-password-to-come
  assert_equal "$(grep -rl 'the-password' run data | wc -l)" 0
  run redis-cli -p "$REDIS_PORT" acl setuser gateway nopass
  assert_output --partial NOPERM
  run as_gateway the-password-to-come acl setuser gateway nopass
  assert_output --partial NOPERM
  run redis-password add <<<short
  assert_failure 2
  run redis-password forget <<<the-password-to-come
  assert_failure 2
}
