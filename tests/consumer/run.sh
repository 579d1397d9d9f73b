#!/usr/bin/env bash
# Installs the build into an empty folder, builds this project against it, and runs it with the build out of sight.
# Usage: run.sh BUILD_DIR CMAKE PREFIX_PATH
set -euo pipefail
build=$(cd "$1" && pwd)
cmake=$2
prefix_path=$3
source=$(cd "$(dirname "$0")" && pwd)
golden=$source/../golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset DESTDIR

"$cmake" --install "$build" --prefix "$work/prefix" >"$work/install.log"
"$cmake" -S "$source" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix;$prefix_path" -DCMAKE_BUILD_TYPE=Debug >"$work/log"
"$cmake" --build "$work/build"

seen=$("$work/build/consumer" "$golden/w1.wav")
echo "$seen"
[[ $seen == 'ser '*': 248 frames of 40 mel bands in 2.50 s' ]]
if [[ -e $work/build/consumer-neural ]]; then "$work/build/consumer-neural"; fi

# The installed programs use the installed libraries and data.
"$work/prefix/bin/ser-extract" --version
for program in "$work"/prefix/bin/*; do
  if ldd "$program" | grep -E "not found|$build"; then exit 1; fi
done
test -e "$work/prefix/share/ser/corpora/maps/4class.yaml"
