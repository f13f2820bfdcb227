"""A number under the format of its cell: what a reader sees, and whether that is the number."""

from __future__ import annotations

from geomap.tables import cells
from geomap.tables.columns import LOST_DIGITS, CellFault
from geomap.tables.doubts import NUMBERS, Doubtful
from geomap.tables.numberformat import shown

_LONGEST = 1e15


def number_text(value: float, code: str) -> str | tuple[str, str]:
    """Give the text to read for a number under a format.

    Returns
    -------
    the text as shown where it is the number; (shown, whole) where it was only rounded for show;
    a ``Doubtful`` where what is shown is another number, or none
    """
    whole = f"{value:.15g}"
    if abs(value) >= _LONGEST:
        return Doubtful(f"{whole}（超过 15 位）", LOST_DIGITS)
    seen = whole if code in ("General", "@") else shown(value, code)
    if seen is None:
        return Doubtful(f"{whole}（格式 {code}）", _unread(code, whole))
    if not seen.strip():
        return _blank(whole)
    plain = cells.plain_decimal(seen)
    if plain is None:
        return Doubtful(seen, _other(seen, whole), NUMBERS)
    if float(plain) == float(whole):
        return whole if "E" in plain else plain
    if abs(float(plain) - value) <= 0.5000001 * 10.0 ** -cells.decimals(plain):
        return plain, whole
    return Doubtful(f"{seen}（实为 {whole}）", _other(seen, whole))


def _blank(whole: str) -> Doubtful:
    return Doubtful(
        f"（空白，实为 {whole}）",
        CellFault(
            (f"看上去是空的，存的是 {whole}", f"looks empty, holds {whole}"),
            ("把单元格格式改为“常规”，核对后再导入", "set its format to General and see to it"),
        ),
    )


def _other(seen: str, whole: str) -> CellFault:
    return CellFault(
        (f"显示“{seen}”，存的是 {whole}", f"shows {seen!r}, holds {whole}"),
        (
            "把单元格格式改为“常规”，使显示的就是要填的数，单位写在单位列",
            "set its format to General so that it shows the number; the unit in its own column",
        ),
    )


def _unread(code: str, whole: str) -> CellFault:
    return CellFault(
        (f"格式“{code}”看不出显示什么，存的是 {whole}", f"format {code!r}, holds {whole}"),
        ("把单元格格式改为“常规”", "set its format to General"),
    )
