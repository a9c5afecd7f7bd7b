# shellcheck shell=sh
# Backups: of the store alone (export, import) and of everything (backup, restore).
# shellcheck disable=SC2154

# Is FILE $1 a whole backup? Its last line has the checksum of all lines before it.
check_backup() {
  told=$(tail -n 1 "$1" | jq -r '.sha256 // empty' 2>/dev/null) || told=
  found=$(sed '$d' "$1" | sha256sum | cut -d ' ' -f 1)
  [ -n "$told" ] && [ "$told" = "$found" ]
}

export_store() {
  force=false
  if [ "${1:-}" = --force ]; then
    force=true
    shift
  fi
  if [ $# -ne 1 ] || [ -z "$1" ]; then fail 2 "Accepted is: export [--force] FILE"; fi
  file=$1
  if [ -e "$file" ] && ! $force; then
    fail 1 "$file is there already; name another file, or use --force to replace it"
  fi
  locate
  umask 077
  partial=$(mktemp "$(dirname "$file")/.$(basename "$file").XXXXXX") || fail 1 "Nothing can be written beside $file."
  trap 'rm -f "$partial"' EXIT
  trap 'exit 1' HUP INT TERM
  options=$(authorization) || exit
  code=$(printf '%s\n' "$options" |
    curl --silent --show-error --config - --output "$partial" --write-out '%{http_code}' "$oracle/admin/export") ||
    fail 3 "The backup broke off: is the gateway running at $oracle? $file is as it was."
  [ "$code" = 200 ] || fail 1 "Refused ($code): $(cat "$partial")"
  check_backup "$partial" || fail 1 "The backup is not whole, so it was thrown away: look at the oracle's log. $file is as it was."
  sync
  mv "$partial" "$file"
  sync
  records=$(tail -n 1 "$file" | jq .records)
  if $json; then
    jq -n --arg file "$file" --argjson records "$records" '{file: $file, records: $records}'
  else
    say "$records records in $file. Keep GATEWAY_JWT_SECRET with it: it unseals the keys."
  fi
}

import_store() {
  ! $dry_run || fail 2 "import has no --dry-run: use restore --dry-run FILE, or inspect FILE"
  mode=merge
  case ${1:-} in
    --merge | --replace)
      mode=${1#--}
      shift
      ;;
  esac
  if [ $# -ne 1 ] || [ -z "$1" ]; then fail 2 "Accepted is: import [--merge | --replace] FILE"; fi
  [ -r "$1" ] || fail 2 "$1 is not a file that can be read"
  locate
  post_lines "$1" "$oracle/admin/import?mode=$mode"
  [ "$status" -eq 0 ] || fail 3 "Nothing answers at $oracle: is the gateway running? Repeating an import is harmless."
  [ "$http_code" = 200 ] ||
    fail 1 "Refused: $(printf '%s' "$body" | jq -r '.error_description // .error // .' 2>/dev/null || printf '%s' "$body")"
  if $json; then
    printf '%s\n' "$body"
  else
    printf '%s' "$body" | jq -r '(.imported | to_entries[] | "\(.key): \(.value.added) added, \(.value.present) there already, \(.value.ended) ended (expired or revoked)"),
      (if .not_carried_over > 0 then "not carried over: \(.not_carried_over)" else empty end), .next'
  fi
}

# Sets $phrase to the file with the passphrase, named by option $1, once it can be used.
check_passphrase() {
  need openssl
  [ -r "$2" ] || fail 2 "$1 needs a file that holds the passphrase; $2 cannot be read"
  phrase=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
  [ "$(head -n 1 "$phrase" | tr -d '\n' | wc -c)" -ge 16 ] ||
    fail 2 "The passphrase in $2 is too short: at least 16 characters in one line; make one with: openssl rand -base64 32"
}

# Encrypts or, with -d, decrypts standard input. What is inside has checksums, so that a changed file is noticed.
cipher() {
  openssl enc -aes-256-cbc -pbkdf2 -iter 600000 -salt -pass "file:$phrase" "$@"
}

progress() {
  $json || say "$*"
}

# The files of certificates as a folder in $work; compose has them in a volume, in an image without tar.
fetch_certificates() {
  case $where in
    compose)
      container=$(compose ps -q router | head -n 1)
      [ -n "$container" ] || fail 3 "The router is not running, so its certificates cannot be read."
      mkdir "$work/volume"
      docker cp "$container:/certificates" - | tar -xf - -C "$work/volume" || fail 1 "The router's certificates cannot be read."
      certificates="$work/volume/certificates"
      ;;
    quickstart) certificates="$data/certificates" ;;
    *) certificates=${CERTIFICATES_DIR:-} ;;
  esac
}

