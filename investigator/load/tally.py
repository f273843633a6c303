"""What one source brings, counted while it is read: units in = used + joined into others + structural + rejected."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from investigator import moment
from investigator.events.store import Segment, Units
from investigator.load import delays, times
from investigator.load.clock import Clock
from investigator.load.dated import Dated
from investigator.load.plan import Plan
from investigator.load.report import SourceReport

EXAMPLES = 5  # rejects that a report shows
TEXT_AT_MOST = 2000  # characters of a reject that are kept beside its reason


@dataclass
class Tally:
    """What one source (a file, or a table in it) brings, counted while it is read."""

    name: str
    member: str = ""
    kind: str = ""
    total: int = 0
    used: int = 0
    joined: int = 0
    rejected: int = 0
    structural: dict[str, int] = field(default_factory=dict)
    rejects: list[dict[str, Any]] = field(default_factory=list)  # not yet written
    examples: list[dict[str, Any]] = field(default_factory=list)
    rejects_file: str | None = None
    files: list[str] = field(default_factory=list)
    rows: int = 0
    file_begins: int = 0
    plan: Plan | None = None
    first: str | None = None
    last: str | None = None
    untimed: int = 0
    bare: int = 0  # rows whose times name no zone
    named: int = 0  # rows whose times name one
    jumped: int = 0  # rows at a time that clocks jumped over
    collected: int = 0  # rows that say only when they were collected
    delay: int | None = None  # the longest from a time to its collection, in microseconds
    latest: int | None = None  # the last time where none names its year, in microseconds
    clock: Clock = field(default_factory=Clock)
    dated: Dated | None = None  # what makes times of its clocks or ages
    parts: list[Tally] = field(default_factory=list)  # of a mixed file: what each format brought

    @property
    def plans(self) -> list[Plan]:
        """How its fields became events; of a mixed file by each format."""
        found = [part.plan for part in self.parts] or [self.plan]
        return [plan for plan in found if plan is not None]

    @property
    def asks(self) -> tuple[str, ...]:
        """What only a person can know of its times: zone, order, year."""
        return () if self.plan is None else self.plan.asks(self.bare)

    @property
    def inside(self) -> str:
        """What it adds to the name of its file, and of its evidence."""
        return f"!{self.member}" if self.member else ""

    @property
    def units(self) -> Units:
        """The law over what was read so far."""
        return Units(self.total, self.used, self.joined, dict(sorted(self.structural.items())), self.rejected)

    def structure(self, kind: str, count: int) -> None:
        """Count units that carry no event."""
        total = self.structural.pop(kind, 0) + count
        if total:
            self.structural[kind] = total

    def reject(self, unit: int, byte: int | None, length: int, reason: str, text: str) -> None:
        """Count a unit that can't be read, and why."""
        self.rejected += 1
        found = {
            "unit": int(unit),
            "byte": None if byte is None else int(byte),
            "length": int(length),
            "reason": reason,
            "text": text[:TEXT_AT_MOST],
        }
        self.rejects.append(found)
        if len(self.examples) < EXAMPLES:
            self.examples.append(found)

    @property
    def doubts(self) -> list[str]:
        """What is not certain about its times, in words."""
        if self.plan is None:
            return []
        out = []
        for part in self.parts or [self]:
            if part.plan is not None:
                out += part.plan.doubts(part.bare, part.named)
                out += times.mislabelled(part.plan.style, part.first, part.last)
        out += self._years()
        if jumped := sum(part.jumped for part in self.parts or [self]):
            out.append(f"{jumped:,} of its times never were: clocks jumped over that hour; read as after it")
        for part in (self, *self.parts):
            out += delays.doubts(part.collected, part.delay)
            if part.plan and not part.plan.listing and (goes_back := part.clock.doubt(part.plan.roles.kind)):
                out.append(goes_back)
        if self.plan.repeating:
            return out
        if (
            self.rows
            and self.untimed == self.rows
            and not any(part.plan and part.plan.roles.numbers for part in self.parts or [self])
        ):
            out.append(f"none of its rows has a time that I understand{self._next()}")
        elif self.untimed and (self.plan.roles.kind != "record" or "time" in self.plan.roles.of):
            out.append(f"{self.untimed:,} of its rows have no time that I understand")
        return out

    def _next(self) -> str:
        """The line that says where the time of a row is."""
        assert self.plan is not None
        if self.plan.clock:
            return f": its {self.plan.clock} names no day. Say that of the first: inv answer FILE --day 2026-06-17"
        if self.plan.age:
            return ": it says how old things are. Say when that was: inv answer FILE --taken 2026-06-17T09:14+02:00"
        if self.plan.lines:
            return "; if there is one, say where: inv add FILE --pattern '(?P<time>...) (?P<body>.*)'"
        name = self.plan.likely or "COLUMN"
        return f"; if there is one, name it: inv add FILE --column {shlex.quote(f'{name}=time')}"

    def _years(self) -> list[str]:
        """A doubt, in words, where times are so old, or so far ahead, that they may count from another day."""
        if self.plan is None or self.plan.style.name != "epoch" or not self.first or not self.last:
            return []
        now = moment.now().year
        first, last = int(self.first[:4]), int(self.last[:4])
        if last >= now - 20 and first <= now + 1:
            return []
        years = str(first) if first == last else f"{first} to {last}"
        return [
            f"its times are numbers, and lie in {years} if they count from 1970: they may count from another year, or be no times"
        ]

    def measured(self, zone: str | None, doubt: Sequence[str]) -> dict[str, Any]:
        """What reading gave, as a segment keeps it."""
        return {
            "kind": self.plan.roles.kind if self.plan else "record",
            "rows": self.rows,
            "units": self.units,
            "files": tuple(self.files),
            "rejects": self.rejects_file,
            "first": self.first,
            "last": self.last,
            "zone": zone or "UTC",
            "doubt": tuple(dict.fromkeys([*doubt, *self.doubts])),
            "attributes": tuple(dict.fromkeys(column for plan in self.plans for column in plan.columns)),
        }

    def report(self, segment: Segment, why: str, state: str, seconds: float) -> SourceReport:
        """What a report says of the segment that this became."""
        return SourceReport(
            segment.source,
            segment.format,
            why,
            segment.rows,
            segment.units,
            segment.first,
            segment.last,
            segment.zone,
            segment.doubt,
            tuple((r["unit"], r["reason"], r["text"]) for r in self.examples),
            seconds,
            state,
            tuple(
                dict.fromkeys(
                    [
                        *(what for part in self.parts or [self] for what in part.asks),
                        *(["order"] if any("day from month" in text for text in segment.doubt) else []),
                    ]
                )
            ),
            segment.file,
        )
