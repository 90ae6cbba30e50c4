#!/usr/bin/env bash
# Builds the image for both architectures and pushes it.
#   scripts/deploy-dockerhub.sh [--dry-run] [REPOSITORY]      default: docker.io/bitsperity/mqtt-mcp
# Needs `docker login` and a buildx builder for linux/amd64 and linux/arm64. The digest that was pushed is written to
# dist/image-digest, for scripts/release/umbrel.ts.
set -euo pipefail
cd "$(dirname "$0")/.."

dry_run=false
repository=docker.io/bitsperity/mqtt-mcp
for argument in "$@"; do
  case "$argument" in
    --dry-run) dry_run=true ;;
    -*) echo "usage: $0 [--dry-run] [REPOSITORY]" >&2; exit 2 ;;
    *) repository=$argument ;;
  esac
done

# Prints each step; runs it unless this is a dry run.
step() {
  printf '+'; printf ' %q' "$@"; echo
  if ! $dry_run; then "$@"; fi
}

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deno.json)
step deno run --allow-read scripts/release/version.ts
step deno run -A scripts/compile.ts --profile image --target linux-x64 --target linux-arm64
step docker buildx build --target image --build-arg PROGRAM=prebuilt --platform linux/amd64,linux/arm64 \
  --tag "$repository:$version" --tag "$repository:latest" --metadata-file dist/image-metadata.json --push .
step sh -c "sed -n 's/.*\"containerimage.digest\": \"\\(sha256:[0-9a-f]*\\)\".*/\\1/p' dist/image-metadata.json > dist/image-digest"
if ! $dry_run; then echo "Pushed $repository:$version@$(cat dist/image-digest)"; fi
