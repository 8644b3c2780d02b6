#!/usr/bin/env bash
# Asks for an answer that is easy to read, with grpcurl and server reflection. With the services up:
#
#     go install github.com/fullstorydev/grpcurl/cmd/grpcurl@latest
#     deploy/examples/generate.sh
set -euo pipefail
target=${1:-127.0.0.1:9000}
command -v grpcurl >/dev/null || {
  echo "grpcurl: not found (expected: on the PATH; get it by \`brew install grpcurl\`, by \`go install" \
    "github.com/fullstorydev/grpcurl/cmd/grpcurl@latest\`, or from" \
    "https://github.com/fullstorydev/grpcurl/releases; deploy/examples/generate.py needs none)" >&2
  exit 1
}

grpcurl -plaintext "$target" panda.api.generation.v1.GenerationService/ListPreferences

grpcurl -plaintext -d '{
  "chat": {"messages": [{"role": "user", "content": "Why did people build castles?"}]},
  "preferences": [{"name": "comprehensibility"}],
  "lambdas": [{"constant": {"strength": 1}}],
  "maxTokens": 60
}' "$target" panda.api.generation.v1.GenerationService/Generate