# Another command on the same gateway, quiet unless it fails.
again() {
  status=0
  CERTIFICATES_DIR="${certificates:-}" ORACLE_MANAGEMENT_URL="$oracle" ROUTER_MANAGEMENT_URL="$router" \
    ADMIN_TOKEN_FILE="${ADMIN_TOKEN_FILE:-}" "$root/ops/gateway" "$@" >"$work/said" 2>&1 || status=$?
  [ "$status" -eq 0 ] || fail "$status" "$(cat "$work/said")"
}

# Settings without what is secret, and gateway.yaml.
save_settings() {
  case $where in
    compose)
      while IFS= read -r line; do
        key=${line%%=*}
        if [ "$key" != "$line" ] && is_secret "$key"; then
          printf '# %s is a secret and not in this backup\n' "$key"
        else
          printf '%s\n' "$line"
        fi
      done <"$compose_dir/.env" >"$1/settings.env"
      if [ -r "$compose_dir/config/gateway.yaml" ]; then cp "$compose_dir/config/gateway.yaml" "$1/gateway.yaml"; fi
      ;;
    *) if [ -r "${GATEWAY_CONFIG:-}/gateway.yaml" ]; then cp "$GATEWAY_CONFIG/gateway.yaml" "$1/gateway.yaml"; fi ;;
  esac
}

# All but the newest $2 backups in folder $1 are deleted; nothing else that lies there is.
keep_newest() {
  for each in "$1"/gateway-*Z "$1"/gateway-*Z.tar.enc; do
    if [ -e "$each" ]; then printf '%s\n' "$each"; fi
  done | grep -E '/gateway-[0-9]{8}T[0-9]{6}Z(\.tar\.enc)?$' | sort -r | tail -n "+$(($2 + 1))" |
    while IFS= read -r old; do
      rm -rf "$old"
      progress "Deleted the old backup $old"
    done
}

backup() {
  accepted="Accepted is: backup [--encrypt PASSPHRASE_FILE] [--keep N] [DIR]"
  folder=
  phrase=
  keep=
  while [ $# -gt 0 ]; do
    case $1 in
      --encrypt)
        [ $# -ge 2 ] || fail 2 "--encrypt needs a file that holds the passphrase"
        check_passphrase --encrypt "$2"
        shift
        ;;
      --keep)
        case ${2:-} in
          '' | *[!0-9]* | 0* | ?????*) fail 2 "--keep needs a number of backups, from 1 to 9999" ;;
        esac
        keep=$2
        shift
        ;;
      -*) fail 2 "Unknown option '$1'. $accepted" ;;
      *)
        [ -z "$folder" ] || fail 2 "$accepted"
        folder=$1
        ;;
    esac
    shift
  done
  folder=${folder:-./backups}
  locate
  name=gateway-$(date -u +%Y%m%dT%H%M%SZ)
  target="$folder/$name${phrase:+.tar.enc}"
  if $dry_run; then
    say "Would write $target"
    return
  fi
  umask 077
  mkdir -p "$folder" || fail 1 "$folder cannot be made."
  [ ! -e "$target" ] || fail 1 "$target is there already; wait a second"
  # Beside its place, so that it appears there whole or not at all.
  work=$(mktemp -d "$folder/.$name.XXXXXX") || fail 1 "Nothing can be written to $folder."
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  mkdir "$work/$name"

  progress "Store ..."
  again export "$work/$name/store.ndjson"
  records=$(tail -n 1 "$work/$name/store.ndjson" | jq .records)
  fetch_certificates
  if [ -n "$certificates" ]; then
    progress "Certificates ..."
    again certs backup "$work/$name/certificates.tar.gz"
  fi
  save_settings "$work/$name"
  { (cd "$work/$name" && sha256sum -- *) >"$work/sums" && mv "$work/sums" "$work/$name/SHA256SUMS"; } || fail 1 "The backup cannot be written whole."
  if [ -n "$phrase" ]; then
    progress "Encryption ..."
    tar -C "$work" -cf "$work/plain.tar" "$name" || fail 1 "The backup cannot be written whole."
    cipher <"$work/plain.tar" >"$work/encrypted" || fail 1 "openssl could not encrypt the backup."
    mv "$work/encrypted" "$target"
  else
    mv "$work/$name" "$target"
  fi
  sync
  [ -z "$keep" ] || keep_newest "$folder" "$keep"
  if $json; then
    jq -n --arg backup "$target" --argjson records "$records" '{backup: $backup, records: $records}'
  else
    say "$records records$([ -z "$certificates" ] || printf ', certificates') in $target."
    say "GATEWAY_JWT_SECRET is not in it, and without it the backup cannot be used: keep it elsewhere."
  fi
}

