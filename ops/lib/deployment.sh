# shellcheck shell=sh
# The gateway under Docker Compose: starting, looking inside, upgrading, changing secrets.
# shellcheck disable=SC2034,SC2154

needs_setup() {
  [ -r "$compose_dir/.env" ] || fail 2 "$compose_dir/.env is not there: run ops/gateway setup first"
}

# The service by the name that it has here; those of the reference stack are understood.
service_name() {
  case $1 in
    traefik) echo router ;;
    auth) echo oracle ;;
    *) echo "$1" ;;
  esac
}

# Waits until both management listeners are ready, for at most WAIT seconds.
await_ready() {
  deadline=$(($(date +%s) + ${WAIT:-120}))
  until is_ready; do
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 1
  done
}

is_ready() {
  for each in 'oracle 9000' 'router 9001'; do
    # shellcheck disable=SC2086 # two words
    address=$(published $each 2>/dev/null) || return 1
    curl --silent --fail --max-time 5 --output /dev/null "$address/health/ready" || return 1
  done
}

not_ready() {
  fail 1 "Not ready after ${WAIT:-120} seconds: see ops/gateway status and ops/gateway logs"
}

# Options for as many of services $* as there are: Compose would leave one of each otherwise.
as_many() {
  for service in "$@"; do
    number=$(compose ps -q "$service" | wc -l)
    [ "$number" -le 1 ] || printf -- '--scale %s=%s ' "$service" "$((number))"
  done
}

# Service $1 starts anew with the settings of now. Options of Compose that name files are the rest.
start_anew() {
  service=$1
  shift
  # shellcheck disable=SC2046 # several words
  compose "$@" up -d --no-deps --force-recreate $(as_many "$service") "$service" && await_ready
}

up() {
  needs_setup
  need curl
  scales=
  [ $# -gt 0 ] || scales=$(as_many oracle router)
  # shellcheck disable=SC2086 # several words
  compose up -d $scales "$@" || fail 1 "Docker Compose could not start everything; its message is above."
  await_ready || not_ready
  say "Everything is ready."
}

down() {
  needs_setup
  case "${1:-} $#" in
    ' 0') ;;
    '--volumes 1') $dry_run || confirm "Everything that is stored is deleted: clients, connections, keys, certificates." ;;
    *) fail 2 "Accepted is: down [--volumes]" ;;
  esac
  if $dry_run; then
    say "Would stop: $(compose ps --services | tr '\n' ' ')"
    return
  fi
  compose down "$@"
}

status() {
  needs_setup
  if $json; then
    compose ps --format json | jq -s 'flatten'
  else
    compose ps
  fi
  is_ready || fail 1 "Not ready: ops/gateway check-health says what."
}

logs() {
  needs_setup
  left=$#
  while [ "$left" -gt 0 ]; do
    argument=$1
    shift
    left=$((left - 1))
    case $argument in
      --follow | -f) set -- "$@" --follow ;;
      --tail)
        [ "$left" -gt 0 ] || fail 2 "--tail needs a number"
        set -- "$@" --tail "$1"
        shift
        left=$((left - 1))
        ;;
      -*) fail 2 "Unknown option '$argument'. Accepted is: logs [SERVICE] [--follow] [--tail N]" ;;
      *) set -- "$@" "$(service_name "$argument")" ;;
    esac
  done
  compose logs --no-color "$@"
}

exec_in() {
  case ${1:-} in
    -h | --help)
      usage_of exec
      return
      ;;
  esac
  [ $# -ge 2 ] || fail 2 "Accepted is: exec SERVICE COMMAND..., such as exec redis redis-cli ping"
  needs_setup
  service=$(service_name "$1")
  shift
  container=$(compose ps -q "$service" | head -n 1)
  [ -n "$container" ] || fail 3 "$service is not running. Start the gateway: ops/gateway up"
  if [ "$service" = redis ] && [ "$1" = redis-cli ]; then
    shift
    # redis-cli reads the password from this variable; docker takes its value from the environment, not from a line
    # that others can see.
    env_file="$compose_dir/.env"
    REDISCLI_AUTH=$(env_value REDIS_PASSWORD)
    export REDISCLI_AUTH
    set -- -e REDISCLI_AUTH "$container" redis-cli --user "${REDIS_USER:-gateway}" "$@"
  else
    set -- "$container" "$@"
  fi
  if [ -t 0 ] && [ -t 1 ]; then set -- -t "$@"; fi
  exec docker exec -i "$@"
}

