"""Times of one shape, read a whole column at once: the digits stand at the same places in every row.

Only what is surely read as `times.sql` reads it: each row that is of another shape, or whose day or hour does not
exist, is left to the engine. Days are counted as in Hinnant's days_from_civil (2013).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.months import SHORT

if TYPE_CHECKING:
    import pyarrow as pa

    from investigator.load.times import Style

_LENGTHS = 4  # shapes that one column may have; what is of a rarer one is left
_FEW = 64  # rows of a shape below which the engine is as quick
_ISO = re.compile(
    r"(?P<Y>\d{4})(?P<sep>[-/])(?P<m>\d{2})(?P=sep)(?P<d>\d{2})[T ](?P<H>\d{2}):(?P<M>\d{2}):(?P<S>\d{2})"
    r"(?:[.,](?P<f>\d{1,9}))?(?:Z| ?(?P<sign>[+-])(?P<zh>\d{2}):?(?P<zm>\d{2}))?"
)
_APACHE = re.compile(
    r"(?P<d>\d{2})/(?P<b>[A-Z][a-z]{2})/(?P<Y>\d{4}):(?P<H>\d{2}):(?P<M>\d{2}):(?P<S>\d{2}) "
    r"(?P<sign>[+-])(?P<zh>\d{2})(?P<zm>\d{2})"
)
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "m": r"(?P<m>\d{2})",
    "d": r"(?P<d>[ \d]\d)",
    "b": r"(?P<b>[A-Z][a-z]{2})",
    "H": r"(?P<H>\d{2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "f": r"(?P<f>\d{1,6})",
    "z": r"(?P<sign>[+-])(?P<zh>\d{2})(?P<zm>\d{2})",
}
_MONTH_CODES = [int.from_bytes(month.encode(), "big") for month in SHORT]
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_SPACE, _ZERO, _MINUS = 32, 48, 45


def microseconds(
    texts: pa.Array, style: Style, *, year: int | None = None, zone: str | None = None
) -> tuple[Any, Any] | None:
    """Microseconds since 1970 in UTC of each text, and of which rows they are known; None where of none.

    `texts` is one Arrow array of strings; `year` is put where the style names none, `zone` is as in `times.sql`.
    """
    shape = _shape(style.name, style.formats, style.year_missing)
    if shape is None or not len(texts) or (not style.zoned and zone and zone != "UTC"):
        return None
    wide = str(texts.type).startswith("large")
    offsets = np.frombuffer(texts.buffers()[1], np.int64 if wide else np.int32)
    offsets = offsets[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    lengths = np.diff(offsets)
    if texts.null_count:
        lengths = np.where(texts.is_valid().to_numpy(zero_copy_only=False), lengths, 0)
    out, known = np.zeros(len(texts), np.int64), np.zeros(len(texts), bool)
    counts = np.bincount(np.minimum(lengths, 40), minlength=41)
    for length in np.argsort(counts)[::-1][:_LENGTHS].tolist():
        if length == 40 or counts[length] < min(_FEW, len(texts)) or not length:
            continue
        if counts[length] == len(texts):
            rows: Any = slice(None)
            block = data[offsets[0] : offsets[-1]].reshape(-1, length)
        else:
            rows = np.flatnonzero(lengths == length)
            block = data[offsets[:-1][rows][:, None] + np.arange(length)]
        found = _read(block, shape, year if style.year_missing else None, zoned=bool(zone) and zone != "UTC")
        if found is not None:
            out[rows], known[rows] = found
    return (out, known) if known.any() else None


@lru_cache(maxsize=64)
def _shape(name: str, formats: tuple[str, ...], year_missing: bool) -> re.Pattern[str] | None:
    """What a time of a style looks like, with a group for each of its parts; None where that is not told here."""
    if name == "iso":
        return _ISO
    if name == "apache":
        return _APACHE
    if name != "formats" or not formats:
        return None
    form = formats[0].removeprefix("%Y ") if year_missing else formats[0]
    if year_missing and not formats[0].startswith("%Y "):
        return None
    parts = re.split(r"%(.)", form)
    directives = parts[1::2]
    if any(one not in _DIRECTIVES for one in directives) or len(set(directives)) < len(directives):
        return None
    if not {"d", "H", "M", "S"} <= set(directives) or not {"m", "b"} & set(directives):
        return None
    if year_missing == ("Y" in directives):
        return None
    return re.compile(
        "".join(_DIRECTIVES[part] if place % 2 else re.escape(part) for place, part in enumerate(parts))
    )


def _read(
    block: Any, shape: re.Pattern[str], year: int | None, *, zoned: bool = False
) -> tuple[Any, Any] | None:
    """The times of rows of bytes that are as long as each other, and which of them are as the first one is.

    `zoned`: what names no zone is left.
    """
    first = bytes(block[0])
    match = shape.fullmatch(first.decode("ascii", errors="replace"))
    if match is None or (zoned and not match["sign"] and first[-1:] != b"Z"):
        return None
    columns = np.ascontiguousarray(block.T)
    spans = {name: match.span(name) for name, text in match.groupdict().items() if text is not None}
    good = np.ones(len(block), bool)
    inside = np.zeros(len(first), bool)
    for low, high in (span for name, span in spans.items() if name != "sep"):
        inside[low:high] = True
    for place in np.flatnonzero(~inside):
        good &= columns[place] == first[place]

    def number(name: str) -> Any:
        nonlocal good
        low, high = spans[name]
        if name == "f":
            high = min(high, low + 6)
            for place in range(high, spans[name][1]):
                good &= columns[place] - np.uint8(_ZERO) < 10
        value = np.zeros(len(block), np.int32)
        for place in range(low, high):
            digit = columns[place] - np.uint8(_ZERO)
            if name == "d" and place == low:
                digit = np.where(columns[place] == _SPACE, np.uint8(0), digit)
            good &= digit < 10
            value = value * 10 + digit
        return value * 10 ** (6 - (high - low)) if name == "f" else value

    years = number("Y") if "Y" in spans else np.full(len(block), year or 1970, np.int32)
    months = number("m") if "m" in spans else _months(columns, spans["b"][0])
    days, hours, minutes, seconds = (number(name) for name in "dHMS")
    months_in = np.clip(months, 1, 12)
    longest = _MONTH_DAYS[months_in] + (
        (months == 2) & (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    )
    good &= (years >= 1) & (months == months_in) & (days >= 1) & (days <= longest)
    good &= (hours < 24) & (minutes < 60) & (seconds < 60)
    at = _day(years, months_in, days) * 86_400 + (hours * 3600 + minutes * 60 + seconds)
    if "sign" in spans:
        zone_hours, zone_minutes, sign = number("zh"), number("zm"), columns[spans["sign"][0]]
        good &= (zone_hours < 15) & (zone_minutes < 60) & ((sign == 43) | (sign == _MINUS))
        off = zone_hours * 3600 + zone_minutes * 60
        at = at - np.where(sign == _MINUS, -off, off)
    at = at * 1_000_000
    return (at + number("f") if "f" in spans else at), good


def _months(columns: Any, low: int) -> Any:
    """The number of each month that is written as a word of three letters; 0 where it is none."""
    code = (columns[low].astype(np.int32) << 16) | (columns[low + 1].astype(np.int32) << 8) | columns[low + 2]
    out = np.zeros(len(code), np.int32)
    for number, month in enumerate(_MONTH_CODES, 1):
        same = code == month
        out[same] = number
        if same.all():
            break
    return out


def _day(years: Any, months: Any, days: Any) -> Any:
    """Days since 1970 of dates; of all once, where they are one and the same."""
    if years[0] == years[-1] and months[0] == months[-1] and days[0] == days[-1]:
        same = (years == years[0]) & (months == months[0]) & (days == days[0])
        if same.all():
            years, months, days = years[:1], months[:1], days[:1]
    years = years.astype(np.int64) - (months <= 2)
    era = years // 400
    of_era = years - era * 400
    of_year = (153 * (months + np.where(months > 2, -3, 9)) + 2) // 5 + days - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