# Sets $file to the store's part of backup $1 (a folder, an encrypted file, or a file of export) and $unpacked to its
# folder, if it has one. Whatever is not whole is refused.
open_backup() {
  unpacked=
  [ -e "$1" ] || fail 2 "$1 is not there"
  if [ -d "$1" ]; then
    unpacked=$1
  elif [ "$(head -c 8 "$1")" = Salted__ ]; then
    [ -n "$phrase" ] || fail 2 "$1 is encrypted: name the file with its passphrase with --decrypt PASSPHRASE_FILE"
    umask 077
    work=$(mktemp -d) || fail 1 "No temporary folder can be made."
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    { cipher -d <"$1" >"$work/plain.tar" 2>/dev/null && tar -C "$work" -xf "$work/plain.tar" 2>/dev/null; } ||
      fail 1 "$1 cannot be decrypted: the passphrase is another one, or the file is damaged."
    rm "$work/plain.tar"
    unpacked=$(find "$work" -mindepth 1 -maxdepth 1 -type d -name 'gateway-*Z' | head -n 1)
  fi
  if [ -n "$unpacked" ]; then
    (cd "$unpacked" && sha256sum --quiet --check SHA256SUMS >/dev/null 2>&1) ||
      fail 1 "$1 is no backup, or was changed or cut off: its checksums are missing or wrong."
    file="$unpacked/store.ndjson"
  else
    file=$1
  fi
  [ -r "$file" ] || fail 2 "$file is not a file that can be read"
}

