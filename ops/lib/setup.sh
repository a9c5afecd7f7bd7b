# shellcheck shell=sh
# Writes what Docker Compose needs before the first start: compose/.env and the secrets in files. Secrets are never
# printed and never taken from the command line, where other users of the machine would see them.
# shellcheck disable=SC2154

# In the order in which they are asked for.
needed="BASE_DOMAIN ACME_EMAIL GITHUB_CLIENT_ID GITHUB_CLIENT_SECRET GATEWAY_JWT_SECRET REDIS_PASSWORD ALLOWED_GITHUB_USERS"

is_secret() {
  case $1 in
    *SECRET | *PASSWORD | *TOKEN | *_KEY | *_B64 | STORAGE_URL | REDIS_URL) ;;
    *) return 1 ;;
  esac
}

random_secret() {
  need openssl
  openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'
}

# What setting $1 has in $env_file; empty if it has none.
env_value() {
  [ ! -r "$env_file" ] || sed -n "s/^$1=//p" "$env_file" | tail -n 1 | sed "s/^'\(.*\)'\$/\1/; s/^\"\(.*\)\"\$/\1/"
}

# Sets NAME=VALUE in $new_env, in place of what it had. A builtin writes it, so that it is in no process list.
put_env() {
  grep -v "^$1=" "$new_env" >"$new_env.next" || true
  printf '%s=%s\n' "$1" "$2" >>"$new_env.next"
  mv "$new_env.next" "$new_env"
}

# Says what is wrong with VALUE $2 for NAME $1, and what is accepted; quiet if it can be used.
complaint() {
  case $2 in
    *[[:space:]\'\"\\\$\#\`]*)
      echo "$1 has a space, a quote or one of \\ \$ # \` in it, which .env cannot carry plainly: leave it out"
      return
      ;;
  esac
  case $1 in
    BASE_DOMAIN)
      printf '%s' "$2" | grep -Eqx 'localhost|([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?' ||
        echo "BASE_DOMAIN is '$2': accepted is a host name in small letters such as example.com, without https:// and without a path"
      ;;
    ACME_EMAIL)
      printf '%s' "$2" | grep -Eqx '[^@]+@[^@]+\.[^@.]+' ||
        echo "ACME_EMAIL is '$2': accepted is an e-mail address such as admin@example.com; the certificate authority may write to it"
      ;;
    GITHUB_CLIENT_ID)
      printf '%s' "$2" | grep -Eqx '[A-Za-z0-9._-]{8,64}' ||
        echo "GITHUB_CLIENT_ID is '$2': accepted is the client ID of your OAuth app, as GitHub shows it under Settings, Developer settings, OAuth Apps"
      ;;
    GITHUB_CLIENT_SECRET)
      [ ${#2} -ge 20 ] || echo "GITHUB_CLIENT_SECRET is too short: accepted is the client secret that GitHub showed once; make another one on the OAuth app's page"
      ;;
    GATEWAY_JWT_SECRET)
      [ ${#2} -ge 32 ] || echo "GATEWAY_JWT_SECRET is too short: accepted are at least 32 characters; leave it out and one is made"
      ;;
    REDIS_PASSWORD)
      printf '%s' "$2" | grep -Eqx '[A-Za-z0-9_.~-]{16,}' ||
        echo "REDIS_PASSWORD cannot be used: accepted are at least 16 of A-Z a-z 0-9 - _ . ~; leave it out and one is made"
      ;;
    ALLOWED_GITHUB_USERS)
      printf '%s' "$2" | tr ',' '\n' | grep -Evqx '\*|[A-Za-z0-9][A-Za-z0-9-]*|[a-z-]+:[A-Za-z0-9][A-Za-z0-9._@/-]*' &&
        echo "ALLOWED_GITHUB_USERS is '$2': accepted are GitHub logins and rules such as alice,github-org:acme, or * for everybody"
      ;;
    *)
      # What compose.yaml takes from .env counts too, such as ports.
      grep -qs "^| \`$1\` |" "$root/docs/reference/settings.md" || grep -Eqs "[$][{]$1[:?}-]" "$compose_dir"/compose*.yaml ||
        echo "$1 is no setting; docs/reference/settings.md lists them"
      ;;
  esac
  return 0
}

# Asks for $1 until the answer can be used; a secret is not shown while it is typed.
ask_for() {
  while :; do
    case $1 in
      BASE_DOMAIN) printf 'Domain, below which services live (BASE_DOMAIN): ' >&2 ;;
      ACME_EMAIL) printf 'E-mail address for the certificate authority (ACME_EMAIL): ' >&2 ;;
      ALLOWED_GITHUB_USERS) printf 'Who may use it: GitHub logins, separated by commas (ALLOWED_GITHUB_USERS): ' >&2 ;;
      *) printf '%s: ' "$1" >&2 ;;
    esac
    if is_secret "$1"; then
      stty -echo
      trap 'stty echo' EXIT
      trap 'exit 1' HUP INT TERM
      read -r value || value=
      stty echo
      echo >&2
    else
      read -r value || value=
    fi
    [ -n "$value" ] || fail 1 "Nothing was written."
    wrong=$(complaint "$1" "$value")
    [ -n "$wrong" ] || return 0
    say "$wrong"
  done
}

