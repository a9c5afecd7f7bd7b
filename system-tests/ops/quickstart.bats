#!/usr/bin/env bats
# ops/gateway against a running quick start.

setup() {
  load common
  cd "$BATS_TEST_TMPDIR" || return
}

@test "check-health says what is ready, and exits with 3 or 1 where nothing is" {
  run gateway check-health
  assert_success
  assert_line --regexp '^oracle  ready'

  ORACLE_MANAGEMENT_URL=http://127.0.0.1:1 run "$ROOT/ops/gateway" check-health
  assert_failure 1
  ORACLE_MANAGEMENT_URL=http://127.0.0.1:1 ADMIN_TOKEN_FILE="$QUICKSTART/admin-token" run "$ROOT/ops/gateway" stats
  assert_failure 3
  assert_output --partial 'is the gateway running?'
}

@test "console says where it is, and fails where nothing is" {
  run gateway console
  assert_success
  assert_output "$(jq -r .oracle_management "$QUICKSTART/quickstart.json")/console"
  run curl --silent --fail "$output"
  assert_success
  assert_output --partial '<h1>Overview</h1>'

  run gateway console --json
  assert_equal "$(printf '%s' "$output" | jq -r .token_file)" "$QUICKSTART/admin-token"

  ORACLE_MANAGEMENT_URL=http://127.0.0.1:1 run "$ROOT/ops/gateway" console
  assert_failure 3
}

@test "every command of the usage has its own help" {
  # shellcheck disable=SC2013 # words
  for command in $("$ROOT/ops/gateway" --help | sed -n 's/^  \([a-z][a-z-]*\).*/\1/p' | sort -u); do
    [ "$command" != doctor ] || continue
    run "$ROOT/ops/gateway" "$command" --help
    if [ "$command" = route ]; then continue; fi
    assert_success
    assert_output --regexp "^  $command"
  done
}

@test "wrong usage exits with 2 and names what is accepted" {
  for line in 'nonsense' 'backup --nonsense' 'backup --keep none' 'restore' 'token' 'config' 'secrets' 'keys --dry-run list'; do
    # shellcheck disable=SC2086 # several words
    run gateway $line
    assert_failure 2
  done
  run gateway token
  assert_output --partial 'Accepted is: token explain [FILE]'
}

@test "stats counts clients and connections" {
  before=$(gateway stats --json | jq .clients)
  register
  run gateway stats --json
  assert_success
  assert_equal "$(printf '%s' "$output" | jq .clients)" $((before + 1))
  run gateway stats
  assert_line "registered clients: $((before + 1))"
}

@test "delete-client --dry-run ends nothing, and without it forgets the client" {
  client=$(register)
  run gateway delete-client --dry-run "$client"
  assert_success
  assert_output "Would end 0 connection(s) of $client."
  run gateway clients
  assert_output --partial "$client"

  run gateway delete-client "$client"
  assert_success
  run gateway clients
  refute_output --partial "$client"
}

@test "token explain says why a token is refused, and what it says of itself" {
  encoded=$(printf '{"iss":"https://elsewhere.example","exp":1700000000}' | base64 -w 0 | tr '+/' '-_' | tr -d '=')
  printf '%s' "$(printf '{"alg":"none"}' | base64 -w 0 | tr -d '=').$encoded.c2ln" >token
  run gateway token explain token
  assert_failure 1
  assert_line --partial 'access token, refused: '
  assert_line '  iss: https://elsewhere.example'
  assert_line '  exp: 2023-11-14T22:13:20Z'
  refute_output --partial "$encoded"

  run gateway token explain </dev/null
  assert_failure 2
}

@test "config explain shows settings and no secret" {
  run gateway config explain
  assert_success
  assert_line "ISSUER=$ISSUER"
  assert_line 'VERIFY_SECRET=[redacted]'
  assert_line --partial 'service echo: '
}

@test "backup writes a dated folder for its owner alone, and inspect shows it without secrets" {
  client=$(register)
  run gateway backup kept
  assert_success
  assert_output --partial 'GATEWAY_JWT_SECRET is not in it'
  folder=$(echo kept/gateway-*Z)
  assert_equal "$(stat -c %a "$folder")" 700
  assert_equal "$(stat -c %a "$folder"/* | sort -u)" 600
  assert [ -s "$folder/store.ndjson" ]
  assert [ -s "$folder/certificates.tar.gz" ]
  assert_equal "$(find kept -mindepth 1 -maxdepth 1 | wc -l)" 1

  run gateway inspect "$folder"
  assert_success
  assert_line --partial "$client"
  assert_line --partial 'files: certificates.tar.gz store.ndjson'
  refute_output --partial "$(jq -r 'select(.kind == "key") | .sealed // .value' "$folder/store.ndjson" | head -n 1)"
}

