# shellcheck shell=sh
# What every command needs: messages, where the gateway is, questions to its management listeners, tables.
# shellcheck disable=SC2034,SC2154

fail() {
  code=$1
  shift
  say "$*"
  exit "$code"
}

need() {
  command -v "$1" >/dev/null 2>&1 || fail 2 "$1 was not found: install it (for example: apt-get install $1)."
}

# Sets $where: given (in the environment), quickstart or compose. The quick start's folder counts where it was named, or
# where nothing is set up for compose.
find_gateway() {
  if [ -n "${ORACLE_MANAGEMENT_URL:-}" ]; then
    where=given
  elif $data_named || { [ ! -r "$compose_dir/.env" ] && [ -r "$data/quickstart.json" ]; }; then
    where=quickstart
  elif [ -r "$compose_dir/.env" ]; then
    where=compose
  else
    where=given
  fi
}

# Sets $oracle and $router, the management listeners, and ADMIN_TOKEN_FILE. The quick start leaves them in its data
# folder; Docker Compose knows the ports that it has published.
locate() {
  need curl
  need jq
  find_gateway
  if [ $where = quickstart ] && [ -r "$data/quickstart.json" ]; then
    ORACLE_MANAGEMENT_URL=$(jq -r .oracle_management "$data/quickstart.json")
    ROUTER_MANAGEMENT_URL=$(jq -r .router_management "$data/quickstart.json")
    ADMIN_TOKEN_FILE=${ADMIN_TOKEN_FILE:-$data/admin-token}
  elif [ $where = compose ]; then
    ORACLE_MANAGEMENT_URL=$(published oracle 9000)
    ROUTER_MANAGEMENT_URL=$(published router 9001)
    ADMIN_TOKEN_FILE=${ADMIN_TOKEN_FILE:-$compose_dir/secrets/admin-token}
  fi
  oracle=${ORACLE_MANAGEMENT_URL:-http://127.0.0.1:9000}
  router=${ROUTER_MANAGEMENT_URL:-http://127.0.0.1:9001}
}

# Docker Compose in its folder, so that COMPOSE_FILE and overlays in .env count.
compose() {
  if [ -z "${docker_compose:-}" ]; then
    if docker compose version >/dev/null 2>&1; then
      docker_compose="docker compose"
    elif command -v docker-compose >/dev/null 2>&1; then
      docker_compose=docker-compose
    else
      fail 2 "Docker Compose was not found: install docker with its compose plugin."
    fi
  fi
  # shellcheck disable=SC2086 # two words
  (cd "$compose_dir" && $docker_compose "$@")
}

# Where port $2 of service $1 is published on this machine, as a URL.
published() {
  address=$(compose port "$1" "$2" 2>/dev/null | head -n 1) || address=
  if [ -z "$address" ]; then
    # Compose may know the first container alone, which may have been replaced.
    container=$(compose ps -q "$1" 2>/dev/null | head -n 1) || container=
    [ -z "$container" ] || address=$(docker port "$container" "$2" 2>/dev/null | head -n 1) || address=
  fi
  case $address in
    '' | *:0) fail 3 "Nothing answers: $1 is not running. Start the gateway: ops/gateway up" ;;
    0.0.0.0:*) address=127.0.0.1:${address#*:} ;;
  esac
  printf 'http://%s\n' "$address"
}

# Asks for a yes, unless --yes was given. Where nobody can answer, that is a no.
confirm() {
  if $yes; then return; fi
  [ -t 0 ] || fail 2 "$1 Say that you mean it with --yes."
  printf '%s Go on? [y/N] ' "$1" >&2
  read -r answer || answer=
  case $answer in
    y | Y | yes) ;;
    *) fail 1 "Nothing was changed." ;;
  esac
}

# Asks METHOD URL and prints the answer's body; the token travels in a file, not in the process list. Options of curl
# may follow.
ask() {
  method=$1
  url=$2
  shift 2
  options=$(authorization) || exit
  status=0
  answer=$(printf '%s\n' "$options" |
    curl --silent --show-error --max-time 10 --config - --write-out '\n%{http_code}' --request "$method" "$@" "$url" 2>&1) || status=$?
  [ "$status" -eq 0 ] || fail 3 "Nothing answers at $url: is the gateway running?"
  http_code=$(printf '%s' "$answer" | tail -n 1)
  body=$(printf '%s' "$answer" | sed '$d')
  case $http_code in
    2??) printf '%s\n' "$body" ;;
    *) fail 1 "Refused ($http_code): $(printf '%s' "$body" | jq -r '.error_description // .message // .error // .' 2>/dev/null || printf '%s' "$body")" ;;
  esac
}

# The options of curl that carry the token, for use as a file.
authorization() {
  [ -r "${ADMIN_TOKEN_FILE:-}" ] || fail 2 "No management token: set ADMIN_TOKEN_FILE, or name the quick start's folder with --data."
  printf 'header = "Authorization: Bearer %s"\n' "$(cat "$ADMIN_TOKEN_FILE")"
}

# Posts the lines of file $1 to URL $2, however long that takes. Sets $status, that of curl, and $http_code and $body of
# the answer.
post_lines() {
  options=$(authorization) || exit
  status=0
  answer=$(printf '%s\n' "$options" |
    curl --silent --show-error --config - --write-out '\n%{http_code}' --header 'Content-Type: application/x-ndjson' \
      --request POST --upload-file "$1" "$2" 2>&1) || status=$?
  http_code=$(printf '%s' "$answer" | tail -n 1)
  body=$(printf '%s' "$answer" | sed '$d')
}

# Every page of the listing at URL $1 as one JSON array of its field $2.
all_pages() {
  after=
  pages=
  while :; do
    separator='?'
    case $1 in *\?*) separator='&' ;; esac
    page=$(ask GET "$1$separator""limit=500${after:+&after=$after}")
    pages="$pages$page"
    after=$(printf '%s' "$page" | jq -r '.next // empty | @uri')
    [ -n "$after" ] || break
  done
  printf '%s' "$pages" | jq -s --arg field "$2" 'map(.[$field]) | add'
}

# Prints a JSON array as it is or as a table of the columns named.
show() {
  rows=$1
  shift
  if $json; then
    printf '%s\n' "$rows"
    return
  fi
  printf '%s' "$rows" | jq -r --arg columns "$*" '
    ($columns | split(" ")) as $c | ($c, (.[] | [$c[] as $name | .[$name] // "-" | tostring])) | @tsv' |
    awk -F '\t' '{ for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } columns = NF }
      END { for (r = 1; r <= NR; r++) { for (i = 1; i < columns; i++) printf "%-*s  ", width[i], cell[r, i]; print cell[r, columns] } }'
  printf '%s\n' "$(printf '%s' "$rows" | jq length) in all"
}

