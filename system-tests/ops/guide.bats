#!/usr/bin/env bats
# The commands in the guides are those that there are: each is run, with names of its own for folders and files. Lines
# that are marked with a dagger are left out.

setup() {
  load common
  prepare_compose
  set_up_to_run
  client=$(register)
  openssl rand -base64 32 >passphrase
  composed backup kept
  folder=$(echo kept/gateway-*Z)
  composed backup --encrypt passphrase encrypted
  file=$(echo encrypted/gateway-*Z.tar.enc)
  echo no.token.of.anybody >token
  : >audit
}

# Runs the lines of the blocks of guide $1; refused is fine (1), not understood (2) or not answered (3) is not.
run_commands_of() {
  # shellcheck disable=SC2016 # a pattern
  sed -n '/^```sh$/,/^```$/p' "$ROOT/docs/guide/$1" | grep 'ops/gateway' | grep -v '†' >lines
  assert [ "$(wc -l <lines)" -ge "$2" ]
  while IFS= read -r line; do
    line=$(printf '%s' "$line" | sed "s,/backup/gateway/gateway-[0-9TZ]*\.tar\.enc,$file,; s,/backup/gateway/gateway-[0-9TZ]*,$folder,
      s,/backup/gateway,more,; s,/backup/audit.jsonl,audit,; s,/etc/gateway/passphrase,passphrase,; s,/path/to/token,token,; s,CLIENT_ID,$client,
      s,CERTIFICATES_DIR=/certificates,CERTIFICATES_DIR=restored,; s,ops/gateway,'$ROOT/ops/gateway' --compose compose,")
    status=0
    output=$(sh -c "$line" </dev/null 2>&1) || status=$?
    [ "$status" -le 1 ] || fail "$line: exit code $status: $output"
  done <lines
}

@test "the commands of the guide to operations are understood" {
  run_commands_of operations.md 25
}

@test "the commands of troubleshooting are understood" {
  run_commands_of troubleshooting.md 6
}
