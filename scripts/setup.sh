#!/usr/bin/env bash
# Installs the Debian packages of the given sections of packages.txt (all when none is given) that
# are missing. Does nothing, quickly, when all are there.
#   scripts/setup.sh [build] [test] [lab]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
list=$here/packages.txt
[ $# -gt 0 ] || set -- build test lab

if ! command -v dpkg-query >/dev/null; then
  echo "setup: no dpkg here; please see to the packages of $list yourself" >&2
  exit 0
fi

wanted=$(awk -v sections=" $* " '
  /^[[:space:]]*(#|$)/ { next }
  /^\[.*\]$/ { take = index(sections, " " substr($0, 2, length($0) - 2) " "); next }
  take { print $1 }' "$list")
# A package counts when it is installed itself or provided by an installed one (pkgconf, pkg-config).
have=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}, ${Provides}\n' |
  awk '/^ii/ { sub(/^ii */, ""); gsub(/\([^)]*\)/, ""); gsub(/[, ]+/, "\n"); print }' | sort -u)
missing=$(comm -23 <(sort -u <<<"$wanted") <(echo "$have"))
[ -n "$missing" ] || exit 0

# shellcheck disable=SC2086  # one word for each package
set -- $missing
echo "setup: installing $*" >&2
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
else
  echo "setup: neither root nor sudo here. As root, run: apt-get install $*" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" apt-get install -q -y --no-install-recommends "$@" >&2
