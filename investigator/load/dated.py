"""Rows that say a clock and no day, or how old a thing is: what somebody said of the source makes times of them.

A clock's day is that of the first row, and the next where clocks fall back by half a day. An age lies before the moment
at which its table was taken, and its own unit says how exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from investigator.load.roles import plain
from investigator.sources._spellings import parse

if TYPE_CHECKING:
    import pyarrow as pa

_CLOCK = re.compile(
    # Four numbers between dots are an address.
    r"^\d{1,2}(?::\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?|\.\d{2}(?:\.\d{2}(?:,\d{1,9})?)?)(?: ?[AaPp]\.? ?[Mm]\.?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?$"
)
#: Words around an age, in several languages; with one of them it needs no name to be an age.
_AGO = re.compile(r"(?i)\b(?:ago|vor|il y a|hace|há|fa|geleden|sedan|siden|temu|назад)\b|前$")
_ABOUT = re.compile(r"(?i)\b(?:about|over|almost|less than|ca\.?|etwa|environ)\b|[<>~≈]")
_NOW = re.compile(r"(?i)^(?:just now|now|gerade eben|à l'instant|ahora|adesso|たった今)$")
_PART = re.compile(r"(\d+(?:[.,]\d+)?|\ban?\b|\bone\b|\beine[rmn]?\b|\bune?\b)\s*([^\W\d_]+)\.?")
_AGES = frozenset("age lastseen uptime since".split())
_CLOCKS = frozenset("time clock zeit uhrzeit heure hora ora at when timeofday timestamp ts".split())
#: Seconds of a unit, by how its word begins: months before minutes.
_UNITS = {
    **dict.fromkeys(("mo", "mês", "mes", "мес"), 30 * 86_400),
    **dict.fromkeys(("y", "jahr", "an", "año", "år", "jaar", "лет", "год", "年"), 365 * 86_400),
    **dict.fromkeys(("w", "sem", "sett", "vecka", "нед", "週"), 7 * 86_400),
    **dict.fromkeys(("d", "tag", "jour", "día", "gior", "день", "дн", "日"), 86_400),
    **dict.fromkeys(("h", "stund", "std", "ora", "ore", "ur", "timm", "tim", "час", "時"), 3_600),
    **dict.fromkeys(("ms", "milli"), 0),
    **dict.fromkeys(("m", "мин", "分"), 60),
    **dict.fromkeys(("s", "сек", "秒"), 1),
}
SHARE = 0.9  # of the values of a column
BACK = timedelta(hours=12)  # by which a clock falls back where a day has passed
#: What an age says at its ends, as columns of their own.
ENDS = ("time_low", "time_high")


def clock_of(keys: Sequence[str], samples: Mapping[str, Sequence[str]]) -> str:
    """The key that holds clocks without a day, one that is called so first; empty where none does."""
    able = [key for key in keys if _all(_CLOCK.match, samples.get(key, ()))]
    return next((key for key in able if plain(key) in _CLOCKS), able[0] if able else "")


def age_of(keys: Sequence[str], samples: Mapping[str, Sequence[str]]) -> str:
    """The key that says how old a thing is, by its name or by words such as `ago`; empty where none does."""
    aged = [key for key in keys if _all(age, samples.get(key, ()))]
    worded = (key for key in aged if any(_AGO.search(value) for value in samples[key] if value))
    return next((key for key in aged if plain(key) in _AGES), next(worded, ""))


def age(text: str) -> tuple[float, int] | None:
    """How many seconds old something is said to be, and how many its finest unit has: `3m ago`, `2 weeks ago`, `1d4h`."""
    if _NOW.match(text.strip()):
        return 0, 60
    bare = _ABOUT.sub(" ", _AGO.sub(" ", text)).strip().casefold()
    if not bare or _PART.sub("", bare).strip(" ,"):
        return None
    seconds, finest = 0.0, 0
    for number, word in _PART.findall(bare):
        finest = next((size for begin, size in _UNITS.items() if word.startswith(begin)), 0)
        if not finest:
            return None
        seconds += finest * (float(number.replace(",", ".")) if number[0].isdigit() else 1)
    return seconds, finest


def _all(shape: Callable[[str], object], values: Sequence[str]) -> bool:
    found = [value.strip() for value in values if value and value.strip()]
    return bool(found) and sum(bool(shape(value)) for value in found) >= SHARE * len(found)


@dataclass
class Dated:
    """Makes times of one source's clocks or ages, chunk by chunk."""

    day: date | None
    taken: datetime | None
    key: str = ""  # whose values become times
    _last: timedelta | None = None

    def applied(self, keys: tuple[str, ...], rows: pa.Table) -> tuple[tuple[str, ...], pa.Table]:
        """The keys and rows with times in place of clocks; with the ends of an interval beside ages."""
        if not self.key:
            samples = {
                key: [v for v in rows[f"f{i}"].slice(0, 400).to_pylist() if v] for i, key in enumerate(keys)
            }
            self.key = (clock_of(keys, samples) if self.day else "") or (
                age_of(keys, samples) if self.taken else ""
            )
        if self.key not in keys:
            return keys, rows
        place = keys.index(self.key)
        values = rows[f"f{place}"].to_pylist()
        if self.day is not None and clock_of([self.key], {self.key: [v for v in values[:400] if v]}):
            return keys, _with(rows, place, [self._clock(value) for value in values])
        if self.taken is None:
            return keys, rows
        ends = [self._age(value) for value in values]
        for i in range(len(ENDS)):
            rows = rows.append_column(f"f{len(keys) + i}", _texts([end[i] if end else None for end in ends]))
        rows = _with(rows, place, [end[1] if end else None for end in ends])
        return (*keys, *ENDS), rows

    def _clock(self, value: str | None) -> str | None:
        said = parse(f"2000-01-01 {value.strip()}") if value else None
        if value is None or said is None or said.clock is None or self.day is None:
            return value
        hour, minute, second, micro = said.clock
        at = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
        if self._last is not None and self._last - at > BACK:
            self.day += timedelta(days=1)
        if self._last is None or at >= self._last or self._last - at > BACK:
            self._last = at
        return f"{self.day} {value.strip()}"

    def _age(self, value: str | None) -> tuple[str, str] | None:
        """Between which times a thing began that was so old."""
        found = age(value) if value and value.strip() else None
        if self.taken is None or found is None:
            return None
        high = self.taken - timedelta(seconds=found[0])
        return (high - timedelta(seconds=found[1])).isoformat(), high.isoformat()


def taken_at(text: str) -> datetime:
    """The moment at which a table was taken, in UTC; ValueError for what is none or names no zone."""
    at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)


def _texts(values: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string())


def _with(rows: pa.Table, place: int, values: Sequence[str | None]) -> pa.Table:
    name = f"f{place}"
    return rows.set_column(rows.column_names.index(name), name, _texts(values))
