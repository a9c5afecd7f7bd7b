# shellcheck shell=sh
# Who is connected with what: clients, grants, tokens, security events, and how to end them.
# shellcheck disable=SC2154

clients() {
  locate
  rows=$(all_pages "$oracle/admin/clients" clients)
  rows=$(printf '%s' "$rows" | jq 'map({client_name: .metadata.client_name} + .)')
  show "$rows" client_id client_name created_at expires_at
}

grants() {
  locate
  query=
  case ${1:-} in
    '') ;;
    --user | --client)
      [ $# -eq 2 ] || fail 2 "$1 needs an id"
      query="?${1#--}=$(printf '%s' "$2" | jq -sRr @uri)"
      ;;
    *) fail 2 "Unknown option '$1'; accepted are --user ID and --client ID" ;;
  esac
  rows=$(all_pages "$oracle/admin/grants$query" grants)
  show "$rows" grant_id user_id client_id resource scope last_used_at expires_at
}

revoke_user() {
  [ $# -eq 1 ] || fail 2 "revoke-user needs a user's id, such as local:alice; ops/gateway grants lists them"
  locate
  if $dry_run; then
    would_end user "$1"
    return
  fi
  result=$(ask POST "$oracle/admin/users/$(printf '%s' "$1" | jq -sRr @uri)/revoke")
  if $json; then
    printf '%s\n' "$result"
  else
    say "Ended $(printf '%s' "$result" | jq -r .revoked_grants) connection(s) of $1. Its clients have to sign in again."
  fi
}

revoke_client() {
  [ $# -eq 1 ] || fail 2 "$command needs a client's id; ops/gateway clients lists them"
  locate
  if $dry_run; then
    would_end client "$1"
    return
  fi
  client="$oracle/admin/clients/$(printf '%s' "$1" | jq -sRr @uri)"
  if [ "$command" = revoke-client ]; then result=$(ask POST "$client/revoke"); else result=$(ask DELETE "$client"); fi
  if $json; then
    printf '%s\n' "$result"
  else
    say "Ended $(printf '%s' "$result" | jq -r .revoked_grants) connection(s) of $1."
    case $(printf '%s' "$result" | jq -r .deleted) in
      true) say "The client is forgotten: it has to be removed from the MCP client and added again." ;;
      false) say "No registered client has this id; nothing was left to forget." ;;
    esac
  fi
}

revoke_token() {
  [ $# -le 1 ] || fail 2 "Accepted is: revoke-token [FILE]; without FILE the token is read from standard input"
  locate
  umask 077
  form=$(mktemp) || fail 1 "No temporary file can be made."
  trap 'rm -f "$form"' EXIT
  if [ $# -eq 1 ]; then
    [ -r "$1" ] || fail 2 "$1 cannot be read"
    tr -d '[:space:]' <"$1" >"$form"
  else
    tr -d '[:space:]' >"$form"
  fi
  result=$(ask POST "$oracle/admin/grants/revoke" --data-urlencode "token@$form")
  if $json; then
    printf '%s\n' "$result"
  else
    say "Ended the connection $(printf '%s' "$result" | jq -r '"\(.grant_id) of \(.user_id) with client \(.client_id)"'), and with it all of its tokens."
  fi
}

audit() {
  count=${1:-50}
  case $count in
    '' | *[!0-9]* | 0*) fail 2 "Accepted is: audit [N], with N from 1 to 500" ;;
  esac
  [ $# -le 1 ] || fail 2 "Accepted is: audit [N], with N from 1 to 500"
  locate
  result=$(ask GET "$oracle/admin/audit?limit=$count")
  if $json; then
    printf '%s' "$result" | jq -c '.events | reverse | .[]'
  else
    printf '%s' "$result" | jq -r '.events | reverse | .[] | "\(.at) \(.event) " + (del(.at, .event) | to_entries | map("\(.key)=\(.value)") | join(" "))'
  fi
}

# Says how many connections of the user or client ($1) with id $2 a command would end.
would_end() {
  rows=$(all_pages "$oracle/admin/grants?$1=$(printf '%s' "$2" | jq -sRr @uri)" grants)
  count=$(printf '%s' "$rows" | jq length)
  if $json; then jq -n --argjson count "$count" '{would_revoke_grants: $count}'; else say "Would end $count connection(s) of $2."; fi
}

stats() {
  locate
  registered=$(all_pages "$oracle/admin/clients" clients)
  granted=$(all_pages "$oracle/admin/grants" grants)
  registered=$(printf '%s' "$registered" | jq length)
  result=$(printf '%s' "$granted" | jq --argjson clients "$registered" '{
    clients: $clients,
    connected_clients: (map(.client_id) | unique | length),
    users: (map(.user_id) | unique | length),
    connections: length,
    by_service: (group_by(.resource) | map({service: .[0].resource, connections: length, users: (map(.user_id) | unique | length)}))
  }')
  if $json; then
    printf '%s\n' "$result"
  else
    printf '%s' "$result" | jq -r '"registered clients: \(.clients)", "connected clients:  \(.connected_clients)", "users:              \(.users)", "connections:        \(.connections)"'
    show "$(printf '%s' "$result" | jq .by_service)" service connections users
  fi
}

# The store removes what has expired by itself; the command is for those who know it from the reference stack.
purge_expired() {
  if $json; then
    echo '{"purged": 0}'
  else
    say "Nothing to do: what has expired is not used any more from that moment on, and the store removes it by itself."
  fi
}

token() {
  if [ "${1:-}" != explain ] || [ $# -gt 2 ]; then
    fail 2 "Accepted is: token explain [FILE]; without FILE the token is read from standard input"
  fi
  locate
  umask 077
  form=$(mktemp) || fail 1 "No temporary file can be made."
  trap 'rm -f "$form"' EXIT
  trap 'exit 1' HUP INT TERM
  if [ $# -eq 2 ]; then
    [ -r "$2" ] || fail 2 "$2 cannot be read"
    tr -d '[:space:]' <"$2" >"$form"
  else
    tr -d '[:space:]' >"$form"
  fi
  [ -s "$form" ] || fail 2 "There is no token: give it on standard input or in a file, without 'Bearer' before it"
  # What a JWT says of itself, genuine or not.
  said=$(jq -R 'split(".") | if length == 3 then .[0:2] | map(gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson) | {header: .[0], claims: .[1]} else null end' "$form" 2>/dev/null) || said=null
  result=$(ask POST "$oracle/admin/tokens/explain" --data-urlencode "token@$form")
  result=$(printf '%s' "$result" | jq --argjson said "${said:-null}" '. + {says: $said}')
  if $json; then
    printf '%s\n' "$result"
  else
    printf '%s' "$result" | jq -r '
      def moment: if type == "number" then todate else . end;
      "\(.kind) token, \(if .live then "live" else "refused: \(.reason)" end)",
      (.says | select(.) | .header, .claims | to_entries[] | "  \(.key): \(if .key == "exp" or .key == "iat" or .key == "nbf" then (.value | moment) else .value end)"),
      (.grant | select(.) | "its connection: \(.grant_id) of \(.user_id) (\(.user_name)) with client \(.client_id) to \(.resource), last used \(.last_used_at), until \(.expires_at)")'
  fi
  printf '%s' "$result" | jq -e .live >/dev/null || exit 1
}
