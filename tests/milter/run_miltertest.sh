#!/usr/bin/env bash
# Milter conversations with the real daemon: each miltertest/*.lua against one daemon of its own.
#
# usage: run_miltertest.sh RINGFENCE RINGFENCECTL [NAME...]
# Uses a temporary folder for everything and ends only what it started. Exit 77: miltertest is missing.
set -euo pipefail

ringfence=$1
ringfencectl=$2
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command -v miltertest > /dev/null || { echo "skipped: no miltertest"; exit 77; }

run=$(mktemp -d "${TMPDIR:-/tmp}/ringfence-milter.XXXXXX")
daemon=
finish() {
  [ -z "$daemon" ] || kill "$daemon" 2> /dev/null || true
  rm -rf "$run"
}
trap finish EXIT

mkdir "$run/reputation"
sed "s|@RUN@|$run|" "$here/ringfence.yaml.in" > "$run/ringfence.yaml"
"$ringfencectl" --config "$run/ringfence.yaml" deny add +18885550123 --reason test > /dev/null

"$ringfence" --config "$run/ringfence.yaml" --pid-file "$run/pid" 2> "$run/log" &
daemon=$!
for _ in $(seq 300); do
  [ -e "$run/pid" ] && break
  kill -0 "$daemon" 2> /dev/null || { cat "$run/log"; daemon=; exit 1; }
  sleep 0.1
done

passed=0 failed=0
for script in "$here"/miltertest/*.lua; do
  name=$(basename "$script" .lua)
  [ "$name" != common ] || continue
  case " $* " in "  " | *" $name "*) ;; *) continue ;; esac
  if miltertest -D "sock=unix:$run/milter.sock" -D "dir=$here/miltertest" -s "$script" \
    > "$run/out" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    cat "$run/out"
  fi
done

# The daemon is still there after all that, and stops in order.
kill "$daemon" || { echo "FAILED: the daemon is gone"; failed=$((failed + 1)); }
code=0
wait "$daemon" || code=$?
daemon=
[ "$code" -eq 0 ] || { echo "FAILED: the daemon ended with $code"; failed=$((failed + 1)); }
[ "$failed" -eq 0 ] || cat "$run/log"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
