#!/usr/bin/env bash
# Writes a WAV file of one sine, without any audio tool. Usage: make_wav.sh FILE [NAME=VALUE...]
#   rate=16000  seconds=1  hertz=220  channels=1  format=pcm (16 bit) or float (with a NaN in the middle: format=nan)
#   claim=BYTES size of the data that the header claims, in place of the real one
set -euo pipefail
file=$1
shift
rate=16000 seconds=1 hertz=220 channels=1 format=pcm claim=''
for setting in "$@"; do
  case ${setting%%=*} in
    rate | seconds | hertz | channels | format | claim) declare "$setting" ;;
    *)
      echo "make_wav.sh: $setting: unknown" >&2
      exit 2
      ;;
  esac
done
samples=$(awk -v r="$rate" -v s="$seconds" 'BEGIN { printf "%d", r * s }')
bytes=2 code=1
if [[ $format != pcm ]]; then bytes=4 code=3; fi
size=$((samples * channels * bytes))

little_endian() { # VALUE BYTES
  local i text
  for ((i = 0; i < $2; i++)); do
    printf -v text '\\0%03o' $((($1 >> (8 * i)) & 255))
    printf '%b' "$text"
  done
}

{
  printf RIFF
  little_endian $((36 + size)) 4
  printf 'WAVEfmt '
  little_endian 16 4
  little_endian $code 2
  little_endian "$channels" 2
  little_endian "$rate" 4
  little_endian $((rate * channels * bytes)) 4
  little_endian $((channels * bytes)) 2
  little_endian $((8 * bytes)) 2
  printf data
  little_endian "${claim:-$size}" 4
  if [[ $format == nan ]]; then
    before=$((4 * (samples * channels / 2)))
    head -c $before /dev/zero
    printf '\0\0\300\177'
    head -c $((size - before - 4)) /dev/zero
  else
    awk -v n="$samples" -v c="$channels" -v r="$rate" -v f="$hertz" 'BEGIN {
      for (i = 0; i < n; ++i) {
        v = int(8000 * sin(6.283185307 * f * i / r))
        if (v < 0) v += 65536
        for (k = 0; k < c; ++k) printf "\\0%03o\\0%03o", v % 256, int(v / 256)
        if (i % 1000 == 999) printf "\n"
      }
      printf "\n"
    }' | while IFS= read -r text; do printf '%b' "$text"; done
  fi
} >"$file"