# The images in use: a line "SERVICE IMAGE_NAME IMAGE_ID" for each container.
images_in_use() {
  for service in $(compose ps --services); do
    container=$(compose ps -q "$service" | head -n 1)
    [ -n "$container" ] || continue
    docker inspect --format "$service {{.Config.Image}} {{.Image}}" "$container" || return 1
  done
}

upgrade() {
  folder="$root/backups"
  if [ "${1:-}" = --backup ] && [ $# -ge 2 ]; then
    folder=$2
    shift 2
  fi
  [ $# -eq 0 ] || fail 2 "Accepted is: upgrade [--backup DIR]"
  needs_setup
  before=$(images_in_use) || fail 1 "The images in use cannot be found out."
  [ -n "$before" ] || fail 3 "Nothing is running, so there is nothing to go back to: use ops/gateway up"
  if $dry_run; then
    say "Would back up to $folder, pull or build, and start anew. In use now:"
    printf '%s\n' "$before"
    return
  fi
  say "1/4 Backup"
  "$root/ops/gateway" --compose "$compose_dir" backup "$folder" || fail 1 "No backup, no upgrade: nothing was changed."
  say "2/4 Images"
  # Images that are built here, or were loaded by hand, are in no registry.
  compose pull --ignore-pull-failures || say "Not everything could be pulled: what is here already, or is built now, is used."
  compose build || fail 1 "The new images are not to be had: nothing was changed."
  say "3/4 Start"
  healthy=true
  scales=$(as_many oracle router)
  # shellcheck disable=SC2086 # several words
  compose up -d $scales || healthy=false
  say "4/4 Health"
  if $healthy && await_ready; then
    say "Upgraded. The images from before stay until docker image prune."
    return
  fi
  say "Not healthy: going back to the images from before."
  printf '%s\n' "$before" | while read -r _ name id; do
    # An image named by its digest is what compose.yaml says, and that has not changed.
    case $name in *@*) continue ;; esac
    docker tag "$id" "$name" || exit 1
  done || fail 1 "The images from before are gone: look at ops/gateway logs, or restore the backup in $folder"
  # shellcheck disable=SC2086 # several words
  if compose up -d --no-build $scales && await_ready; then
    fail 1 "Went back: the images from before run and are ready. ops/gateway logs of the new ones are gone with them; the backup is in $folder"
  fi
  fail 1 "Went back to the images from before, but these are not ready either: see ops/gateway logs; the backup is in $folder"
}

secrets() {
  case "$*" in
    'rotate verify') rotate_verify_secret ;;
    'rotate github') rotate_github_secret ;;
    'rotate jwt') rotate_jwt_secret ;;
    'rotate redis') rotate_redis_password ;;
    *) fail 2 "Accepted are: secrets rotate verify, github, jwt or redis" ;;
  esac
}

# The oracle accepts the old and the new secret, then the router changes, then the oracle forgets the old one.
rotate_verify_secret() {
  needs_setup
  folder="$compose_dir/secrets"
  [ -s "$folder/verify-secret" ] || fail 2 "$folder/verify-secret is not there: run ops/gateway setup first"
  if $dry_run; then
    say "Would start the oracle with both secrets, the router with the new one, and the oracle without the old one."
    return
  fi
  umask 077
  # After an interruption the routers may have either of the two.
  if [ ! -s "$folder/verify-secret-previous" ]; then
    cp "$folder/verify-secret" "$folder/verify-secret-previous.new"
    chmod 0444 "$folder/verify-secret-previous.new"
    mv "$folder/verify-secret-previous.new" "$folder/verify-secret-previous"
    force=true
    make_secret_file "$folder/verify-secret"
  fi
  overlap="$folder/overlap.yaml"
  cat >"$overlap" <<OVERLAP
services:
  oracle:
    environment:
      VERIFY_SECRET_PREVIOUS_FILE: /run/secrets/verify-secret-previous
    volumes:
      - $folder/verify-secret-previous:/run/secrets/verify-secret-previous:ro
OVERLAP
  files=$(compose_files)
  say "1/3 The oracle accepts both secrets"
  # shellcheck disable=SC2086 # several words
  start_anew oracle $files -f "$overlap" || rotation_stopped
  say "2/3 The router sends the new one"
  start_anew router || rotation_stopped
  say "3/3 The oracle forgets the old one"
  start_anew oracle || rotation_stopped
  rm -f "$folder/verify-secret-previous" "$overlap"
  say "VERIFY_SECRET is changed. Other proxies that ask /verify need the new one too."
}

