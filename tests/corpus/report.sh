#!/bin/sh
# Prints every table of docs/accuracy.md for one built tool.
#
# usage: tests/corpus/report.sh BUILD_DIR [--false-alarms]
#
# The dev set and the matcher cases are read from $RINGFENCE_SHARED (default: ../shared beside the checkout);
# where it is absent they are left out, and the output says so. --false-alarms reads all text below
# /usr/share/doc and /usr/include and takes some minutes.
set -eu
if [ $# -lt 1 ]; then
  sed -n '4,5p' "$0"
  exit 64
fi
tests=$(cd "$(dirname "$0")/.." && pwd)
shared=${RINGFENCE_SHARED:-$tests/../../shared}
tool=$1/ringfencectl

echo "== own corpus (tests/corpus)"
python3 -B "$tests/corpus/score.py" --bin "$tool" --explain || true
echo
echo "== matcher cases (tests/matcher_cases)"
RINGFENCE_SHARED=$shared python3 -B "$tests/matcher_cases/run.py" --bin "$tool" || true
echo
echo "== dev set (score --text-only)"
if [ -x "$shared/tools/score" ]; then
  "$shared/tools/score" "$shared/corpus/dev" --bin "$tool" --text-only --misses || true
else
  echo "left out: no $shared/tools/score"
fi
if [ "${2:-}" = --false-alarms ]; then
  echo
  echo "== false alarms"
  python3 -B "$tests/corpus/false_alarms.py" --bin "$tool"
fi
