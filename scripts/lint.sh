#!/usr/bin/env bash
# Formatting of C++, shell scripts, order of dependence. Changes nothing; 'make format' formats. Usage: scripts/lint.sh
set -euo pipefail
cd "$(dirname "$0")/.."

for program in clang-format shellcheck; do
  command -v "$program" >/dev/null || {
    echo "lint: $program is missing; 'make deps' installs it" >&2
    exit 1
  }
done
failed=0

# Versions format differently; the files are formatted by Debian 12's.
if [[ $(clang-format --version) != *'version 14.'* ]]; then
  echo "lint: formatting not checked: that needs clang-format 14, this is $(clang-format --version)"
elif find lib apps tests \( -name '*.h' -o -name '*.cpp' \) -print0 | xargs -0 clang-format --dry-run -Werror; then
  echo 'lint: formatting is good'
else
  echo "lint: formatting differs, see above; 'make format' mends it" >&2
  failed=1
fi

if find .ci scripts recipes tests -type f \( -name '*.sh' -o -path .ci/run \) -print0 | xargs -0 shellcheck -x; then
  echo 'lint: shell scripts are good'
else
  echo 'lint: shell scripts have problems, see above' >&2
  failed=1
fi

scripts/check_order.sh || failed=1
exit $failed
