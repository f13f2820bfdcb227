"""What can be set from outside: by environment variables, and by the options of ``geomap serve``.

=========================== ==================== ==========================================
variable                    default              meaning
=========================== ==================== ==========================================
GEOMAP_DATA                 the shipped release  data directory that is served
GEOMAP_HOST                 127.0.0.1            address to listen at; 0.0.0.0 for all
GEOMAP_NAMES                none                 names, by commas, under which the server is asked
                                                 beside addresses, localhost and the machine's
GEOMAP_PROXIES              this machine         addresses or networks, by commas, of proxies whose
                                                 X-Forwarded-For says which client asks
GEOMAP_PORT                 8000                 port to listen at; 0 for any free one
GEOMAP_WORKERS              1 or 2, by CPUs      number of server processes (1 on Windows)
GEOMAP_WORKER_MB            800                  MB of memory above which a server process is
                                                 replaced, 300 to 100000
GEOMAP_AUDIENCE             internal             whom pages and API are for: leader, internal
                                                 (both see all) or public (small counts withheld)
GEOMAP_SMALL_COUNT          5                    people below which a count is withheld from the
                                                 public, 2 to 1000
GEOMAP_SHOW_ZERO            true                 whether the public sees a count of 0
GEOMAP_AUDIT_LOG            the user's own       file that records what is done and what leaves;
                                                 "off" for none
GEOMAP_AUDIT_LOG_REQUIRED   true if that is set  whether what cannot be recorded may not be done
GEOMAP_AUDIT_MB             200                  MB that the record may take, 20 to 100000; then
                                                 the oldest entries go
GEOMAP_TILES                none                 address of map tiles, with {x}, {y} and {z}
GEOMAP_TILES_ATTRIBUTION    none                 whose tiles they are, printed on the map
GEOMAP_TIANDITU_KEY         none                 key for the tiles of Tianditu (天地图)
GEOMAP_FRAMED_BY            none                 origins, by commas, of other sites whose pages may
                                                 hold the map in a frame (embed)
GEOMAP_SPOOL                a temporary one      directory in which the processes of the server
                                                 share solves under way and uploaded tables
GEOMAP_READ_MB              512                  MB of memory that reading what a visitor uploads
                                                 may take, 64 to 100000 (held to on Linux only)
GEOMAP_READ_SECONDS         20                   seconds that it may take, 1 to 600
GEOMAP_SCENARIOS            none                 directory of saved scenarios of siting; without
                                                 one they are kept in the browser
GEOMAP_KEEP_VERSIONS        20                   former versions of the data that are kept when
                                                 they are changed, 0 to 1000
=========================== ==================== ==========================================

Tiles are off unless an address or a key is set. GEOMAP_TILES goes before GEOMAP_TIANDITU_KEY.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from geomap.audit.log import FILE_BYTES, Log, default_path
from geomap.confined import Allowance
from geomap.errors import ServeError
from geomap.model.audience import Audience, Threshold

KEEP_VERSIONS = 20
WORKER_MB = 800
_TIANDITU = "https://t0.tianditu.gov.cn/DataServer?T=vec_w&x={x}&y={y}&l={z}&tk="
_TIANDITU_ATTRIBUTION = "天地图"
_ORIGIN = re.compile(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?"
)


Network: TypeAlias = IPv4Network | IPv6Network
THIS_MACHINE: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Tiles:
    """A background from the network, off by default; the map is complete without it."""

    url: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server.

    Parameters
    ----------
    data : data directory, "" for the shipped release
    names : names under which the server is asked, beside addresses and the machine's own
    proxies : of whom it is believed for which client they ask, when places in a line are shared out
    workers : number of server processes, 0 for the default of the machine
    worker_mb : resident memory above which one of them is replaced, MB
    tiles : background of the map, None for none
    framed_by : origins of other sites whose pages may hold the map in a frame
    audience : whom pages and API are for
    rules : what is withheld from the public
    audit : where it is recorded what is done; nowhere unless read from the environment
    spool : directory that the processes share for siting, "" for a temporary one
    scenarios : directory of saved scenarios, "" to leave them to the browser
    reading : what reading of uploaded files may take
    """

    data: str = ""
    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    proxies: tuple[Network, ...] = THIS_MACHINE
    port: int = 8000
    workers: int = 0
    worker_mb: int = WORKER_MB
    tiles: Tiles | None = None
    framed_by: tuple[str, ...] = ()
    audience: Audience = Audience.INTERNAL
    rules: Threshold = field(default_factory=Threshold)
    audit: Log = field(default_factory=Log)
    spool: str = ""
    scenarios: str = ""
    reading: Allowance = field(default_factory=Allowance)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read the variables of the table above.

        Raises
        ------
        ServeError : a number is none, there is no such audience, or the address of the tiles
            cannot be used
        """
        return cls(
            data=env.get("GEOMAP_DATA", ""),
            host=env.get("GEOMAP_HOST", "").strip() or "127.0.0.1",
            names=tuple(re.split(r"[\s,，]+", env.get("GEOMAP_NAMES", "").strip())),
            proxies=_proxies(env.get("GEOMAP_PROXIES", "")),
            port=_whole("GEOMAP_PORT", env.get("GEOMAP_PORT", ""), 8000, most=65535),
            workers=_whole("GEOMAP_WORKERS", env.get("GEOMAP_WORKERS", ""), 0, most=64),
            worker_mb=_whole(
                "GEOMAP_WORKER_MB",
                env.get("GEOMAP_WORKER_MB", ""),
                WORKER_MB,
                least=300,
                most=100_000,
            ),
            tiles=_tiles(env),
            framed_by=_origins("GEOMAP_FRAMED_BY", env.get("GEOMAP_FRAMED_BY", "")),
            audience=_audience(env.get("GEOMAP_AUDIENCE", "")),
            rules=rules_from(env),
            audit=log_from(env),
            spool=env.get("GEOMAP_SPOOL", "").strip(),
            scenarios=env.get("GEOMAP_SCENARIOS", "").strip(),
            reading=_reading(env),
        )

    @property
    def tile_origin(self) -> str:
        """Scheme, host and port of the tiles, "" without; the only foreign origin for pages."""
        found = _ORIGIN.match(self.tiles.url) if self.tiles else None
        return found[0] if found else ""


def rules_from(env: Mapping[str, str] = os.environ) -> Threshold:
    """Read what is withheld from the public.

    Raises
    ------
    ServeError : the threshold is no number, or it is not said whether 0 is shown
    """
    given = env.get("GEOMAP_SMALL_COUNT", "")
    return Threshold(
        threshold=float(_whole("GEOMAP_SMALL_COUNT", given, 5, least=2, most=1000)),
        show_zero=_flag("GEOMAP_SHOW_ZERO", env.get("GEOMAP_SHOW_ZERO", ""), default=True),
    )


def keep_from(env: Mapping[str, str] = os.environ) -> int:
    """Read how many former versions of a release are kept.

    Raises
    ------
    ServeError : it is no such number
    """
    name = "GEOMAP_KEEP_VERSIONS"
    return _whole(name, env.get(name, ""), KEEP_VERSIONS, most=1000)


def _proxies(given: str) -> tuple[Network, ...]:
    try:
        asked = [ip_network(one) for one in re.split(r"[\s,，]+", given.strip()) if one]
    except ValueError as error:
        raise ServeError(
            f"环境变量 GEOMAP_PROXIES={given} 应为逗号分隔的地址或网段，如 10.1.2.3,10.2.0.0/24",
            f"GEOMAP_PROXIES={given} must be addresses or networks, such as 10.1.2.3,10.2.0.0/24",
        ) from error
    return tuple(asked) or THIS_MACHINE


def _origins(name: str, given: str) -> tuple[str, ...]:
    # They go into the content policy: anything but a plain origin could widen it.
    found = tuple(one.rstrip("/") for one in re.split(r"[\s,，]+", given.strip()) if one)
    for one in found:
        if not _ORIGIN.fullmatch(one):
            raise ServeError(
                f"环境变量 {name} 里的 {one} 应为网站的来源（协议、主机、端口），"
                "如 http://主机:8080",
                f"{one} in {name} must be an origin, such as http://host/",
            )
    return found


def _reading(env: Mapping[str, str]) -> Allowance:
    usual = Allowance()
    mb, seconds = "GEOMAP_READ_MB", "GEOMAP_READ_SECONDS"
    return Allowance(
        _whole(mb, env.get(mb, ""), usual.memory_mb, least=64, most=100_000),
        _whole(seconds, env.get(seconds, ""), int(usual.seconds), least=1, most=600),
    )


def log_from(env: Mapping[str, str] = os.environ) -> Log:
    """Read where it is recorded what is done; where nobody asked for it, its lack stops nothing.

    The record was once one of exports only: its former names are taken too.

    Raises
    ------
    ServeError : it is not said whether the record is required, or its size is no such number
    """
    given = _either(env, "LOG").strip()
    required = _flag("GEOMAP_AUDIT_LOG_REQUIRED", _either(env, "LOG_REQUIRED"), default=bool(given))
    size = _whole("GEOMAP_AUDIT_MB", env.get("GEOMAP_AUDIT_MB", ""), 200, least=20, most=100_000)
    if given.lower() == "off":
        return Log()
    kept_files = size * 2**20 // FILE_BYTES - 1  # beside the one that is written
    return Log(Path(given) if given else default_path(env), required, kept_files=kept_files)


def _either(env: Mapping[str, str], name: str) -> str:
    found = (env.get(f"GEOMAP_{record}_{name}") for record in ("AUDIT", "EXPORT"))
    return next((one for one in found if one), "")


def _whole(name: str, given: str, default: int, *, most: int, least: int = 0) -> int:
    if not given.strip():
        return default
    if given.strip().isascii() and given.strip().isdigit() and least <= int(given) <= most:
        return int(given)
    raise ServeError(
        f"环境变量 {name}={given} 应为 {least} 至 {most} 的整数",
        f"{name}={given} must be a whole number from {least} to {most}",
    )


def _flag(name: str, given: str, *, default: bool) -> bool:
    said = given.strip().lower()
    if not said:
        return default
    if said in ("true", "1", "yes", "false", "0", "no"):
        return said in ("true", "1", "yes")
    raise ServeError(
        f"环境变量 {name}={given} 应为 true 或 false", f"{name}={given} must be true or false"
    )


def _audience(given: str) -> Audience:
    try:
        return Audience(given.strip().lower() or Audience.INTERNAL)
    except ValueError:
        raise ServeError(
            f"环境变量 GEOMAP_AUDIENCE={given} 应为 leader（领导）、internal（内部）"
            "或 public（小数已保护）",
            f"GEOMAP_AUDIENCE={given} must be leader, internal or public",
        ) from None


def _tiles(env: Mapping[str, str]) -> Tiles | None:
    attribution = env.get("GEOMAP_TILES_ATTRIBUTION", "").strip()
    if url := env.get("GEOMAP_TILES", "").strip():
        return Tiles(_checked(url), attribution)
    if key := env.get("GEOMAP_TIANDITU_KEY", "").strip():
        return Tiles(_TIANDITU + quote(key, safe=""), attribution or _TIANDITU_ATTRIBUTION)
    return None


def _checked(url: str) -> str:
    # The origin goes into the content policy: anything but a plain host could widen it.
    origin = _ORIGIN.match(url)
    placed = all(mark in url for mark in ("{x}", "{y}", "{z}"))
    if origin and url[origin.end() : origin.end() + 1] == "/" and placed:
        return url
    raise ServeError(
        f"瓦片地址 GEOMAP_TILES={url} 无法使用，"
        "应形如 http://主机/{z}/{x}/{y}.png，只能有一个主机，不支持 {s}",
        "GEOMAP_TILES must look like http://host/{z}/{x}/{y}.png, one host, without {s}",
    )
