# shellcheck shell=bash
# What the benchmarks have in common: programs that they start, and what those cost. Sourced by commands that set $root
# first. Whatever is started here ends with the command, however that ends.
# shellcheck disable=SC2154

folder=$(mktemp -d)
chmod 755 "$folder" # workers of nginx are another user's
pids=()

cleanup() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit "${interrupted:-1}"' HUP INT TERM

# Says which of these programs are missing, and fails if any is; a pair is program:package of Debian.
need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "Missing: ${missing[*]} (Debian: apt-get install ${missing[*]})" >&2
  return 1
}

# Prints the jar of module $1; packages it, with the modules in "$2", if it is not there or older than what it is made of.
packaged() {
  local jar
  find_packaged() {
    jar=$(find "$root/$1/target" -maxdepth 1 -name "$1-*[0-9]*.jar" ! -name '*-tests.jar' 2>/dev/null | head -n 1)
  }
  find_packaged "$1"
  if [ -z "$jar" ] || [ -n "$(find "$root/$1/src/main" -newer "$jar" -type f | head -n 1)" ]; then
    (cd "$root" && mvn -q -B -ntp -DskipTests -pl "$2" -am package) >&2 || return 1
    find_packaged "$1"
  fi
  printf '%s\n' "$jar"
}

# Makes the certificate of every server here, P-256: $folder/certificate.pem, key.pem, and both of them in both.pem.
make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
  cat "$folder/certificate.pem" "$folder/key.pem" >"$folder/both.pem"
}

# Starts nginx with the http part on standard input; $1 is its name.
start_nginx() {
  mkdir "$folder/$1"
  {
    echo "daemon off; worker_processes $(nproc); pid $folder/$1/pid; error_log $folder/$1/error.log;"
    echo "events { worker_connections 4096; } http { keepalive_requests 1000000000; access_log off;"
    for path in client_body proxy fastcgi uwsgi scgi; do echo "${path}_temp_path $folder/$1/$path;"; done
    cat
    echo "}"
  } >"$folder/$1/nginx.conf"
  nginx -p "$folder/$1" -c "$folder/$1/nginx.conf" -e "$folder/$1/error.log" &
  pids+=($!)
}

# Starts what stands in for the MCP server at port $1 and for the verify service at $2, whose stream of revocations is
# that of port $3. $4 is the answer of the server, $5 a line for that of verify. An upstream at the address of the
# verify service would be refused, so that they are two.
start_stand_ins() {
  start_nginx stand-ins <<CONF
server {
  listen 127.0.0.1:$1;
  default_type application/json;
  return 200 '$4';
}
server {
  listen 127.0.0.1:$2;
  location = /verify {
    add_header X-User-Id 583231;
    add_header X-User-Name alice;
    add_header X-Client-Id client_k3;
    $5
    return 204;
  }
  location = /verify/revocations {
    proxy_pass http://127.0.0.1:$3;
    proxy_buffering off;
  }
}
CONF
}

# Prints a server of nginx with auth_request: it listens at $1, asks the upstream block verify_$2 and forwards to the
# upstream block mcp, for the public host $3; $4 has further lines for the server, $5 for the question.
nginx_with_auth_request() {
  cat <<CONF
server {
  listen 127.0.0.1:$1 ssl http2;
  ssl_certificate $folder/certificate.pem;
  ssl_certificate_key $folder/key.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls$1:10m;
  ${4-}
  location = /nothing {
    return 404;
  }
  location / {
    auth_request /verify;
    auth_request_set \$user_id \$upstream_http_x_user_id;
    auth_request_set \$user_name \$upstream_http_x_user_name;
    auth_request_set \$client_id \$upstream_http_x_client_id;
    # A location with a header of its own inherits none: without these, connections would not be kept.
    proxy_set_header Connection "";
    proxy_set_header Host \$http_host;
    proxy_set_header Authorization "";
    proxy_set_header X-Forwarded-For \$remote_addr;
    proxy_set_header X-Forwarded-Proto \$scheme;
    proxy_set_header X-User-Id \$user_id;
    proxy_set_header X-User-Name \$user_name;
    proxy_set_header X-Client-Id \$client_id;
    proxy_pass http://mcp;
  }
  location = /verify {
    internal;
    proxy_pass_request_body off;
    proxy_set_header Connection "";
    proxy_set_header Content-Length "";
    proxy_set_header X-Forwarded-Method \$request_method;
    proxy_set_header X-Forwarded-Proto \$scheme;
    proxy_set_header X-Forwarded-Host $3;
    proxy_set_header X-Forwarded-Uri \$request_uri;
    proxy_set_header X-Forwarded-For \$remote_addr;
    ${5-}
    proxy_pass http://verify_$2/verify;
  }
}
CONF
}

# Prints the upstream block of nginx named $1 for port $2, with connections that are kept.
nginx_upstream() {
  echo "upstream $1 { server 127.0.0.1:$2; keepalive 1024; keepalive_requests 1000000000; }"
}

# Starts module $1, whose jar is $2, with the class $3 and the settings that follow; with the flags, and as much memory, as
# its container has. Its output is in $folder/$log.
start_module() {
  local module=$1 jar=$2 main=$3
  shift 3
  env -i "$@" "$java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError -Xmx192m \
    --module-path "$root/$module/target/modules:$jar" --add-modules ALL-MODULE-PATH \
    --module "dev.mcpgateway.$module/dev.mcpgateway.$module.$main" >"$folder/$log" 2>&1 &
  pids+=($!)
}

# Waits until URL $2 answers with 200, for at most 60 s; $1 is its name, and what follows is for curl.
await_answer() {
  local name=$1 url=$2 end=$((SECONDS + 60)) status
  shift 2
  while [ $SECONDS -lt $end ]; do
    status=$(curl -sk -o /dev/null -w '%{http_code}' "$@" "$url" || true)
    [ "$status" != 200 ] || return 0
    sleep 0.05
  done
  echo "$name answers $status and not 200" >&2
  tail -n 20 "$folder"/*.log "$folder"/*/error.log >&2 || true
  return 1
}

# Prints the CPU time in clock ticks that the processes have taken, but for the threads that compile, which are done
# with it at some time. Threads that ended count in the line of their process alone.
ticks() {
  local pid
  for pid in "$@"; do
    sed -e 's/.*) /+ /' "/proc/$pid/stat"
    cat "/proc/$pid"/task/*/stat 2>/dev/null | sed -n 's/.*(C[12] Compiler.*) /- /p'
  done | awk '{ sum += ($1 "1") * ($13 + $14) } END { print sum + 0 }'
}

# Prints what machine this is, in one line.
machine() {
  printf '%s cores, %s, %s\n' "$(nproc)" "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" \
    "$(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)"
}
