"""The deadline: what was stated, by when it must be there, and how it stands. Every screen asks here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from investigator import moment
from investigator.errors import ParameterError
from investigator.moment import Moment

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"\b(\d{1,2}:\d{2})\s*(?:-|to)\s*(\d{1,2}:\d{2})\b")
#: A day this far back is not looked for: an office that opens less than once a year has no calendar.
FARTHEST = 366


@dataclass(frozen=True)
class Office:
    """The office that must have it: the days on which it is open, its hours where known, and its holidays."""

    days: frozenset[int] = frozenset(range(5))
    opens: time | None = None
    closes: time | None = None
    holidays: frozenset[date] = frozenset()
    zone: str = "UTC"

    def last_open(self, deadline: datetime) -> datetime:
        """The deadline, or the last moment before it at which the office is open; also over a change of the clock."""
        place = moment.zone(self.zone)
        day = deadline.astimezone(place).date()
        for _ in range(FARTHEST):
            if day.weekday() in self.days and day not in self.holidays:
                opens = datetime.combine(day, self.opens or time()).replace(tzinfo=place)
                end = day if self.closes else day + timedelta(days=1)
                closes = datetime.combine(end, self.closes or time()).replace(tzinfo=place)
                if opens.astimezone(UTC) <= deadline:
                    return min(deadline, closes.astimezone(UTC))
            day -= timedelta(days=1)
        return deadline

    @classmethod
    def of(cls, kept: dict[str, Any], zone: str) -> Office:
        """As the record keeps it; `zone` where it names none."""
        return cls(
            frozenset(kept["days"]),
            time.fromisoformat(kept["opens"]) if kept.get("opens") else None,
            time.fromisoformat(kept["closes"]) if kept.get("closes") else None,
            frozenset(date.fromisoformat(day) for day in kept.get("closed", [])),
            str(kept.get("zone") or zone),
        )


@dataclass(frozen=True)
class Deadline:
    """The deadline as it was stated, the office that takes it, and when the incident was resolved.

    `resolved` is None while it is not, and again after a resolved incident was taken up once more: nothing is resolved then.
    """

    stated: Moment
    office: Office | None = None
    resolved: datetime | None = None

    @property
    def due(self) -> datetime:
        """By when it must be there: as stated, or when the office closes for the last time before."""
        return self.office.last_open(self.stated.low) if self.office else self.stated.low

    @property
    def moved(self) -> bool:
        """Whether the office is closed at the stated time, so that it is due earlier."""
        return self.due != self.stated.low

    def left(self, now: datetime) -> timedelta:
        """How long until it is due; below zero where that has passed."""
        return self.due - now

    def stands(self, now: datetime) -> str:
        """How it stands, in words: so much left, passed; once resolved, how long before or after it that was written.

        Whether it was met is what a finding says (`accepted`), not that somebody wrote resolved.
        """
        left = self.left(self.resolved or now)
        words = moment.duration(abs(left))
        if self.resolved is None:
            return f"{words} left" if left >= timedelta(0) else f"passed {words} ago"
        return f"resolved {words} {'before' if left >= timedelta(0) else 'after'} it"

    def stands_to(self, name: str, now: datetime) -> str:
        """The same with the deadline by a name in it: 40 min left to 18:00, 18:00 passed 2 h ago."""
        words = self.stands(now)
        if words.endswith("left"):
            return f"{words} to {name}"
        return f"{name}: {words}" if self.resolved else f"{name} {words}"

    def said(self, now: datetime) -> str:
        """When it is and how it stands, in one line."""
        return f"{self} · {self.stands(now)}"

    def __str__(self) -> str:
        """When it is, in the zone in which it was stated; where the office is closed then, by when it must be there."""
        office = f", at the office by {moment.show(self.due, self.stated.zone)}" if self.moved else ""
        return f"{self.stated}{office}"


def read_office(text: str, closed: str = "", *, zone: str = "UTC") -> dict[str, Any]:
    """The calendar of an office as the record keeps it, from text such as `mon-fri 08:00-16:00`."""
    low = text.lower()
    days: set[int] = set()
    for first, last in re.findall(rf"\b({'|'.join(_DAYS)})\w*(?:\s*(?:-|to)\s*({'|'.join(_DAYS)})\w*)?", low):
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        days |= {(start + n) % 7 for n in range((end - start) % 7 + 1)}
    if re.search(r"\b(daily|every day)\b", low):
        days = set(range(7))
    hours = _HOURS.search(low)
    try:
        opens, closes = (time.fromisoformat(h.zfill(5)) for h in hours.groups()) if hours else (None, None)
        holidays = sorted(date.fromisoformat(day) for day in re.split(r"[,\s]+", closed.strip()) if day)
    except ValueError as error:
        raise ParameterError(
            f"The office's calendar can't be read: {error}.",
            "It has days, hours and the days on which it is closed.",
            "Such as: office mon-fri 08:00-16:00 | closed: 2026-12-25, 2026-12-26",
        ) from None
    if not days or (opens and closes and opens >= closes):
        raise ParameterError(
            "An office is open on some day, and closes after it opens."
            if days
            else f"'{text}' names no day.",
            f"Days are {', '.join(_DAYS)}, or daily.",
            "Such as: office mon-fri 08:00-16:00 | closed: 2026-12-25",
        )
    return {
        "days": sorted(days),
        "opens": f"{opens:%H:%M}" if opens else "",
        "closes": f"{closes:%H:%M}" if closes else "",
        "closed": [day.isoformat() for day in holidays],
        "zone": zone,
    }
