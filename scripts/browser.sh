#!/bin/sh
# The browser that the tests and the measurements drive.
#   browser.sh --path             print where it is; nothing when playwright brings its own
#   browser.sh --install PYTHON   see to it that there is one
set -eu

find_browser() {
    for name in "${GEOMAP_CHROMIUM:-}" chromium chromium-browser google-chrome microsoft-edge msedge; do
        if [ -n "$name" ] && command -v "$name"; then
            return 0
        fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Ubuntu's chromium is a snap, which starts in no container: there playwright's own is taken.
has_debian_chromium() {
    command -v apt-get >/dev/null && . /etc/os-release && [ "${ID:-}" = debian ]
}

case "${1:-}" in
--path)
    find_browser || true
    ;;
--install)
    if find_browser >/dev/null; then
        exit 0
    fi
    if has_debian_chromium; then
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk
    elif command -v apt-get >/dev/null; then
        "$2" -m playwright install --with-deps chromium
    else
        "$2" -m playwright install chromium
    fi
    ;;
*)
    echo "usage: browser.sh --path | --install PYTHON" >&2
    exit 2
    ;;
esac
