"""How the times of one column are spelled, told from the column as a whole, and each of them as ISO text.

Day and month are two numbers in many of them: which is which is told from all values of the column, from what other
sources say, or from a person; where nothing tells, it is asked. Numbers are a date without separators where all of them
can be, and do not merely count up; else what since when, where that puts all of them into years that a log can be of.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from investigator import moment, zones
from investigator.sources import _calendars
from investigator.sources._spellings import EPOCH, Written, iso, parse

if TYPE_CHECKING:
    import pyarrow as pa

ORDERS = ("dmy", "mdy", "ymd")
ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
SAID = "as you said"
FEWEST = "as only so they lie in one or two years"
AMONG = "so they lie among the times of other sources"
SO_WRITTEN = "as in the language of its column's name"
#: Days that lie so much closer together in one order than in the other are likely of that order.
CLOSER = 8
#: What columns of days are called in languages in which nobody writes the month first.
_DAY_FIRST = re.compile(
    r"(?i)(?<![^\W\d_])(?:fecha|hora|datum|uhrzeit|zeit|heure|jour|giorno|orario|dia|día|tijd|dato|дата|godzina|dzień|päivä|début|debut|beginn|"
    r"anfang|inicio|início|inizio|einde|gültig|échéance)(?![^\W\d_])"
)
#: Years that a log can be of: computers wrote such before, and none writes what is to come.
EARLIEST = datetime(1995, 1, 1)
AHEAD = timedelta(days=400)
#: Since when, and how many make a second: Unix's four, Windows' FILETIME, WebKit, .NET.
UNITS: dict[str, tuple[datetime, int]] = {
    "seconds": (EPOCH, 1),
    "milliseconds": (EPOCH, 1_000),
    "microseconds": (EPOCH, 1_000_000),
    "nanoseconds": (EPOCH, 1_000_000_000),
    "FILETIME": (datetime(1601, 1, 1), 10_000_000),
    "WebKit": (datetime(1601, 1, 1), 1_000_000),
    "ticks": (datetime(1, 1, 1), 10_000_000),
    "days": (datetime(1899, 12, 30), 0),
}
_NUMBER = re.compile(r"^\d{5,19}(?:\.\d+)?$")
_DAYS = re.compile(r"^[2-6]\d{4}(?:[.,]\d+)?$")
#: What is called so is a number of something else.
_ID = re.compile(
    r"(?:^|[^a-z])(?:no|nr|num|number|nummer|id|ids|key|code|phone|tel|serial|account|acct|member|order|size|bytes)$",
    re.I,
)
_TIME_WORD = re.compile(r"time|date|stamp|zeit|datum|fecha|heure|hora|when|(?:^|[_. ])(?:at|ts)$", re.I)
_ZONE_IN_NAME = re.compile(
    r"[\[(]([^\])]{1,40})[\])]\s*$|(?:^|[_\s.-])(utc|gmt|cest|cet|mesz|mez)$|[a-z](UTC)$", re.I
)


#: How databases say beside a number or a text what type it is, where a key's values are of several: {"$numberLong":"1"}.
_TYPED = re.compile(
    r"^\{\s*\"(?:\$(?:date|numberLong|numberInt|numberDouble)|[SN])\"\s*:\s*(?:\"([^\"]*)\"|([\d.]+))\s*\}$"
)


def unwrapped(value: str) -> str:
    """A value without what says of what type it is."""
    if not value.startswith("{"):
        return value
    found = _TYPED.match(value)
    return value if found is None else found[1] or found[2] or ""


@dataclass(frozen=True)
class Spelling:
    """How a column of times is spelled. `unit` is for numbers; `zone` what its name says of all of them."""

    order: str = ""
    unit: str = ""
    zone: int | str | None = None
    resolution: int = 1
    zoned: bool = False  # whether most name a zone
    yearless: bool = False
    unsure: bool = False  # nothing told day from month
    clocked: bool = True  # they say more than a day
    why: str = ""
    unknown: str = ""  # a zone with several meanings
    calendar: str = ""  # that its years are of, where that is not ours
    beside: str = (
        ""  # the unit of numbers among times that are written out; EACH: of several units, told by their size
    )

    def text(self, value: str | None) -> str | None:
        """A time as ISO text, or as it was where it is none that this column spells."""
        if value is None:
            return None
        value = unwrapped(value)
        if self.unit:
            return _counted(value, self.unit) or value
        if self.beside and _NUMBER.match(value) and (unit := self._unit(value)):
            return _counted(value, unit) or value
        said = parse(value)
        if said is None or said.calendar != self.calendar:
            return value  # a year that no other row has is as it is written
        if said.calendar == _calendars.ISLAMIC or said.day(self.order) is None:
            return None
        return iso(said, self.order, self.zone)

    def _unit(self, value: str) -> str:
        return by_size(value) if self.beside == EACH else self.beside

    def column(self, texts: pa.Array) -> pa.Array:
        """The same for a column, each distinct text once."""
        import pyarrow as pa

        encoded = texts.dictionary_encode()
        told = pa.array([self.text(value) for value in encoded.dictionary.to_pylist()], pa.string())
        return told.take(encoded.indices)


#: `utc_offset_min`, `gmtOffset`: how far a clock is from UTC. Without `utc` or `gmt` some count the other way round.
_OFFSET_NAME = re.compile(r"(?i)(?:utc|gmt)_?-? ?(?:offset|off|diff)(?:_?-? ?(?P<unit>m|h|s)[a-z]*)?$")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def offset_unit(name: str, values: Sequence[str]) -> int:
    """How many seconds the numbers of a column of offsets from UTC count; 0 where it is none, or that can't be told."""
    named = _OFFSET_NAME.search(name)
    said = [value for value in values if value]
    if not named or not said or not all(re.fullmatch(r"[+-]?\d{1,5}(?:\.\d{1,2})?", value) for value in said):
        return 0
    numbers = [float(value) for value in said]
    for unit in (_SECONDS[named["unit"].lower()],) if named["unit"] else _SECONDS.values():
        whole = [number * unit for number in numbers]
        if all(one % 900 == 0 and abs(one) <= 14 * 3600 for one in whole) and (named["unit"] or any(whole)):
            return unit
    return 0


