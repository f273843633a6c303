"""A time as an interval, with its zone and its doubt; and the one Clock.

What people and machines write down is seldom an instant: "13:05" is a minute long, "today" is a day,
an hour in October happens twice. A Moment keeps the interval that the text allows, so that
`before(a, b)` can answer "unknown" where a bare timestamp would make something up.
"""

from __future__ import annotations

import os
import re
import time as _time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from investigator.errors import MomentError

Order = Literal["certain", "likely", "unknown"]

MICROSECOND = timedelta(microseconds=1)


class Clock:
    """The one clock of the kit: aware UTC, and frozen where SOURCE_DATE_EPOCH is set.

    A frozen clock makes a report reproducible: same case, same clock, same bytes.
    Source of the convention: https://reproducible-builds.org/specs/source-date-epoch/
    """

    def __init__(self) -> None:
        self._held: ContextVar[datetime | None] = ContextVar("held", default=None)

    @contextmanager
    def held(self, at: datetime) -> Iterator[None]:
        """The clock stands at this time for a while: to write down again what was written down then."""
        token = self._held.set(at.astimezone(UTC))
        try:
            yield
        finally:
            self._held.reset(token)

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        held = self._held.get()
        if held is not None:
            return held
        frozen = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
        if frozen:
            try:
                return datetime.fromtimestamp(float(frozen), UTC)
            except (ValueError, OverflowError, OSError):
                raise MomentError(
                    f"SOURCE_DATE_EPOCH is '{frozen}', which is no time.",
                    "It holds seconds since 1970-01-01 UTC, such as 1781697600.",
                    "Set it to a number, or unset it to use the wall clock.",
                ) from None
        return datetime.now(UTC)

    def wall(self) -> datetime:
        """The machine's own time, aware, in UTC, also while the clock is frozen."""
        return datetime.fromtimestamp(_time.time(), UTC)


clock = Clock()


def now() -> datetime:
    """The time now by the kit's clock: aware, UTC, frozen where SOURCE_DATE_EPOCH is set."""
    return clock.now()


@dataclass(frozen=True)
class Moment:
    """An interval in which something happened: `low <= it <= high`, both aware UTC.

    `zone` is the zone the text named or was read in; `doubt` says in words why the interval is as wide
    as it is ("no zone: read as Europe/Berlin", "this hour happened twice").
    """

    low: datetime
    high: datetime
    zone: str = "UTC"
    doubt: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            value = getattr(self, name)
            if value.tzinfo is None:
                raise MomentError(
                    f"A moment needs a time with a zone; {name} is {value.isoformat()} without one.",
                    "",
                    "Give an aware datetime, such as datetime(..., tzinfo=UTC).",
                )
            object.__setattr__(self, name, value.astimezone(UTC))
        if self.high < self.low:
            raise MomentError(
                f"A moment can't end ({self.high.isoformat()}) before it starts ({self.low.isoformat()}).",
                "",
                "Swap the two.",
            )

    @classmethod
    def at(cls, instant: datetime, *, zone: str = "UTC") -> Moment:
        """A moment that is a single instant."""
        return cls(instant, instant, zone)

    @property
    def width(self) -> timedelta:
        """How much is not known: high - low."""
        return self.high - self.low

    @property
    def middle(self) -> datetime:
        """The middle of the interval, for a place on an axis; never for an order."""
        return self.low + self.width / 2

    def to_json(self) -> dict[str, object]:
        """Plain JSON, read back by `Moment.from_json`."""
        return {
            "low": self.low.isoformat(),
            "high": self.high.isoformat(),
            "zone": self.zone,
            "doubt": list(self.doubt),
            "text": self.text,
        }

    @classmethod
    def from_json(cls, data: dict) -> Moment:
        """A moment as `to_json` wrote it."""
        return cls(
            datetime.fromisoformat(data["low"]),
            datetime.fromisoformat(data["high"]),
            data.get("zone", "UTC"),
            tuple(data.get("doubt", ())),
            data.get("text", ""),
        )

    def __str__(self) -> str:
        shown = show(self.low, self.zone)
        return shown if self.width <= timedelta(seconds=60) else f"{shown} to {show(self.high, self.zone)}"


