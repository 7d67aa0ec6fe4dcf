#!/bin/sh
# Set up and run the product with sample data on embedded SQLite. Options go to `flask demo` (see --help).
set -eu
cd "$(dirname "$0")/.."
set -- requirements.txt "$@"
. deploy/environment.sh
shift
exec .venv/bin/python -m flask demo "$@"
