#!/bin/sh
# Reset, seed and inspect a sandbox with curl: what a test in any language does.
# Start it with `lvng-sandbox serve`, and paste the three `export` lines that it prints.
set -eu

control() { # METHOD PATH [JSON]: a call to the control API
  curl -fsS -X "$1" "$LVNG_BASE_URL/_sandbox/$2" -H "Authorization: Bearer $LVNG_SANDBOX_TOKEN" \
    ${3:+-H "Content-Type: application/json" -d "$3"}
  echo
}

api() { # METHOD PATH [JSON]: a call to the API; prints the status
  curl -sS -o /dev/null -w '%{http_code}\n' -X "$1" "$LVNG_BASE_URL$2" -H "Authorization: Bearer $LVNG_API_KEY" \
    ${3:+-H "Content-Type: application/json" -d "$3"}
}

control POST reset
control POST snapshots '{"name": "before"}'
control PUT clock '{"now": "2026-01-01T09:00:00Z", "frozen": true}'

# The second list fails once; the program under test should try again.
control POST faults '{"operation": "notes.list", "status": 503, "retry_after": "1", "times": 1}'
api GET /api/v2/notes
api GET /api/v2/notes
api POST /api/v2/notes '{"title": "From a shell", "content": "It works."}'

control POST clock/advance '{"seconds": 3600}'
control GET 'requests?operation=notes.*&wait_for=3&timeout=5'
control POST snapshots/before/restore
control GET 'records/notes?text=shell'
