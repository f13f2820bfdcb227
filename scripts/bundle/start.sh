#!/bin/sh
# Sets up once in the home of the user, then serves the map and opens it.
set -eu
cd "$(dirname "$0")"
home="${XDG_DATA_HOME:-$HOME/.local/share}/geomap/@VERSION@-py@PYTHON@"
if [ ! -e "$home/ready" ]; then
    cat text/first-start.txt
    command -v python@PYTHON@ >/dev/null || { cat text/no-python.txt; exit 1; }
    {
        python@PYTHON@ -m venv --clear "$home" &&
        "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
            --find-links wheels --require-hashes -r requirements.txt
    } || { cat text/failed.txt; exit 1; }
    echo @VERSION@ >"$home/ready"
fi
exec "$home/bin/python" -m geomap serve --open "$@"