# File $1 in secrets/ gets a secret if it has none yet. Its folder keeps others out; the containers' users can read it.
make_secret_file() {
  if [ -s "$1" ] && ! $force; then return; fi
  rm -f "$1.new"
  random_secret >"$1.new"
  chmod 0444 "$1.new"
  mv -f "$1.new" "$1"
}

setup() {
  force=false
  env_file="$compose_dir/.env"
  umask 077
  work=$(mktemp -d) || fail 1 "No temporary folder can be made."
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  new_env="$work/env"
  touch "$work/names" "$work/problems"
  mkdir "$work/given"
  while [ $# -gt 0 ]; do
    case $1 in
      --force) force=true ;;
      --set)
        [ $# -ge 2 ] || fail 2 "--set needs NAME=VALUE"
        shift
        name=${1%%=*}
        value=${1#*=}
        if [ "$name" = "$1" ] || ! printf '%s' "$name" | grep -Eqx '[A-Z][A-Z0-9_]*'; then
          fail 2 "--set needs NAME=VALUE, such as --set BASE_DOMAIN=example.com"
        fi
        if [ "${name%_FILE}" != "$name" ] && is_secret "${name%_FILE}"; then
          name=${name%_FILE}
          [ -r "$value" ] || fail 2 "${name}_FILE names $value, which cannot be read"
          value=$(cat "$value")
        elif is_secret "$name"; then
          fail 2 "$name is a secret and would be seen in the process list: use --set ${name}_FILE=PATH, or the environment"
        fi
        printf '%s' "$value" >"$work/given/$name"
        ;;
      *) fail 2 "Unknown option '$1'. Accepted is: setup [--set NAME=VALUE]... [--force]" ;;
    esac
    shift
  done
  [ -d "$compose_dir" ] || fail 2 "$compose_dir is not a folder: name the one that has compose.yaml with --compose"
  if $force && [ -e "$env_file" ]; then
    confirm "Every secret is made anew: a store that is there can then not be opened, and everybody has to sign in again."
  fi
  if [ -e "$env_file" ]; then cat "$env_file" >"$new_env"; else : >"$new_env"; fi

  for name in $needed $(cd "$work/given" && ls); do
    grep -qx "$name" "$work/names" && continue
    echo "$name" >>"$work/names"
    value=
    made=false
    if [ -e "$work/given/$name" ]; then
      value=$(cat "$work/given/$name")
    else
      eval "value=\${$name:-}"
      case $name in
        GATEWAY_JWT_SECRET | REDIS_PASSWORD)
          if [ -z "$value" ] && ! $force; then value=$(env_value "$name"); fi
          if [ -z "$value" ]; then
            value=$(random_secret)
            made=true
          fi
          ;;
        *) [ -n "$value" ] || value=$(env_value "$name") ;;
      esac
    fi
    [ "$name" != ALLOWED_GITHUB_USERS ] || value=$(printf '%s' "$value" | sed 's/[[:space:]]*,[[:space:]]*/,/g')
    if [ -z "$value" ]; then
      if [ -t 0 ]; then
        ask_for "$name"
      elif is_secret "$name"; then
        echo "$name is missing: set it in the environment, or with --set ${name}_FILE=PATH" >>"$work/problems"
        continue
      else
        echo "$name is missing: set it in the environment, or with --set $name=VALUE" >>"$work/problems"
        continue
      fi
    fi
    complaint "$name" "$value" >>"$work/problems"
    put_env "$name" "$value"
    printf '%s %s\n' "$name" "$made" >>"$work/report"
  done
  if [ -s "$work/problems" ]; then
    cat "$work/problems" >&2
    fail 2 "Nothing was written."
  fi
  if $dry_run; then
    say "Would write $env_file and the secrets verify-secret and admin-token in $compose_dir/secrets."
    return
  fi
  mkdir -p "$compose_dir/secrets"
  chmod 0700 "$compose_dir/secrets"
  make_secret_file "$compose_dir/secrets/verify-secret"
  make_secret_file "$compose_dir/secrets/admin-token"
  cat "$new_env" >"$env_file.new"
  mv "$env_file.new" "$env_file"
  if $json; then
    jq -n --arg file "$env_file" '{file: $file}'
    return
  fi
  say "Written: $env_file, for its owner alone, and the secrets beside it in secrets/."
  while read -r name made; do
    if $made; then say "$name was made at random."; fi
  done <"$work/report"
  [ "$(env_value ALLOWED_GITHUB_USERS)" != '*' ] || say "ALLOWED_GITHUB_USERS is *: everybody with a GitHub account may use your services."
  [ -n "$(env_value ACME_ACCEPT_TERMS)" ] || say "No certificate is ordered until you accept the authority's terms: ops/gateway setup --set ACME_ACCEPT_TERMS=true"
  say "Keep a copy of GATEWAY_JWT_SECRET where backups are not: without it no backup can be used."
  say "The callback URL of the OAuth app at GitHub is https://auth.$(env_value BASE_DOMAIN)/callback. Next: ops/gateway up"
}
