#!/bin/sh
# What the measurements need besides a browser: npm, for the files that stock pages load from CDNs.
set -eu

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
