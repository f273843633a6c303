"""Dates that are counted in another calendar: which one, told by the years of a whole column, and as dates of ours.

The years that a log can be of lie apart in each: 2026 is 2569 of the Buddhists, 1405 of the Persians, 1447 of the Islamic
calendar. An era names itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from investigator import moment

EARLIEST, MOST = 1995, 0.9  # our year that a log can be of; the share of a column's dates
BUDDHIST, PERSIAN, ISLAMIC = "Buddhist", "Persian", "Islamic"
#: What is read of another calendar is said, and what is not.
SAID = {
    BUDDHIST: "its years are Buddhist: read as 543 less",
    PERSIAN: "its dates are Persian (Solar Hijri): read as the days of ours that they are",
    ISLAMIC: "its dates are of the Islamic calendar, whose days begin by what was seen: no time is made of them",
}
_YEAR = re.compile(r"(?<!\d)(?:(\d{4})[-/.年]|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}))(?!\d{3})")
_ERA = re.compile(r"(令和|平成|昭和|大正|明治|民國|民国) ?(元|\d{1,3}) ?年")
_BEFORE = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}
#: The first day of a Persian year, to count from.
_NOWRUZ, _SINCE = date(2026, 3, 21), 1405


def of(year: int) -> str:
    """The calendar in which a log of our time can be of that year; empty for ours."""
    latest = moment.now().year + 1
    if EARLIEST + 543 <= year <= latest + 543:
        return BUDDHIST
    if EARLIEST - 621 <= year <= latest - 621:
        return PERSIAN
    return ISLAMIC if 1415 <= year <= 1415 + (latest - EARLIEST) * 33 // 32 + 1 else ""


def told(values: Sequence[str]) -> str:
    """The calendar of a column's dates, where nearly all have a year of it."""
    found = [of(int(match[1] or match[2])) for value in values if (match := _YEAR.search(value))]
    name = found[0] if found else ""
    return name if name and found.count(name) >= MOST * len(values) else ""


def without_eras(text: str) -> str:
    """A text with the years of eras as years of ours: 令和8年 is 2026年."""
    return _ERA.sub(lambda match: f"{_BEFORE[match[1]] + int(match[2].replace('元', '1'))}年", text)


def ours(calendar: str, year: int, month: int, day: int) -> tuple[int, int, int]:
    """A date of another calendar as one of ours. Raises ValueError where there is no such day, or its calendar isn't read."""
    if calendar == BUDDHIST:
        return year - 543, month, day
    if calendar != PERSIAN or not 1 <= month <= 12 or not 1 <= day <= (31 if month < 7 else 30):
        raise ValueError
    before = 31 * (month - 1) if month < 7 else 186 + 30 * (month - 7)
    at = _NOWRUZ + timedelta(days=_days(year) - _days(_SINCE) + before + day - 1)
    if month == 12 and day == 30 and at >= _NOWRUZ + timedelta(days=_days(year + 1) - _days(_SINCE)):
        raise ValueError
    return at.year, at.month, at.day


def _days(year: int) -> int:
    """Days before a Persian year: eight of 33 years have one more."""
    year += 1595
    return 365 * year + year // 33 * 8 + (year % 33 + 3) // 4
