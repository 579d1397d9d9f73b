#!/usr/bin/env bash
# The unit tests on real speech; skipped (status 77) where SER_CORPORA does not name its folder. Usage: corpora.sh TESTS
set -euo pipefail
if [[ -z ${SER_CORPORA:-} ]]; then
  echo 'skipped: SER_CORPORA is not set'
  exit 77
fi
exec "$1" '[corpora]'
