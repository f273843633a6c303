"""Days that people call by the name of a feast: New Year's Eve, Silvester, Good Friday, Thanksgiving.

Those that move are reckoned from Easter (the rule of Meeus, Jones and Butcher) or from a weekday of their month.
"""

from __future__ import annotations

from datetime import date, timedelta

_FIXED = {
    (1, 1): "new year's day|new years day|neujahr|neujahrstag",
    (1, 6): "dreikönig|dreikönigstag|epiphany",
    (2, 14): "valentine's day|valentinstag",
    (5, 1): "may day|tag der arbeit",
    (10, 3): "tag der deutschen einheit",
    (10, 31): "halloween|reformationstag",
    (11, 1): "allerheiligen|all saints' day",
    (12, 6): "nikolaus|nikolaustag",
    (12, 24): "christmas eve|heiligabend|heilig abend|heiliger abend|heiligen abend",
    (12, 25): "christmas day",
    (12, 26): "boxing day|st stephen's day",
    (12, 31): "new year's eve|new years eve|silvester|sylvester|hogmanay",
}
#: In days from Easter Sunday.
_MOVED = {
    -48: "rosenmontag", -47: "shrove tuesday|pancake day|faschingsdienstag", -46: "ash wednesday|aschermittwoch",
    -7: "palm sunday|palmsonntag", -3: "maundy thursday|gründonnerstag", -2: "good friday|karfreitag",
    -1: "karsamstag|holy saturday", 0: "easter sunday|ostersonntag", 1: "easter monday|ostermontag",
    39: "ascension day|christi himmelfahrt|himmelfahrt", 49: "whit sunday|pentecost|pfingstsonntag",
    50: "whit monday|pfingstmontag", 60: "corpus christi|fronleichnam",
}  # fmt: skip
#: In days from the fourth Thursday of November.
_AUTUMN = {0: "thanksgiving|thanksgiving day", 1: "black friday", 4: "cyber monday"}


_BY_DATE = {name: day for day, names in _FIXED.items() for name in names.split("|")}
_BY_EASTER = {name: days for days, names in _MOVED.items() for name in names.split("|")}
_BY_NOVEMBER = {name: days for days, names in _AUTUMN.items() for name in names.split("|")}
#: Every name, in small letters, the longest first.
NAMES = tuple(sorted({*_BY_DATE, *_BY_EASTER, *_BY_NOVEMBER}, key=len, reverse=True))


def following(name: str, today: date) -> date:
    """The first day of that name that is not before `today`; `name` is one of NAMES."""
    return next(day for year in (today.year, today.year + 1) if (day := _of(name, year)) >= today)


def _easter(year: int) -> date:
    golden, century, years = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    days = (32 + 2 * (century % 4) + 2 * (years // 4) - moon - years % 4) % 7
    late = (golden + 11 * moon + 22 * days) // 451
    month, day = divmod(moon + days - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _of(name: str, year: int) -> date:
    if name in _BY_DATE:
        return date(year, *_BY_DATE[name])
    if name in _BY_EASTER:
        return _easter(year) + timedelta(days=_BY_EASTER[name])
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21 + _BY_NOVEMBER[name])
