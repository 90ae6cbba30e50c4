#!/bin/sh
# Starts the program of a desktop bundle. Hosts unpack bundles without the run bit, and start this through /bin/sh.
folder=$(dirname "$0")
program=$folder/mqtt-mcp
target=TARGET
machine=$(uname -m)

fail() {
  echo "mqtt-mcp: Cannot start: $1" >&2
  exit 1
}

# A setting that was left empty comes as its placeholder from some hosts.
# shellcheck disable=SC2016
case ${DEFAULT_MQTT_BROKER-} in '${user_config.'*) unset DEFAULT_MQTT_BROKER ;; esac
# shellcheck disable=SC2016
case ${READ_ONLY-} in '${user_config.'*) unset READ_ONLY ;; esac

case $target/$machine in
  *-arm64/arm64 | *-arm64/aarch64 | *-x64/x86_64 | *-x64/amd64) ;;
  # Rosetta runs it
  macos-x64/arm64) ;;
  *) fail "this bundle is for $target, the machine is $machine. Try: install the bundle of that name" ;;
esac
if [ ! -x "$program" ]; then
  chmod u+x "$program" 2>/dev/null ||
    fail "$program is missing, or may not be made executable. Try: remove the extension, install it again"
fi
# lets the program give freed memory back to the system
export DENO_USR2_MEMORY_TRIM=1
exec "$program" "$@"