@test "a backup that was changed or cut off is refused" {
  gateway backup kept
  folder=$(echo kept/gateway-*Z)
  sed -i '1s/./x/' "$folder/store.ndjson"
  run gateway inspect "$folder"
  assert_failure 1
  run gateway restore --merge "$folder"
  assert_failure 1
  assert_output --partial 'checksums'
}

@test "an encrypted backup opens with its passphrase alone" {
  openssl rand -base64 32 >phrase
  openssl rand -base64 32 >other
  run gateway backup --encrypt phrase kept
  assert_success
  file=$(echo kept/gateway-*Z.tar.enc)
  assert_equal "$(stat -c %a "$file")" 600
  run grep -aq 'client' "$file"
  assert_failure

  run gateway inspect --decrypt phrase "$file"
  assert_success
  run gateway inspect --decrypt other "$file"
  assert_failure 1
  run gateway inspect "$file"
  assert_failure 2
  assert_output --partial '--decrypt'
  echo short >short
  run gateway backup --encrypt short kept
  assert_failure 2
}

@test "backup --keep deletes the oldest backups and nothing else" {
  mkdir -p kept/gateway-20200101T000000Z kept/gateway-20210101T000000Z kept/gateway-mineZ
  touch kept/gateway-20200601T000000Z.tar.enc
  run gateway backup --keep 2 kept
  assert_success
  assert [ ! -e kept/gateway-20200101T000000Z ]
  assert [ ! -e kept/gateway-20200601T000000Z.tar.enc ]
  assert [ -d kept/gateway-20210101T000000Z ]
  assert [ -d kept/gateway-mineZ ]
}

@test "a backup that fails leaves nothing behind" {
  ORACLE_MANAGEMENT_URL=http://127.0.0.1:1 ADMIN_TOKEN_FILE="$QUICKSTART/admin-token" run "$ROOT/ops/gateway" backup kept
  assert_failure 3
  assert_equal "$(ls -A kept)" ''
}

@test "restore refuses a store that is not empty, and brings a client back" {
  client=$(register)
  gateway backup kept
  folder=$(echo kept/gateway-*Z)
  gateway delete-client "$client"
  register

  run gateway restore "$folder"
  assert_failure 1
  assert_output --partial 'The store is not empty.'
  run gateway restore --dry-run "$folder"
  assert_success
  assert_output --partial 'client '
  run gateway clients
  refute_output --partial "$client"

  run gateway restore --merge "$folder"
  assert_success
  assert_output --partial 'revoked again, from '
  run gateway clients
  assert_output --partial "$client"
}

@test "restore revokes again what the audit file says, and names the time of which nothing is known" {
  gateway backup kept
  folder=$(echo kept/gateway-*Z)
  made_at=$(head -n 1 "$folder/store.ndjson" | jq -r .created_at)
  printf '{"at":"%s","event":"user.revoked","user":"local:nobody"}\nhalf a li\n' "$(date -u -d '+1 minute' +%FT%TZ)" >audit
  run gateway restore --merge --json --audit audit "$folder"
  assert_success
  assert_equal "$(printf '%s' "$output" | jq -r .revocations.since)" "$made_at"
  assert_equal "$(printf '%s' "$output" | jq .revocations.applied.users)" 1
  assert_equal "$(printf '%s' "$output" | jq .revocations.not_understood)" 1
  # The trail in this store goes back to before the backup.
  assert_equal "$(printf '%s' "$output" | jq -c .revocations.unknown)" '[]'

  sed '1s/"created_at":"20../"created_at":"2000/; $d' "$folder/store.ndjson" >old
  printf '{"records":%s,"sha256":"%s"}\n' "$(($(wc -l <old) - 1))" "$(sha256sum <old | cut -d ' ' -f 1)" >>old
  run gateway restore --merge old
  assert_success
  assert_output --partial 'What was revoked between 2000'
  assert_output --partial 'AUDIT_FILE'
  run gateway restore --merge --audit missing old
  assert_failure 2
}

@test "the recipes of the reference stack have their commands" {
  run just --justfile "$ROOT/justfile" --summary
  assert_success
  for recipe in check-health oauth-backup oauth-restore oauth-list-registrations oauth-list-tokens oauth-stats logs exec; do
    assert_output --regexp "(^| )$recipe( |\$)"
  done
  ORACLE_MANAGEMENT_URL=$(jq -r .oracle_management "$QUICKSTART/quickstart.json") ADMIN_TOKEN_FILE="$QUICKSTART/admin-token" \
    run just --justfile "$ROOT/justfile" oauth-stats
  assert_success
  assert_line --partial 'registered clients: '
}
