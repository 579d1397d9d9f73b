#!/usr/bin/env bash
# The test on EM2LDL's label table; skipped (status 77) where SER_EM2LDL does not name its folder. Usage: em2ldl.sh TESTS
set -euo pipefail
if [[ -z ${SER_EM2LDL:-} ]]; then
  echo 'skipped: SER_EM2LDL is not set'
  exit 77
fi
exec "$1" '[em2ldl]'
