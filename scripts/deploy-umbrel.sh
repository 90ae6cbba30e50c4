#!/usr/bin/env bash
# Builds and pushes the image for both architectures, and updates the app on an Umbrel over ssh.
#   scripts/deploy-umbrel.sh [--dry-run] [HOST] [REPOSITORY]
#       HOST        default: umbrel@umbrel.local
#       REPOSITORY  default: docker.io/bitsperity/mqtt-mcp
# The app must be installed from a community store once. umbrelOS asks for the Umbrel's password where sudo needs it.
set -euo pipefail
cd "$(dirname "$0")/.."

dry_run=false
words=()
for argument in "$@"; do
  case "$argument" in
    --dry-run) dry_run=true ;;
    -*) echo "usage: $0 [--dry-run] [HOST] [REPOSITORY]" >&2; exit 2 ;;
    *) words+=("$argument") ;;
  esac
done
host=${words[0]:-umbrel@umbrel.local}
repository=${words[1]:-docker.io/bitsperity/mqtt-mcp}
app=bitsperity-mqtt-mcp

# Prints each step; runs it unless this is a dry run.
step() {
  printf '+'; printf ' %q' "$@"; echo
  if ! $dry_run; then "$@"; fi
}

if $dry_run; then
  scripts/deploy-dockerhub.sh --dry-run "$repository"
  digest=sha256:$(printf '0%.0s' {1..64})
else
  scripts/deploy-dockerhub.sh "$repository"
  digest=$(cat dist/image-digest)
fi
step deno run --allow-read --allow-write scripts/release/umbrel.ts "$digest" "$repository"
step scp "dist/umbrel/$app/docker-compose.yml" "dist/umbrel/$app/umbrel-app.yml" "$host:/tmp/"
# Quoted for the remote shell; there is nothing of this machine's in it.
step ssh -t "$host" "sudo install -o 1000 -g 1000 -m 644 /tmp/docker-compose.yml /tmp/umbrel-app.yml umbrel/app-data/$app/ && umbreld client apps.restart.mutate --appId $app"
step ssh -T "$host" "curl --fail --silent --max-time 5 http://127.0.0.1:8091/health || echo 'Not up yet; see the app in umbrelOS'"
