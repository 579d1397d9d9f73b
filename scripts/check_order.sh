#!/usr/bin/env bash
# Checks by the includes that no room knows of the rooms to its right, that LibTorch is seen only where tensors are, and
# that mains stay short. The order is that of docs/design.md. Usage: scripts/check_order.sh
set -euo pipefail
cd "$(dirname "$0")/.."

order='base < config audio < corpus features store network < augment classic eval report < bundle < experiment < nn < train < xai deploy'
# Neighbours that must know each other, "from to", with the reason.
neighbours=(
  'report eval' # tables and pages show scores
)
torch_rooms='nn train xai deploy'
main_lines=60
file_lines=400

# shellcheck disable=SC2016 # awk's own variables
problems=$(
  find lib apps tests -name '*.h' -o -name '*.cpp' | sort | xargs awk -v order="$order" \
    -v neighbours="$(printf '%s\n' "${neighbours[@]}")" -v torch_rooms="$torch_rooms" '
    function say(text) { printf "%s:%d: %s\n", FILENAME, FNR, text }
    BEGIN {
      n = split(order, groups, / < /)
      for (i = 1; i <= n; ++i) {
        m = split(groups[i], rooms, / /)
        for (j = 1; j <= m; ++j) rank[rooms[j]] = i
      }
      n = split(neighbours, pairs, /\n/)
      for (i = 1; i <= n; ++i) allowed[pairs[i]] = 1
      n = split(torch_rooms, rooms, / /)
      for (i = 1; i <= n; ++i) torch[rooms[i]] = 1
    }
    FNR == 1 {
      split(FILENAME, parts, /\//)
      room = FILENAME ~ /^lib\/ser\// ? parts[3] : parts[1] == "apps" ? "apps" : "tests"
      if (parts[1] == "lib" && !(room in rank)) say("the room " room " has no place in the order; see scripts/check_order.sh")
    }
    /^#include [<"](torch|ATen|c10)\// && parts[1] != "tests" && !(room in torch) { say("LibTorch is seen only in " torch_rooms) }
    /^#include [<"]ser\// {
      split($2, path, /\//)
      other = path[2]
      if (!(other in rank)) { say(other " is no room"); next }
      if (parts[1] != "lib" || other == room) next
      if (rank[other] > rank[room]) say("room " room " comes before " other " and must not know it")
      if (rank[other] == rank[room] && !((room " " other) in allowed)) say("rooms " room " and " other " are neighbours")
    }
    /^#include [<"](common|ser-[a-z]+)\// && parts[1] == "lib" { say("the library does not know the programs") }'
  # Two types of one name in one namespace are one to the linker, which then takes the functions of either for both.
  find lib apps -name '*.h' -exec grep -hoE '^(struct|class) [A-Za-z]+ ?[{:f]' {} + | awk '{ print $2 }' | sort | uniq -d |
    while IFS= read -r name; do
      printf 'the type %s is declared twice:\n' "$name"
      grep -rnE "^(struct|class) $name\\b" lib apps --include='*.h'
    done
  for file in apps/*/main.cpp; do
    lines=$(wc -l <"$file")
    ((lines <= main_lines)) || printf '%s: %d lines; a main has at most %d\n' "$file" "$lines" "$main_lines"
  done
)
while IFS= read -r file; do
  lines=$(wc -l <"$file")
  ((lines <= file_lines)) || printf 'warning: %s: %d lines; is it one concept?\n' "$file" "$lines" >&2
done < <(find lib apps -name '*.h' -o -name '*.cpp')

if [[ -n $problems ]]; then
  printf '%s\n' "$problems" >&2
  exit 1
fi
echo "order of dependence: kept ($order < apps)"
