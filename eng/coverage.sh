#!/usr/bin/env bash
# Prints the app's line coverage by LoginAudit.Tests, for each folder and in all. Not in the gate: it takes as
# long as the tests. What runs in the worker process under LocalHost is not counted.
#
#   eng/coverage.sh
#   eng/coverage.sh --filter-class LoginAudit.Tests.Events.UtcDayTests
set -euo pipefail
cd "$(dirname "$0")/.."

out=TestResults/coverage
rm -rf "$out"
failed=0
# Coverage=true adds the collector's package, which no other build has.
dotnet test --project tests/LoginAudit.Tests -p:Coverage=true --results-directory "$PWD/$out" \
  --coverlet --coverlet-output-format cobertura --coverlet-include '[LoginAudit]*' \
  --coverlet-exclude-by-file '**/obj/**' "$@" || failed=$?
node eng/coverage.mjs "$out"
exit "$failed"
