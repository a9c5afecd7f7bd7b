# shellcheck shell=sh
# Is everything up?
# shellcheck disable=SC2154

probe() {
  if curl --silent --fail --max-time 10 --output /dev/null "$2/health/ready"; then
    state=ready
  else
    state="not ready"
    healthy=false
  fi
  $json || printf '%-7s %s\n' "$1" "$state ($2)"
  report="$report$(jq -n --arg name "$1" --arg state "$state" --arg url "$2" '{($name): {state: $state, url: $url}}')"
}

check_health() {
  locate
  healthy=true
  report=
  probe oracle "$oracle"
  probe router "$router"
  if $json; then printf '%s' "$report" | jq -s --argjson healthy $healthy 'add + {healthy: $healthy}'; fi
  $healthy || fail 1 "Not healthy: look at the log of what is not ready."
}

# Looks at a gateway from outside.
doctor() {
  # shellcheck disable=SC2034 # read by java.sh
  module=doctor
  find_java
  build_if_needed
  if $json; then set -- --json "$@"; fi
  run_module DoctorMain --data "$data" "$@"
}

# Where the console is. What it asks for is up to CONSOLE of the oracle: a page that is not there is one that is off.
console() {
  locate
  status=0
  http_code=$(curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' "$oracle/console/sign-in") || status=$?
  [ "$status" -eq 0 ] || fail 3 "Nothing answers at $oracle: is the gateway running?"
  [ "$http_code" != 404 ] || fail 1 "The console is off: set CONSOLE to token or loopback."
  if $json; then
    jq --null-input --arg console "$oracle/console" --arg router "$router/" --arg token "${ADMIN_TOKEN_FILE:-}" \
      '{console: $console, router: $router, token_file: $token}'
    return
  fi
  printf '%s\n' "$oracle/console"
  case $http_code in
    200) say "Sign in with the token in ${ADMIN_TOKEN_FILE:-the file that ADMIN_TOKEN_FILE names}." ;;
    403) say "It lets nobody in from here; the page says why." ;;
  esac
}
