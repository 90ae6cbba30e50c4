#!/usr/bin/env bash
# Builds the image from this checkout and (re)starts it with Compose on this machine.
#   scripts/deploy-local.sh [--dry-run]
set -euo pipefail
cd "$(dirname "$0")/.."

dry_run=false
case "${1:-}" in
  "") ;;
  --dry-run) dry_run=true ;;
  *) echo "usage: $0 [--dry-run]" >&2; exit 2 ;;
esac

# Prints each step; runs it unless this is a dry run.
step() {
  printf '+'; printf ' %q' "$@"; echo
  if ! $dry_run; then "$@"; fi
}

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deno.json)
export MQTT_MCP_IMAGE="mqtt-mcp:$version"
step docker build --target image --tag "$MQTT_MCP_IMAGE" .
if [[ ! -e .env ]]; then step install -m 600 .env.example .env; fi
step mkdir -p config
step docker compose -f docker-compose.yml up --detach --no-build
step docker exec bitsperity-mqtt-mcp_mcp-server_1 /mqtt-mcp --version
