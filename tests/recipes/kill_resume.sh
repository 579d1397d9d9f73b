#!/usr/bin/env bash
# Kills `ser-extract features` with -9 at ten random moments; the store must end byte-identical to an uninterrupted one.
# Usage: kill_resume.sh BIN_DIR
set -euo pipefail
program=$1/ser-extract
golden=$(cd "$(dirname "$0")/../golden" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/audio"
for i in $(seq 1 400); do ln "$golden/w1.wav" "$work/audio/clip$i.wav" 2>/dev/null || cp -p "$golden/w1.wav" "$work/audio/clip$i.wav"; done

arguments=(features "$work/audio" --set mfcc --level lld --format store --threads 2 --quiet --output)
features() { "$program" "${arguments[@]}" "$1"; }

start=$(date +%s%N)
features "$work/whole"
full_ms=$((($(date +%s%N) - start) / 1000000 + 1))

killed=0
for attempt in $(seq 1 40); do
  "$program" "${arguments[@]}" "$work/killed" &
  job=$!
  sleep "$(awk -v ms=$((RANDOM % full_ms)) 'BEGIN { printf "%.3f", ms / 1000 }')"
  if kill -9 "$job" 2>/dev/null; then killed=$((killed + 1)); fi
  wait "$job" 2>/dev/null || true
  if [ -e "$work/killed/index.tsv" ]; then
    [ "$killed" -ge 10 ] && break
    rm -rf "$work/killed"
  fi
  [ "$killed" -ge 10 ] && [ "$attempt" -ge 10 ] && break
done
features "$work/killed"
rm -f "$work"/*/LOCK
diff -r "$work/whole" "$work/killed"
echo "killed $killed times, the store is byte-identical"
[ "$killed" -ge 10 ]
