# shellcheck shell=sh
# Settings and routes: are they right, and what do they do?
# shellcheck disable=SC2154

route() {
  accepted="Accepted is: route explain URL [--method M] [--header 'NAME: VALUE']... [--address IP] [--json]"
  if [ "${1:-}" != explain ] || [ $# -lt 2 ]; then fail 2 "$accepted"; fi
  url=$2
  shift 2
  left=$#
  set -- "$@" --get --data-urlencode "url=$url"
  while [ "$left" -gt 0 ]; do
    option=$1
    shift
    left=$((left - 1))
    if [ "$option" = --json ]; then
      json=true
      continue
    fi
    case $option in
      --method | --header | --address) [ "$left" -gt 0 ] || fail 2 "$option needs a value" ;;
      *) fail 2 "Unknown option '$option'. $accepted" ;;
    esac
    value=$1
    shift
    left=$((left - 1))
    set -- "$@" --data-urlencode "${option#--}=$value"
  done
  locate
  result=$(ask GET "$router/admin/routes/explain" "$@")
  if $json; then
    printf '%s\n' "$result"
  else
    printf '%s' "$result" | jq -r '(.tried[] | if .not_taken_because then "no   \(.name): \(.not_taken_because)"
      else "yes  \(.name): \(.rule) (priority \(.priority))" end), (.then | to_entries[] | "\(.key + 1). \(.value)")'
  fi
}

config() {
  case "${1:-} $#" in
    'validate 1' | 'validate 2')
      find_java
      build_if_needed
      run_module ConfigValidate "${2:-${GATEWAY_CONFIG:-.}}"
      ;;
    'explain 1')
      locate
      result=$(ask GET "$oracle/admin/config")
      if $json; then
        printf '%s\n' "$result"
      else
        printf '%s' "$result" | jq -r '(del(.services) | to_entries[] | "\(.key)=\(.value)"),
          (.services[] | "service \(.name): \(.resource)\(if .open_to_everybody then ", open to everybody" else "" end)")'
      fi
      ;;
    *) fail 2 "Accepted are: config validate [DIR], config explain" ;;
  esac
}
