#!/usr/bin/env bash
# Sets up what is missing, builds what has changed, and runs scenarios: the given ones, or else
# scenarios/write-path. Options go to `writepath run` as they are; reports go to stdout alone.
#   scripts/run.sh [SCENARIO...] [OPTION...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$root/scripts/setup.sh" build
"$root/scripts/build.sh" release writepath
exec "$root/build/release/writepath" run \
  --default-scenario "$root/scenarios/write-path/scenario.json" "$@"
