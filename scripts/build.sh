#!/usr/bin/env bash
# Configures a preset where needed and builds targets of it; silent when nothing has changed.
#   scripts/build.sh PRESET [TARGET...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=$1
shift
dir=$root/build/$preset
cd "$root"

# Ninja reruns CMake when a CMakeLists.txt changes, but knows nothing of presets and packages.
stamp=$dir/configured
if [ ! -e "$dir/build.ninja" ] || [ ! -e "$stamp" ] ||
    [ CMakePresets.json -nt "$stamp" ] || [ /var/lib/dpkg/status -nt "$stamp" ]; then
  cmake --preset "$preset" >&2
  touch "$stamp"
fi
# The first build takes minutes: show how far it is. Later ones speak only of what fails.
if [ ! -e "$dir/writepath" ]; then
  exec ninja -C "$dir" "$@" >&2
fi
ninja -C "$dir" --quiet "$@" 2>&1 | { grep -v '^ninja: no work to do' || true; } >&2
