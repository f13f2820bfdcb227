#!/bin/sh
# What the measurements need besides a browser: npm, for the files that stock pages load from CDNs,
# and in the given Python spopt (with PuLP), to be measured against; the program itself needs neither.
set -eu

if [ $# -gt 0 ] && ! "$1" -c "import spopt, pulp" 2>/dev/null; then
    "$1" -m pip install --quiet --disable-pip-version-check "spopt==0.7.0" "pulp==3.3.2"
fi

if command -v npm >/dev/null; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "缺少 npm，请先安装 Node.js / npm is missing: install Node.js first" >&2
    exit 1
fi
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm
