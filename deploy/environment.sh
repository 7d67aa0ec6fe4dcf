# Sourced by demo.sh and test.sh: a virtual environment in .venv with the pinned packages of the file named in $1.
# Installs only when that file has changed since the last time.
set -eu

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed (found: $("$python" --version 2>&1)); set PYTHON to its command." >&2
  exit 2
fi
if [ ! -x .venv/bin/python ]; then
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv
    else
      echo "Python's venv module is missing: install the package python3-venv." >&2
      exit 2
    fi
  fi
  "$python" -m venv .venv
fi
stamp=".venv/$(basename "$(dirname "$1")")-$(basename "$1").installed"
wanted=$(cat requirements.txt "$1" | cksum)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  echo "Installing the packages of $1 …" >&2
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$1"
  echo "$wanted" > "$stamp"
fi
