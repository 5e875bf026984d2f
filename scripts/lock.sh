#!/usr/bin/env bash
# Writes the lock files again from pyproject.toml (needs uv). No index address is recorded.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() { uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet "$@"; }
compile pyproject.toml --extra build -o requirements/run.lock
compile pyproject.toml --extra build --extra dev -c requirements/run.lock -o requirements/dev.lock
compile requirements/node.in -o requirements/node.lock
