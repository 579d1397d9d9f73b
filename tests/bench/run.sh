#!/usr/bin/env bash
# Start-up of ser-extract, and log-mel with one and two threads. Usage: run.sh BIN_DIR [FOLDER_WITH_AUDIO]
# Without a folder, 300 links to the reference clip are read. logmel_vs_kaldi_native_fbank.py and
# opensmile_speed.py compare with other tools.
set -euo pipefail
program=$(cd "$1" && pwd)/ser-extract
golden=$(cd "$(dirname "$0")/../golden" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=${2:-$work/audio}
if (($# < 2)); then
  mkdir "$work/audio"
  for ((i = 0; i < 300; i++)); do ln -s "$golden/w1.wav" "$work/audio/clip$i.wav"; done
fi

median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
milliseconds() { # COMMAND...
  local start
  start=$(date +%s%N)
  "$@" >/dev/null 2>&1
  echo $((($(date +%s%N) - start) / 1000000))
}

printf 'start-up (features --list-sets), median of 21: %s ms\n' \
  "$(for ((i = 0; i < 21; i++)); do milliseconds "$program" features --list-sets; done | median)"
times=()
for threads in 1 2; do
  times+=("$(for ((i = 0; i < 5; i++)); do
    rm -rf "$work/store"
    milliseconds "$program" features "$folder" --set logmel --level lld --format store --output "$work/store" \
      --threads "$threads"
  done | median)")
  printf 'log-mel into a store, threads %d, median of 5: %s ms\n' "$threads" "${times[-1]}"
done
awk -v one="${times[0]}" -v two="${times[1]}" 'BEGIN { printf "two threads are %.2f times as fast as one\n", one / two }'
