#!/usr/bin/env bash
# Rewrites scenarios/bad/*.expected.txt from what the program says now. Review the difference: every
# changed line is a message that users read.
#   scripts/update_bad_expected.sh [WRITEPATH]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(realpath "${1:-$root/build/release/writepath}")
cd "$root/scenarios/bad"
for file in *.json; do
  code=0
  "$program" validate "$file" >/dev/null 2>"${file%.json}.expected.txt" || code=$?
  if [ "$code" -ne 3 ]; then
    echo "$file: exit code $code, expected 3" >&2
    exit 1
  fi
done
git -C "$root" diff --stat -- scenarios/bad
