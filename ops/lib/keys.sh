# shellcheck shell=sh
# The keys that sign tokens.
# shellcheck disable=SC2154

keys() {
  locate
  case "${1:-} $#" in
    'list 1') result=$(ask GET "$oracle/admin/keys") ;;
    'rotate 1') result=$(ask POST "$oracle/admin/keys/rotate") ;;
    'withdraw 2') result=$(ask POST "$oracle/admin/keys/$(printf '%s' "$2" | jq -sRr @uri)/withdraw") ;;
    *) fail 2 "Accepted are: keys list, keys rotate, keys withdraw KID" ;;
  esac
  show "$(printf '%s' "$result" | jq .keys)" kid alg state created_at signs_from deleted_at
  $json || case $1 in
    rotate) say "The next key is published now and signs from the moment shown; nobody has to sign in again." ;;
    withdraw) say "Tokens that $2 signed are refused now, by other oracles within seconds. Clients refresh by themselves." ;;
  esac
}
