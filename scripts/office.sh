#!/bin/sh
# LibreOffice, which opens the reports in a test.
#   office.sh --path      print where it is; nothing when there is none
#   office.sh --install   see to it that there is one
set -eu

find_office() {
    command -v soffice || command -v libreoffice
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

case "${1:-}" in
--path)
    find_office || true
    ;;
--install)
    if find_office >/dev/null; then
        exit 0
    fi
    if ! command -v apt-get >/dev/null; then
        echo "缺少 LibreOffice，请先安装 / LibreOffice is missing: install it first" >&2
        exit 1
    fi
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libreoffice-writer-nogui libreoffice-impress-nogui fonts-noto-cjk
    ;;
*)
    echo "usage: office.sh --path | --install" >&2
    exit 2
    ;;
esac