rotation_stopped() {
  fail 1 "Stopped here; see ops/gateway logs. Both secrets are kept: repeat the command to go on."
}

# The options that name the files in use, once another one is to be added to them.
compose_files() {
  env_file="$compose_dir/.env"
  names=${COMPOSE_FILE:-$(env_value COMPOSE_FILE)}
  if [ -z "$names" ] && [ -e "$compose_dir/compose.override.yaml" ]; then names=compose.yaml:compose.override.yaml; fi
  printf '%s' "${names:-compose.yaml}" | tr ':' '\n' | sed 's/^/-f /' | tr '\n' ' '
}

# Sets NAME $1 to VALUE $2 in .env, all at once.
change_env() {
  umask 077
  new_env="$env_file.new"
  cat "$env_file" >"$new_env"
  put_env "$1" "$2"
  mv "$new_env" "$env_file"
}

# Is every container of service $1 healthy, in the words of its own check?
is_healthy() {
  for each in $(compose ps -q "$1"); do
    [ "$(docker inspect --format '{{.State.Health.Status}}' "$each")" = healthy ] || return 1
  done
}

# Each oracle is replaced by one that has the settings of now: one more is started, and once it is healthy an old one
# goes. $oracles is how many there are in the end. Options of Compose that name files are the arguments.
replace_oracles() {
  for old in $(compose ps -q oracle); do
    compose "$@" up -d --no-deps --no-recreate --scale "oracle=$(($(compose ps -q oracle | wc -l) + 1))" oracle || return 1
    deadline=$(($(date +%s) + ${WAIT:-120}))
    until is_healthy oracle && is_ready; do
      [ "$(date +%s)" -lt "$deadline" ] || return 1
      sleep 1
    done
    { docker stop "$old" && docker rm "$old"; } >/dev/null || return 1
  done
  # Those that an interruption left.
  compose "$@" up -d --no-deps --no-recreate --scale "oracle=$oracles" oracle && await_ready
}

# Sets $oracles to how many there were when this rotation, whose name is $1, began.
count_oracles() {
  if [ ! -s "$folder/$1-oracles" ]; then
    oracles=$(compose ps -q oracle | wc -l)
    [ "$oracles" -gt 0 ] || fail 3 "No oracle is running. Start the gateway: ops/gateway up"
    echo "$((oracles))" >"$folder/$1-oracles"
  fi
  oracles=$(cat "$folder/$1-oracles")
}

# An overlay that gives the oracle the secret in file $2 as setting $1.
write_overlap() {
  cat >"$overlap" <<OVERLAP
services:
  oracle:
    environment:
      $1_FILE: /run/secrets/$(basename "$2")
    volumes:
      - $2:/run/secrets/$(basename "$2"):ro
OVERLAP
}

# docs/decisions/0024: every oracle learns the new secret before one uses it, and all use it before one forgets the old.
rotate_jwt_secret() {
  needs_setup
  env_file="$compose_dir/.env"
  folder="$compose_dir/secrets"
  next="$folder/jwt-secret-next"
  previous="$folder/jwt-secret-previous"
  overlap="$folder/jwt-overlap.yaml"
  [ -n "$(env_value GATEWAY_JWT_SECRET)" ] ||
    fail 2 "GATEWAY_JWT_SECRET is not in $env_file, so the oracle made one itself: docs/guide/operations.md says how to change it by hand"
  if $dry_run; then
    say "Would replace the oracles one by one, three times: with the new secret as GATEWAY_JWT_SECRET_NEXT, with it as GATEWAY_JWT_SECRET and the old one as GATEWAY_JWT_SECRET_PREVIOUS, and with it alone."
    return
  fi
  umask 077
  count_oracles jwt
  files=$(compose_files)
  if [ ! -s "$previous" ]; then
    [ -s "$next" ] || {
      force=false
      make_secret_file "$next"
    }
    progress "1/3 Every oracle understands the new secret too"
    write_overlap GATEWAY_JWT_SECRET_NEXT "$next"
    # shellcheck disable=SC2086 # several words
    replace_oracles $files -f "$overlap" || jwt_rotation_stopped
    env_value GATEWAY_JWT_SECRET | tr -d '\n' >"$previous.new"
    chmod 0444 "$previous.new"
    mv -f "$previous.new" "$previous"
  fi
  progress "2/3 Every oracle uses the new secret, and the keys are sealed anew"
  change_env GATEWAY_JWT_SECRET "$(cat "$next")"
  write_overlap GATEWAY_JWT_SECRET_PREVIOUS "$previous"
  # shellcheck disable=SC2086 # several words
  replace_oracles $files -f "$overlap" || jwt_rotation_stopped
  progress "3/3 Every oracle forgets the old secret"
  replace_oracles || jwt_rotation_stopped
  kept="$folder/jwt-secret-until-$(date -u +%Y%m%dT%H%M%SZ)"
  mv "$previous" "$kept"
  rm -f "$next" "$overlap" "$folder/jwt-oracles"
  if $json; then
    jq -n --arg kept "$kept" '{rotated: "GATEWAY_JWT_SECRET", previous: $kept}'
    return
  fi
  say "GATEWAY_JWT_SECRET is changed; nobody has to sign in again. Put a copy of the new one, in $env_file, where backups are not."
  say "Backups from before need the old one: it is in $kept. Move it to where you keep such secrets, and make a backup now: ops/gateway backup"
}