def offset(value: str | None, unit: int) -> str | None:
    """An offset of so many units of seconds as text; a name as it is."""
    if value is None or not unit:
        return value
    try:
        minutes = round(float(value) * unit / 60)
    except ValueError:
        return None
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def zone_of(name: str) -> int | str | None:
    """The zone that a column's own name says: `TimeGenerated [UTC]`, `ts_utc`, `Zeit (MESZ)`."""
    found = _ZONE_IN_NAME.search(name)
    if not found:
        return None
    said = zones.named((found[1] or found[2] or found[3]).upper() if not found[1] else found[1])
    if said is None:
        return None
    if said.offset is not None:
        return int(said.offset.total_seconds() // 60)
    if said.label and len(zones.LABELS[said.label]) == 1:
        return zones.LABELS[said.label][0][0]
    return said.place or None


def told(
    values: Sequence[str], *, name: str = "", order: str = "", near: Sequence[tuple[datetime, datetime]] = ()
) -> Spelling | None:
    """How these are spelled; None where fewer than most are times. `near` are the spans of other sources' times."""
    found = [unwrapped(value.strip()) for value in values if value and value.strip()]
    if not found:
        return None
    if sum(bool(_NUMBER.match(v) or _DAYS.match(v)) for v in found) >= 0.9 * len(found):
        numbers = [v for v in found if _NUMBER.match(v) or _DAYS.match(v)]
        # 26168.091407 counts nothing: it is the day of a year with its clock.
        run = all("." in value and parse(value) for value in numbers)
        if (unit := "" if run else unit_of(numbers, name)) is None:
            return None
        if unit:
            fine = min(_fine(value, unit) for value in numbers)
            return Spelling(unit=unit, zoned=unit != "days", resolution=fine, why=unit)
    said = [one for one in map(parse, found) if one is not None]
    # Drivers write one column in two ways: as text where its year is of our time, else, or by another version, as a number.
    numbers = [value for value in found if _NUMBER.match(value) and parse(value) is None]
    beside = (unit_of(numbers, name) or "") if said and numbers else ""
    if said and numbers and not beside and not _ID.search(name) and all(map(by_size, numbers)):
        beside = EACH
    if len(said) + (len(numbers) if beside else 0) < 0.6 * len(found):
        return None
    chosen, unsure, why = order_of(said, order, near, called=name)
    zone = zone_of(name)
    known = zone is not None or sum(one.zone is not None for one in said) > len(said) / 2
    clocked = sum(one.clock is not None for one in said) > len(said) / 2
    fine = min((one.resolution for one in said), default=1)
    return Spelling(
        chosen,
        "",
        zone,
        fine,
        known,
        all(year is None for one in said for _, (year, _, _) in one.dates),
        unsure,
        clocked,
        why,
        next((one.unknown for one in said if one.unknown), ""),
        _calendars.told(found),
        beside,
    )


def order_of(
    said: Sequence[Written],
    given: str = "",
    near: Sequence[tuple[datetime, datetime]] = (),
    *,
    called: str = "",
) -> tuple[str, bool, str]:
    """The order of day and month that all of these can have, whether that is a guess, and what told it.

    Given by a person; else the only one that all can have; else the one that lies among other sources' times; else that of
    the language in which the column is `called`.
    """
    several = [one for one in said if any(name for name, _ in one.dates)]
    if not several:
        return "", False, ""
    if given:
        return given, False, SAID
    fits = {name: sum(one.day(name) is not None for one in several) for name in ORDERS}
    best = max(fits.values())
    left = [name for name in ORDERS if fits[name] == best]
    if best < len(several) and fits["ymd"] < best:
        # A damaged row makes no order: the one that nearly all can have.
        left = [name for name in left if fits[name] >= 0.9 * len(several)] or left
    days = {name: [day for one in several if (day := one.day(name))] for name in left}
    today = moment.now().replace(tzinfo=None) + AHEAD
    if len(left) > 1 and "ymd" in left:
        # 26-06-17 is 17 June where the others lie in years to come, or in many years.
        years = {name: {y for y, _, _ in days[name]} for name in left}
        usual = [n for n in left if max(y or 0 for y in years[n]) <= today.year and len(years[n]) <= 2]
        if len(usual) == 1:
            return usual[0], False, FEWEST
        left = usual or left
    if len(left) == 1:
        return left[0], False, "no other order makes dates of all"
    if all(days[name] == days[left[0]] for name in left):
        return left[0], False, ""
    if near:
        among = [name for name in left if _near(days[name], near)]
        if len(among) == 1:
            return among[0], False, AMONG
    if "dmy" in left and _DAY_FIRST.search(called):
        return "dmy", False, SO_WRITTEN
    # What lies together in one order, and in the other far apart or in months to come, is likely of the first.
    dated = {name: [datetime(y or 2000, m, d) for y, m, d in days[name]] for name in left if name != "ymd"}
    spans = {name: max(at) - min(at) for name, at in dated.items() if at}
    if len(spans) == 2:
        closer, other = sorted(spans, key=spans.__getitem__)
        if spans[other] >= timedelta(days=28) and spans[closer] * CLOSER < spans[other]:
            return closer, True, ""
    return "mdy" if "mdy" in left else left[0], True, ""


def _near(days: Sequence[tuple[int | None, int, int]], near: Sequence[tuple[datetime, datetime]]) -> bool:
    week = timedelta(days=7)
    at = [datetime(y or 2000, m, d) for y, m, d in days]
    hits = sum(any(low - week <= one <= high + week for low, high in near) for one in at)
    return hits >= 0.9 * len(at)


def unit_of(numbers: Sequence[str], name: str = "") -> str | None:
    """What these numbers count, and since when; "" for dates without separators; None where they are no times."""
    whole = [int(n.replace(",", ".").split(".")[0]) for n in numbers]
    digits = {len(str(n)) for n in whole}
    if serial(whole) and not _TIME_WORD.search(name):
        return None
    if digits <= {10, 12, 14, 17} and len(digits) == 1 and all(parse(n) for n in numbers):
        if digits != {10} or not _plausible(numbers, "seconds"):
            return ""
    if _ID.search(name):
        return None
    for unit in UNITS:
        if (unit == "days") != (max(digits) <= 5):
            continue
        if _plausible(numbers, unit):
            return unit
    return None


#: Numbers of a column that count in several units.
EACH = "each"
_BY_DIGITS = {10: "seconds", 13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}


def by_size(value: str) -> str:
    """What a number counts since 1970, told by how many digits it has, or the days of a spreadsheet with a part of a day;
    empty where that is no time of ours."""
    whole, _, part = value.replace(",", ".").partition(".")
    unit = _BY_DIGITS.get(len(whole), "days" if len(whole) == 5 and part else "")
    return unit if unit and _plausible([value], unit) else ""


def serial(whole: Sequence[int]) -> bool:
    """Whether numbers merely count up, by one and the same step: they are a serial, and no time."""
    steps = [b - a for a, b in itertools.pairwise(whole)]
    if len(steps) < 2:
        return False
    tails = [n % 10_000 for n in whole]
    ones = sum(b - a == 1 for a, b in itertools.pairwise(tails))
    return (len(set(steps)) == 1 and 0 < steps[0] < 60) or ones > 0.6 * len(steps)


def _plausible(numbers: Sequence[str], unit: str) -> bool:
    latest = moment.now().replace(tzinfo=None) + AHEAD
    good = sum(1 for n in numbers if (at := counted(n, unit)) and EARLIEST <= at <= latest)
    return good >= 0.9 * len(numbers)


def counted(value: str, unit: str) -> datetime | None:
    """The time that a number is; None where there is none."""
    since, each = UNITS[unit]
    text = value.strip().replace(",", ".")
    try:
        whole, _, part = text.partition(".")
        if not each:
            return since + timedelta(milliseconds=round(float(text) * 86_400_000))
        micro = int(whole) * 1_000_000 // each
        if part and each <= 1_000:
            micro = int(whole + part[:6].ljust(6, "0")) // each
        return since + timedelta(microseconds=micro)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=1 << 14)
def _counted(value: str, unit: str) -> str | None:
    at = counted(value, unit)
    return None if at is None else f"{at.isoformat(' ', 'microseconds')}{'+00:00' if UNITS[unit][1] else ''}"


def _fine(value: str, unit: str) -> int:
    each = UNITS[unit][1]
    if not each:
        digits = len(value.replace(",", ".").partition(".")[2])
        return 86_400_000_000 if not digits else 1_000_000 if digits < 8 else 1_000
    return max(1_000_000 // each // 10 ** len(value.partition(".")[2]), 1)
