# shellcheck shell=sh
# Certificates: which there are, ordering them, and their backup.
# shellcheck disable=SC2154

certs() {
  case "${1:-list} $#" in
    'list 0' | 'list 1')
      locate
      result=$(ask GET "$router/admin/certificates")
      if $json; then
        printf '%s\n' "$result"
      else
        show "$(printf '%s' "$result" | jq '.certificates')" host source issuer expires next_order
        printf '%s' "$result" | jq -r '
          (.certificates[] | select(.problem) | "\(.host): \(.problem)\(if .problem_at then " (\(.problem_at))" else "" end)"),
          (.problems[] | "not used: \(.)"), (.ordering_router // empty | "ordering at this moment: \(.)")'
      fi
      printf '%s' "$result" | jq -e '[.certificates[] | select((.expires | sub("\\.[0-9]+"; "") | fromdateiso8601) < now)] | length == 0' >/dev/null ||
        fail 1 "A certificate has expired."
      ;;
    'renew 2')
      locate
      $json || say "Ordering a certificate for $2; this takes a minute or more."
      result=$(ask POST "$router/admin/certificates/$(printf '%s' "$2" | jq -sRr @uri)/renew" --max-time 1800)
      if $json; then printf '%s\n' "$result"; else say "$(printf '%s' "$result" | jq -r .message)"; fi
      ;;
    'backup '*)
      force=false
      if [ "${2:-}" = --force ]; then
        force=true
        shift
      fi
      if [ $# -ne 2 ] || [ -z "$2" ]; then fail 2 "Accepted is: certs backup [--force] FILE"; fi
      folder=${CERTIFICATES_DIR:-$data/certificates}
      [ -r "$folder/local-ca.pem" ] || fail 2 "$folder is no folder of certificates: set CERTIFICATES_DIR, or --data DIR for the quick start's."
      if [ -e "$2" ] && ! $force; then fail 1 "$2 is there already; name another file, or use --force to replace it"; fi
      umask 077
      partial=$(mktemp "$(dirname "$2")/.$(basename "$2").XXXXXX") || fail 1 "Nothing can be written beside $2."
      trap 'rm -f "$partial"' EXIT
      trap 'exit 1' HUP INT TERM
      tar -C "$folder" --exclude='*.new' --exclude=./acme/challenges --exclude='./acme/lease*' -czf "$partial" . ||
        fail 1 "$folder cannot be read whole. $2 is as it was."
      mv "$partial" "$2"
      files=$(tar -tzf "$2" | grep -vc '/$')
      if $json; then
        jq -n --arg file "$2" --argjson files "$files" '{file: $file, files: $files}'
      else
        say "$files files of $folder in $2. It holds private keys: keep it where nobody else reads it."
      fi
      ;;
    'restore 2')
      folder=${CERTIFICATES_DIR:-$data/certificates}
      tar -tzf "$2" ./local-ca.pem >/dev/null 2>&1 || fail 1 "$2 is no backup of certificates, or is damaged."
      [ -z "$(ls -A "$folder" 2>/dev/null)" ] || fail 1 "$folder is not empty; move what is in it away first."
      umask 077
      mkdir -p "$folder"
      { tar -C "$folder" -xpzf "$2" && chmod 700 "$folder"; } || fail 1 "$2 is not whole; empty $folder before you try again."
      if $json; then
        jq -n --arg folder "$folder" '{folder: $folder}'
      else
        say "Restored to $folder. It must belong to the router's user; start the router now."
      fi
      ;;
    *) fail 2 "Accepted are: certs, certs renew HOST, certs backup [--force] FILE, certs restore FILE" ;;
  esac
}
