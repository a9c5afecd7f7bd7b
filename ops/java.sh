# shellcheck shell=sh
# Finds JDK 25 or newer and the packaged gateway. Sourced by the commands in this folder, which set $root first.
# shellcheck disable=SC2154

# What is built and run; a command may choose another module.
module=standalone

say() { printf '%s\n' "$*" >&2; }

# Prints the major version of the JDK in folder $1, or 0.
jdk_version() {
  if [ -r "$1/release" ] && [ -x "$1/bin/java" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    echo 0
  fi
}

# Sets $java to the first JDK that is new enough: JAVA_HOME, the usual folders, then the PATH.
find_java() {
  on_path=$(command -v java 2>/dev/null || true)
  if [ -n "$on_path" ]; then
    on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  fi
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$on_path"; do
    version=$(jdk_version "$home")
    if [ "${version:-0}" -ge 25 ]; then
      java="$home/bin/java"
      return 0
    fi
  done
  say "No JDK 25 or newer was found: install one (for example Temurin 25 under /usr/lib/jvm) or name it in JAVA_HOME."
  return 1
}

# Sets $jar to the packaged module $module; empty if there is none.
find_jar() {
  jar=$(find "$root/$module/target" -maxdepth 1 -name "$module-*.jar" 2>/dev/null | head -n 1)
}

# Packages module $module if its jar is missing or older than the sources.
build_if_needed() {
  find_jar
  if [ -n "$jar" ] && [ -z "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main -newer "$jar" -type f 2>/dev/null | head -n 1)" ]; then
    return 0
  fi
  if ! command -v mvn >/dev/null 2>&1; then
    say "Maven was not found: install it (3.8.7 or newer; for example: apt-get install maven)."
    return 1
  fi
  say "Building the gateway (a minute or two the first time) ..."
  log="$root/$module/target/quickstart-build.log"
  mkdir -p "$root/$module/target"
  if ! (cd "$root" && mvn -B -ntp -DskipTests -pl "$module" -am package) >"$log" 2>&1; then
    grep -E '^\[ERROR\]' "$log" | head -n 5 >&2 || true
    say "The build failed; all of its output is in $log"
    return 1
  fi
  find_jar
  say "Built."
}

# Runs class $1 of module $module with the rest of the arguments, in place of this shell.
run_module() {
  main=$1
  shift
  exec "$java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError \
    -Djava.util.logging.config.file="$root/ops/logging.properties" \
    --module-path "$root/$module/target/modules:$jar" --add-modules ALL-MODULE-PATH \
    --module "dev.mcpgateway.$module/dev.mcpgateway.$module.$main" "$@"
}