# What kind of file $file is: ours or the reference stack's.
describe_file() {
  if head -n 1 "$file" | jq -e '.format' >/dev/null 2>&1; then
    check_backup "$file" || fail 1 "$file is cut off or was changed: its checksum is wrong."
    jq -s '{
      format: .[0].format, version: .[0].version, created_at: .[0].created_at, issuer: .[0].issuer,
      records: .[-1].records,
      kinds: ([.[] | select(.kind) | .kind] | group_by(.) | map({(.[0]): length}) | add // {}),
      clients: [.[] | select(.kind == "client") | (.id // .client_id)],
      users: ([.[] | select(.kind == "grant") | (.user_id // .user)] | unique)
    }' "$file"
  else
    jq -e 'if type == "object" then . else error("no object") end | {
      format: "reference stack",
      top: (to_entries | map({(.key): (.value | if type == "object" or type == "array" then length else null end)}) | add)
    }' "$file" 2>/dev/null || fail 1 "$file is neither a backup of this gateway nor an oauth-backup-*.json of the reference stack."
  fi
}

inspect() {
  phrase=
  if [ "${1:-}" = --decrypt ]; then
    [ $# -ge 2 ] || fail 2 "--decrypt needs a file that holds the passphrase"
    check_passphrase --decrypt "$2"
    shift 2
  fi
  [ $# -eq 1 ] || fail 2 "Accepted is: inspect [--decrypt PASSPHRASE_FILE] BACKUP"
  need jq
  open_backup "$1"
  result=$(describe_file)
  if $json; then
    printf '%s\n' "$result"
  else
    printf '%s' "$result" | jq -r 'to_entries[] | select(.value != null) |
      "\(.key): \(.value | if type == "object" then (to_entries | map("\(.key) \(.value // "-")") | join(", ")) elif type == "array" then join(", ") else . end)"'
    if [ -n "$unpacked" ]; then say "files: $(cd "$unpacked" && find . -type f ! -name SHA256SUMS | sort | sed 's,^\./,,' | tr '\n' ' ')"; fi
  fi
}

# Applies what the audit trail says was revoked since moment $1, when the backup was made; prints what was done. The
# trail is the store's, and that in file $trail.
replay_revocations() {
  post_lines "${trail:-/dev/null}" "$oracle/admin/revocations/replay?since=$1"
  [ "$status" -eq 0 ] || fail 3 "Nothing answers at $oracle: the backup is restored, but what was revoked since is not ended yet. Repeat the command with --merge."
  [ "$http_code" = 200 ] ||
    fail 1 "The backup is restored, but what was revoked since could not be ended: $body. Repeat the command with --merge."
  printf '%s' "$body"
}

restore() {
  accepted="Accepted is: restore [--decrypt PASSPHRASE_FILE] [--merge | --replace] [--audit FILE] BACKUP"
  phrase=
  trail=
  mode=
  while [ $# -gt 0 ]; do
    case $1 in
      --decrypt)
        [ $# -ge 2 ] || fail 2 "--decrypt needs a file that holds the passphrase"
        check_passphrase --decrypt "$2"
        shift
        ;;
      --merge | --replace) mode=$1 ;;
      --audit)
        [ $# -ge 2 ] || fail 2 "--audit needs the audit file of the gateway that was lost"
        [ -r "$2" ] || fail 2 "--audit names $2, which cannot be read"
        trail=$2
        shift
        ;;
      -*) fail 2 "Unknown option '$1'. $accepted" ;;
      *) break ;;
    esac
    shift
  done
  [ $# -eq 1 ] || fail 2 "$accepted"
  locate
  open_backup "$1"
  description=$(describe_file)
  registered=$(ask GET "$oracle/admin/clients?limit=1")
  granted=$(ask GET "$oracle/admin/grants?limit=1")
  empty=$(printf '%s%s' "$registered" "$granted" | jq -s 'all(.[]; (.clients // .grants) == [])')
  if $dry_run; then
    if $json; then
      printf '%s' "$description" | jq --argjson empty "$empty" '. + {store_is_empty: $empty}'
    else
      printf '%s' "$description" | jq -r '"Would restore: \(.kinds // .top | to_entries | map("\(.key) \(.value)") | join(", "))"'
      if $empty; then say "The store is empty."; else say "The store is not empty: --merge or --replace would be needed."; fi
    fi
    return
  fi
  if ! $empty && [ -z "$mode" ]; then
    fail 1 "The store is not empty. Choose --merge to add what is missing, or --replace to forget first what is there."
  fi
  imported=$(import_store "${mode:---merge}" "$file")
  made_at=$(printf '%s' "$description" | jq -r '.created_at // empty')
  replayed=null
  if [ -n "$made_at" ]; then replayed=$(replay_revocations "$made_at"); fi
  if $json; then
    printf '%s' "$imported" | jq --argjson replayed "$replayed" '. + {revocations: $replayed}'
    return
  fi
  printf '%s\n' "$imported"
  if [ -n "$made_at" ]; then
    printf '%s' "$replayed" | jq -r '"revoked again, from \(.since) on: \(.applied | if . == {} then "nothing" else to_entries | map("\(.value) \(.key)") | join(", ") end)",
      (if .not_understood > 0 then "\(.not_understood) line(s) of the audit file were not understood" else empty end),
      (.unknown[] | "What was revoked between \(.from) and \(.to) is not known, and may be live again.")'
    if [ "$(printf '%s' "$replayed" | jq '.unknown | length')" -gt 0 ]; then
      say "Where AUDIT_FILE was set, give its file: ops/gateway restore --merge --audit FILE $1. Else revoke by hand what you know of: ops/gateway revoke-user ID, revoke-client ID."
    fi
  fi
  if [ -n "$unpacked" ] && [ -e "$unpacked/certificates.tar.gz" ] && ! $json; then
    say "Certificates are not touched: ops/gateway certs restore brings them back into an empty folder."
  fi
}
