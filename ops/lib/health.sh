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
