#!/usr/bin/env bash
# SimGrid's headers stay behind the compatibility headers of sim/engine/ and sim/world/. (That the
# upper libraries do not link it is checked by cmake/layers.cmake at every configuration.)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0
pattern='^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"](simgrid|xbt)[/.]'
strays=$(grep -rnE "$pattern" sim models --include='*.cpp' --include='*.hpp' |
  grep -vE '^sim/(engine|world)/simgrid_compat\.hpp:' || true)
if [ -n "$strays" ]; then
  printf 'SimGrid headers outside the compatibility headers:\n%s\n' "$strays"
  status=1
fi
wall=$(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"sim/(engine|world)/simgrid_compat\.hpp"' \
  sim models --include='*.cpp' --include='*.hpp' | grep -vE '^sim/(engine|world)/' || true)
if [ -n "$wall" ]; then
  printf 'The compatibility header is included from outside sim/engine/ and sim/world/:\n%s\n' "$wall"
  status=1
fi
exit $status