jwt_rotation_stopped() {
  fail 1 "Stopped here; see ops/gateway logs oracle. The oracles that run go on, and both secrets are kept in $folder: repeat the command to go on. Do not run ops/gateway up before."
}

# Redis takes two passwords until every oracle has the new one. Existing connections stay as they are.
rotate_redis_password() {
  needs_setup
  env_file="$compose_dir/.env"
  folder="$compose_dir/secrets"
  next="$folder/redis-password-next"
  if [ -n "$(env_value STORAGE_URL)" ] || [ -n "$(env_value REDIS_URL)" ]; then
    fail 2 "The store is at STORAGE_URL or REDIS_URL, and not the Redis of compose.yaml: docs/guide/operations.md says how to change its password"
  fi
  if $dry_run; then
    say "Would have Redis take a second password, replace the oracles one by one with it, and have Redis refuse the old one."
    return
  fi
  redis=$(compose ps -q redis | head -n 1)
  [ -n "$redis" ] || fail 3 "redis is not running. Start the gateway: ops/gateway up"
  umask 077
  count_oracles redis
  [ -s "$next" ] || {
    force=false
    make_secret_file "$next"
  }
  progress "1/3 Redis takes both passwords"
  docker exec -i "$redis" redis-password add <"$next" || redis_rotation_stopped
  progress "2/3 Every oracle uses the new one"
  change_env REDIS_PASSWORD "$(cat "$next")"
  replace_oracles || redis_rotation_stopped
  progress "3/3 Redis refuses the old one"
  docker exec -i "$redis" redis-password keep <"$next" || redis_rotation_stopped
  rm -f "$next" "$folder/redis-oracles"
  if $json; then
    jq -n '{rotated: "REDIS_PASSWORD"}'
    return
  fi
  say "REDIS_PASSWORD is changed. The next ops/gateway up starts Redis anew once, as its container still has the old line of .env; that takes seconds, and until then it remembers the change by itself."
}

redis_rotation_stopped() {
  fail 1 "Stopped here; see ops/gateway logs. The new password is kept in $folder: repeat the command to go on. Do not run ops/gateway up before."
}

# GitHub accepts an app's old and new secret until the old one is deleted there.
rotate_github_secret() {
  needs_setup
  env_file="$compose_dir/.env"
  if [ -t 0 ]; then
    ask_for GITHUB_CLIENT_SECRET
  else
    read -r value || [ -n "$value" ] || fail 2 "Give the new client secret on standard input"
  fi
  wrong=$(complaint GITHUB_CLIENT_SECRET "$value")
  [ -z "$wrong" ] || fail 2 "$wrong"
  if $dry_run; then
    say "Would write the new secret to $env_file and start the oracle anew."
    return
  fi
  change_env GITHUB_CLIENT_SECRET "$value"
  # shellcheck disable=SC2046 # several words
  { compose up -d --no-deps $(as_many oracle) oracle && await_ready; } || not_ready
  say "The oracle uses the new secret. Sign in once, then delete the old secret on the OAuth app's page at GitHub."
}
