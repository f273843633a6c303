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
from datetime import UTC, datetime, timedelta, tzinfo
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
        #: How often it was asked: what was answered without asking it stays so as time goes on.
        self.asked = 0

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
        self.asked += 1
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
    as it is ("no zone: read as Europe/Berlin", "this hour happened twice"). `readings` are the instants that the text
    can have meant, each with what it is read as: the first is as written.
    """

    low: datetime
    high: datetime
    zone: str = "UTC"
    doubt: tuple[str, ...] = ()
    text: str = ""
    readings: tuple[tuple[str, datetime], ...] = ()

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

    @property
    def written(self) -> datetime:
        """The instant as the text literally says it: where "around" is said, the middle; of a range, its start."""
        return self.readings[0][1] if self.readings else self.low

    @property
    def meant(self) -> datetime:
        """The instant as it was likely meant: another than written where a label contradicts itself, as PST in July."""
        said = self.readings[0][0].replace("as written", "as meant") if self.readings else ""
        return next((at for word, at in self.readings[1:] if word == said), self.written)

    @property
    def due(self) -> datetime:
        """When something promised for it is due: at a clock time, then; on a day or in a part of one, at its end."""
        return self.low if self.width < timedelta(minutes=30) else self.high

    def widened(self, skew: Skew) -> Moment:
        """The same moment on a clock from which its own may be off by a skew: it holds what it says, and what it'd be."""
        if not skew.low and not skew.high:
            return self
        return Moment(
            self.low - skew.high,
            self.high - skew.low,
            self.zone,
            (*self.doubt, skew.said),
            self.text,
            self.readings,
        )

    def read_in(self, zone_name: str) -> Moment:
        """The same clock read in another zone, where the text named none; else the moment as it is."""
        assumed = f"no zone: read as {self.zone}"
        if assumed not in self.doubt or zone_name == self.zone:
            return self
        wall = self.low.astimezone(zone(self.zone)).replace(tzinfo=None)
        low = wall.replace(tzinfo=zone(zone_name))
        doubt = tuple(f"no zone: read as {zone_name}" if one == assumed else one for one in self.doubt)
        return Moment(low, low + self.width, zone_name, doubt, self.text)

    def to_json(self) -> dict[str, object]:
        """Plain JSON, read back by `Moment.from_json`."""
        more = {"readings": [[said, at.isoformat()] for said, at in self.readings]} if self.readings else {}
        return {
            **more,
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
            tuple((said, datetime.fromisoformat(at)) for said, at in data.get("readings", ())),
        )

    def __str__(self) -> str:
        shown = show(self.low, self.zone)
        return shown if self.width <= timedelta(seconds=60) else f"{shown} to {show(self.high, self.zone)}"


@dataclass(frozen=True)
class Skew:
    """How far one clock is ahead of another: `offset` give or take `spread`, both from what both clocks saw.

    `low` and `high` bound it and always hold zero: an estimate widens what is compared, and moves nothing.
    """

    offset: timedelta
    spread: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.spread < timedelta(0):
            raise MomentError("A skew's spread can't be negative.", f"It is {self.spread}.", "Give its size.")

    @property
    def low(self) -> timedelta:
        """The least that the other clock may be ahead: never more than nothing."""
        return min(timedelta(0), self.offset - self.spread)

    @property
    def high(self) -> timedelta:
        """The most that the other clock may be ahead: never less than nothing."""
        return max(timedelta(0), self.offset + self.spread)

    @property
    def said(self) -> str:
        """The skew in words."""
        return f"its clock may be {seconds(self.offset)} ahead, give or take {seconds(self.spread)}"

    def __neg__(self) -> Skew:
        return Skew(-self.offset, self.spread)


def seconds(delta: timedelta) -> str:
    """A short span to the digit that matters: 0.25 s, 4.2 s, 90 s; longer ones as `duration`."""
    value = delta.total_seconds()
    return f"{value:.3g} s" if abs(value) < 100 else duration(delta)


def before(a: Moment, b: Moment, *, skew: Skew | None = None) -> Order:
    """Whether `a` was before `b`: certain, likely, or unknown.

    certain: every instant of `a` is before every instant of `b`. likely: the middle of `a` is, and the
    intervals overlap by less than half of the narrower one. unknown: all else, also where `b` was first.
    `skew` says how far the clock of `b` is ahead of that of `a`: what it could reverse is not certain, and it makes
    nothing surer than it was.
    The interval order is Allen's "before" (Allen 1983, doi:10.1145/182.358434).
    """
    if skew is not None:
        plain, held = before(a, b), before(a, b.widened(skew))
        return max(plain, held, key=_STRENGTH.index)
    if a.high < b.low:
        return "certain"
    overlap = min(a.high, b.high) - max(a.low, b.low)
    narrower = min(a.width, b.width)
    if a.middle < b.middle and overlap < narrower / 2:
        return "likely"
    return "unknown"


#: From the surest order to none.
_STRENGTH: tuple[Order, ...] = ("certain", "likely", "unknown")


class Fixed(tzinfo):
    """A zone whose clocks are always as far from UTC: +02:00."""

    def __init__(self, away: timedelta) -> None:
        minutes = round(away.total_seconds() / 60)
        self.away, self.key = (
            away,
            f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}",
        )

    def utcoffset(self, _: datetime | None) -> timedelta:
        """How far it is from UTC."""
        return self.away

    def dst(self, _: datetime | None) -> timedelta:
        """Nothing: it has no summer time."""
        return timedelta(0)

    def tzname(self, _: datetime | None) -> str:
        """What it is called."""
        return f"UTC{self.key}"


def zone(name: str) -> ZoneInfo | Fixed:
    """The zone of that IANA name, such as Europe/Berlin, or of an offset, such as +02:00."""
    if fixed := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", name.strip(), re.IGNORECASE):
        away = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        if away <= timedelta(hours=14):
            return Fixed(-away if fixed[1] == "-" else away)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MomentError(
            f"There is no time zone named '{name}'.",
            "Zones have IANA names: Europe/Berlin, America/New_York, UTC; or are an offset: +02:00.",
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