def before(a: Moment, b: Moment) -> Order:
    """Whether `a` was before `b`: certain, likely, or unknown.

    certain: every instant of `a` is before every instant of `b`. likely: the middle of `a` is, and the
    intervals overlap by less than half of the narrower one. unknown: all else, also where `b` was first.
    The interval order is Allen's "before" (Allen 1983, doi:10.1145/182.358434).
    """
    if a.high < b.low:
        return "certain"
    overlap = min(a.high, b.high) - max(a.low, b.low)
    narrower = min(a.width, b.width)
    if a.middle < b.middle and overlap < narrower / 2:
        return "likely"
    return "unknown"


def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name, such as Europe/Berlin."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MomentError(
            f"There is no time zone named '{name}'.",
            "Zones have IANA names: Europe/Berlin, America/New_York, UTC.",
            "Use one of these; an abbreviation such as CEST or PST is ambiguous.",
        ) from None


def city(zone_name: str) -> str:
    """The short word for a zone that people say: Europe/Berlin is Berlin."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


def show(instant: datetime, zone_name: str = "UTC", *, day: bool = True, seconds: bool = False) -> str:
    """An instant as people read it, with its zone said: 2026-06-17 14:05 Berlin (12:05 UTC)."""
    local = instant.astimezone(zone(zone_name))
    clock_format = "%H:%M:%S" if seconds else "%H:%M"
    text = local.strftime(("%Y-%m-%d " if day else "") + clock_format)
    if zone_name == "UTC":
        return f"{text} UTC"
    return f"{text} {city(zone_name)} ({instant.astimezone(UTC).strftime(clock_format)} UTC)"


#: A time in UTC as sentences say it: with its day or without, alone or as the range "07:10 to 07:40 UTC".
_SAID = re.compile(
    r"(?:(\d{4}-\d{2}-\d{2}) )?(\d{2}:\d{2}(?::\d{2})?)(?: to (?:(\d{4}-\d{2}-\d{2}) )?(\d{2}:\d{2}(?::\d{2})?))? UTC\b"
)


def localised(text: str, zone_name: str) -> str:
    """A sentence with its UTC times in another zone: "2026-06-17 07:14:07 UTC" is "2026-06-17 09:14:07 Berlin".

    A time without a day takes the day before it in the text; where there is none it stays as it is.
    """
    if zone_name == "UTC":
        return text
    place, word, day, shown = zone(zone_name), city(zone_name), "", ""

    def one(date_: str, clock_: str) -> str:
        nonlocal day, shown
        day = date_ or day
        local_ = datetime.fromisoformat(f"{day} {clock_}").replace(tzinfo=UTC).astimezone(place)
        said = local_.strftime("%H:%M:%S" if clock_.count(":") == 2 else "%H:%M")
        before_, shown = shown, f"{local_:%Y-%m-%d}"
        return f"{shown} {said}" if date_ or shown != before_ else said

    def replaced(match: re.Match[str]) -> str:
        nonlocal day
        if not (match[1] or day):
            return match[0]
        try:
            first = one(match[1] or "", match[2])
            return f"{first} to {one(match[3] or '', match[4])} {word}" if match[4] else f"{first} {word}"
        except ValueError:
            return match[0]

    return _SAID.sub(replaced, text)


def duration(delta: timedelta) -> str:
    """A span in the two units that matter, rounded to the nearest: 4 h 51, 12 min, 3 d 2 h, 40 s."""
    seconds = int(abs(delta).total_seconds() + 0.5)
    sign = "-" if delta < timedelta(0) else ""
    if seconds < 60:
        return f"{sign}{seconds} s"
    minutes = (seconds + 30) // 60
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{sign}{hours} h {minutes:02d}"
    days, hours = divmod(hours, 24)
    return f"{sign}{days} d {hours} h"


def local(wall: datetime, zone_name: str, *, text: str = "") -> Moment:
    """A wall-clock time in a zone as a Moment: an hour that happened twice gives both, one that never was is refused.

    `wall` is naive. In the autumn fold the interval runs from the first to the second reading (PEP 495).
    """
    z = zone(zone_name)
    first = wall.replace(tzinfo=z, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=z, fold=1).astimezone(UTC)
    if first == second:
        return Moment(first, second, zone_name, (), text)
    if second < first:
        raise MomentError(
            f"{wall:%Y-%m-%d %H:%M} never happened in {zone_name}: clocks went forward over it.",
            "",
            "Give the time with its offset, such as 02:30+01:00.",
        )
    return Moment(first, second, zone_name, ("this hour happened twice",), text)


_WHEN = re.compile(
    r"^\s*(?:(?P<day>\d{4}-\d{2}-\d{2}|today|tomorrow|yesterday)[T\s]+|(?P<dmy>\d{1,2}\.\d{1,2}\.\d{4})[,\s]+)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6}))?)?"
    r"\s*(?:(?P<half>[ap]m)(?![a-z]))?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|\(?[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)*\)?)?\s*$",
    re.IGNORECASE,
)


def parse(text: str, *, zone_name: str = "UTC", reference: datetime | None = None) -> Moment:
    """A time as people write it: `14:05`, `today 18:00 Berlin`, `2026-06-17 18:00 Europe/Berlin`, ISO 8601.

    Without a date it is the reference's day in that zone (default: the clock's). Minutes make an interval of a
    minute, seconds of a second. A zone that is only implied is said in `doubt`.
    """
    match = _WHEN.match(text or "")
    if not match:
        raise MomentError(
            f"'{text}' is no time that I understand.",
            "I know 14:05, today 18:00 Berlin, 2026-06-17 18:00 Europe/Berlin, 2026-06-17T16:00:00Z.",
            "Write it in one of these ways.",
        )
    given = (match["zone"] or "").strip("()")
    doubt: tuple[str, ...] = ()
    offset: timedelta | None = None
    named = zone_name
    if not given:
        doubt = (f"no zone: read as {zone_name}",)
    elif given.upper() in ("Z", "UTC", "GMT"):
        named = "UTC"
    elif given[0] in "+-":
        hours, minutes = int(given[1:3]), int(given[-2:])
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if given[0] == "-" else 1)
    else:
        named = _zone_called(given)
    today = (reference or now()).astimezone(zone(named))
    day = _day(match, today.date(), text)
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    try:
        wall = datetime(
            day.year,
            day.month,
            day.day,
            hour,
            int(match["minute"]),
            int(match["second"] or 0),
            int((match["fraction"] or "0").ljust(6, "0")),
        )
    except ValueError as error:
        raise MomentError(f"'{text}' is no time: {error}.", "", "Correct the hour, minute or day.") from None
    if offset is not None:
        instant = (wall - offset).replace(tzinfo=UTC)
        found = Moment(instant, instant, zone_name, (), text)
    else:
        found = local(wall, named, text=text)
    if match["fraction"]:
        resolution = MICROSECOND
    else:
        resolution = timedelta(seconds=1) if match["second"] else timedelta(minutes=1)
    return Moment(found.low, found.high + resolution - MICROSECOND, found.zone, doubt + found.doubt, text)


def _day(match: re.Match, today: date, text: str) -> date:
    word = (match["day"] or "today").lower()
    shifts = {"today": 0, "tomorrow": 1, "yesterday": -1}
    try:
        if match["dmy"]:
            day, month, year = (int(part) for part in match["dmy"].split("."))
            return date(year, month, day)
        if word in shifts:
            return today + timedelta(days=shifts[word])
        return date.fromisoformat(word)
    except ValueError as error:
        raise MomentError(f"'{text}' names no day: {error}.", "", "Write the day as 2026-06-17.") from None


def _zone_called(word: str) -> str:
    """The IANA name of what people call a zone: Berlin is Europe/Berlin."""
    if "/" in word:
        return zone(word).key
    from zoneinfo import available_timezones

    wanted = word.replace(" ", "_").lower()
    found = sorted(name for name in available_timezones() if name.rsplit("/", 1)[-1].lower() == wanted)
    preferred = [name for name in found if "/" in name and not name.startswith(("posix/", "right/", "Etc/"))]
    if len(preferred) == 1:
        return preferred[0]
    return zone(word).key
