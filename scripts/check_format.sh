#!/usr/bin/env bash
# Every C++ file stands as clang-format 14 writes it (later versions may differ; CI uses 14).
#   scripts/check_format.sh [--fix]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
format=$(command -v clang-format-14 || command -v clang-format)
mode=(--dry-run -Werror)
[ "${1:-}" != --fix ] || mode=(-i)
if [ -d .git ]; then files=(git ls-files -z -- '*.cpp' '*.hpp')
else files=(find sim models tests -name '*.[ch]pp' -print0); fi
"${files[@]}" | xargs -0 -r "$format" "${mode[@]}"
