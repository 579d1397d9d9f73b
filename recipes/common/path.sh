# shellcheck shell=bash
# Puts the programs on the PATH: those in SER_BIN, else those built in this checkout, else those already there.

ser_recipes=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [[ -n ${SER_BIN:-} ]]; then
  PATH=$(cd "$SER_BIN" 2>/dev/null && pwd || printf '%s' "$SER_BIN"):$PATH
elif [[ -x $ser_recipes/../build/bin/ser-extract ]]; then
  PATH=$(cd "$ser_recipes/../build/bin" && pwd):$PATH
fi
export PATH
