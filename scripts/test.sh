#!/usr/bin/env bash
# Sets up what is missing, builds what has changed and runs every test, group by group, each with
# its minutes. CI runs the same.
#   scripts/test.sh [GROUP...]     only these groups
#   scripts/test.sh --list         the groups, with the minutes that each may take on two cores
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# name, minutes, what it is. A group's function is run_NAME (dashes as underscores).
groups='
style 2 formatting, and which files may include SimGrid
build 6 the release build and all test programs
unit 2 parts alone
property 2 laws that hold for any scenario
validation 5 closed forms, and measured systems
negative 1 broken models that a check must catch
golden 2 scenarios/*/expected.json, to the byte
cli 3 the program as users call it, wrong scenarios, the commands of the documents
determinism 3 twice, drained and stepped, -j, processors without AVX2
bench 3 events per CPU second against a bare loop
other 1 tests of no group above
clang 5 the same bytes from clang++
asan 10 tests under g++ address and undefined behaviour sanitizers
asan-clang 4 engine and world under clang++ sanitizers, with use after return detected
asan-clang-all 10 all that asan tests, under clang++; not in CI, which has 25 minutes
'
list_groups() { grep . <<<"$groups"; }
names() { list_groups | cut -d' ' -f1; }

if [ "${1:-}" = --list ]; then
  list_groups | while read -r name minutes what; do
    printf '%-14s %2s min  %s\n' "$name" "$minutes" "$what"
  done
  exit 0
fi
for name in "$@"; do
  if ! names | grep -qx -- "$name"; then
    echo "test.sh: no group \"$name\"; groups: $(names | tr '\n' ' ')" >&2
    exit 3
  fi
done

scripts/setup.sh build test lab || exit 1
jobs=$(nproc)
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# run_ctest PRESET ARGUMENT...: runs tests and adds their numbers to the totals. A group without
# any test has lost its label, unless it is the group of those without one.
run_ctest() {
  local preset=$1 line status
  shift
  ctest --preset "$preset" --no-tests=ignore "$@" | tee "$log"
  status=${PIPESTATUS[0]}
  line=$(grep -E 'tests passed, [0-9]+ tests failed out of' "$log" || true)
  if [ -n "$line" ]; then
    local bad total
    bad=$(sed -E 's/.* ([0-9]+) tests failed out of.*/\1/' <<<"$line")
    total=$(sed -E 's/.* out of ([0-9]+).*/\1/' <<<"$line")
    passed=$((passed + total - bad))
    failed=$((failed + bad))
  elif [ "$name" != other ]; then
    echo "no test ran: that is a failure"
    failed=$((failed + 1))
    status=1
  fi
  return "$status"
}
labelled() { run_ctest release -j "$jobs" -L "^$1\$"; }
# A check that is no ctest.
single() {
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); return 1; fi
}

run_style() { single scripts/check_format.sh; local a=$?; single scripts/check_includes.sh && [ $a = 0 ]; }
run_build() { single scripts/build.sh release; }
run_unit() { labelled unit; }
run_property() { labelled property; }
run_validation() { labelled validation; }
run_negative() { labelled negative; }
run_golden() { labelled golden; }
run_cli() { labelled cli; }
run_determinism() { labelled determinism; }
run_bench() { run_ctest release -j 1 -L '^bench$'; }
run_other() {
  run_ctest release -j "$jobs" -LE \
    '^(unit|property|validation|negative|golden|cli|determinism|bench|binaries)$'
}
# Tests that compare this build's program with another build's.
same_bytes_as() {
  WRITEPATH_OTHER=$root/build/$1/writepath run_ctest release -j "$jobs" -L '^binaries$'
}
run_clang() { single scripts/build.sh release-clang writepath && same_bytes_as release-clang; }
# sanitized PRESET LABEL...: the tests of these labels, built with that preset.
sanitized() {
  local preset=$1
  shift
  single scripts/build.sh "$preset" "${@/#/writepath_tests_}" &&
    run_ctest "$preset" -j "$jobs" -L "^($(IFS='|'; echo "$*"))\$"
}
# Some tests run the program itself; those of engine and world don't.
sanitized_with_program() { single scripts/build.sh "$1" writepath && sanitized "$@"; }
run_asan() { sanitized_with_program asan unit property negative && same_bytes_as asan; }
run_asan_clang() { sanitized asan-clang engine world; }
run_asan_clang_all() { sanitized_with_program asan-clang unit property negative; }

[ $# -gt 0 ] || mapfile -t all < <(names)
[ $# -gt 0 ] || set -- "${all[@]}"
table='' bad_groups=''
# Every group but style and the foreign builds needs the release build.
[ "$1" = style ] || [ "$1" = build ] || scripts/build.sh release || exit 1
for name in "$@"; do
  minutes=$(list_groups | awk -v n="$name" '$1 == n { print $2 }')
  printf '\n== %s (%s min)\n' "$name" "$minutes"
  begin=$SECONDS
  verdict=passed
  "run_${name//-/_}" || { verdict=FAILED; bad_groups+=" $name"; }
  took=$((SECONDS - begin))
  [ "$took" -le $((minutes * 60)) ] || verdict+=", over its time"
  table+=$(printf '%-14s %4d s of %2d min  %s' "$name" "$took" "$minutes" "$verdict")$'\n'
  if [ "$name" = build ] && [ "$verdict" = FAILED ]; then break; fi
done

printf '\n%s\n%d s in all\n' "$table" "$SECONDS"
[ -z "$bad_groups" ] || printf 'failed groups:%s\n' "$bad_groups"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ -z "$bad_groups" ]
