"""How one source's fields become events: which is the time, which the level, and how each is written."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from investigator import moment, zones
from investigator.events import schema
from investigator.load import traces
from investigator.load.roles import Roles, plain
from investigator.load.spelled import AMONG, FEWEST, ORDER_WORDS, SAID, SO_WRITTEN
from investigator.load.sql import filled
from investigator.load.times import Style
from investigator.sources import _calendars, _said, _thread

#: Keys that say themselves between which times an event lies.
INTERVAL = ("time_low", "time_high")
#: Names of durations that say their unit, and what makes milliseconds of them.
_DURATIONS = {
    **dict.fromkeys(("durationms", "durationmillis", "elapsedms"), 1),
    **dict.fromkeys(("durationus", "durationmicros", "durationmicro"), 1000),
    **dict.fromkeys(("durationns", "durationnanos", "durationnano"), 1_000_000),
}


_ZONELESS = "{} no zone: read as {}"


@dataclass(frozen=True)
class Plan:
    """How one source's fields become events."""

    keys: tuple[str, ...]
    roles: Roles
    style: Style
    observed: Style | None
    attributes: tuple[str, ...]  # keys that get a column of their own
    zone: str | None
    year: int | None
    source: str
    evidence: Callable[[], str]  # its name is its hash, which is made beside the reading
    load: int
    service: str  # what the service is where no key says it; empty for none
    constant: Mapping[str, str]
    levels: Mapping[str, int] = field(default_factory=dict)  # the source's own words for severities
    wrapped: bool = False  # the message may be JSON with the message inside
    trimmed: bool = False  # messages may end with a line end
    unlevelled: bool = False  # rows may lack the level that others have
    year_said: bool = False
    interval: bool = False  # time_low and time_high are said by the source
    year_why: str = ""
    year_first: int | None = None  # where it is not that of the last times, too
    year_turned: bool = False
    level: str = ""  # what a row without a level means
    traced: traces.Traced = field(default_factory=traces.Traced)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # further keys of a role, best first
    also_styles: Mapping[str, Style] = field(default_factory=dict)  # of the further times
    zone_why: str = "as you said"
    zone_key: str = ""  # the key that names the zone of each time
    zone_unit: int = 0  # seconds that its numbers count; 0 where it has names
    others: tuple[str, ...] = ()  # further keys that could have been the time
    likely: str = ""  # the key that may hold times, where none was found
    listing: bool = False  # whether they are rows of a list, which may stand in any order
    repeating: bool = False  # whether its rows say by a rule when they come again
    clock: str = ""  # the key that holds clocks without a day, where there is no time
    age: str = ""  # the key that says how old a thing is, where there is no time
    dated: str = ""  # what was said of its day, in words
    lines: bool = False  # whether they are lines that a pattern takes apart

    @property
    def columns(self) -> list[str]:
        """The attr_ columns, in order."""
        return list(dict.fromkeys(schema.attribute_column(self.named(key)) for key in self.attributes))

    @property
    def kept(self) -> list[str]:
        """The keys that go into the map of attributes."""
        if self.roles.kind == "record":
            return list(self.keys)
        kept = [key for key in self.keys if key not in self.roles.taken and key not in self.roles.numbers]
        if self.interval:
            kept = [key for key in kept if key not in INTERVAL]
        if self.wrapped and "body" in self.roles.of:
            kept.append(self.roles.of["body"])  # the message alone is shown: the rest of its JSON stays here
        if self.roles.pod:
            kept.append(self.roles.of["service"])  # its whole name says which copy of the service it was
        return kept

    def named(self, key: str) -> str:
        """What the attribute of a key is called: a span's parent and duration, and who wrote a letter or a message, have
        one name wherever they are from."""
        if self.roles.kind in (_thread.KIND, "message"):
            return self._letter.get(key, key)
        if self.roles.kind == "span":
            return {self._parent: "parent_span_id", self._duration: "duration_ms"}.get(key, key)
        return key

    @cached_property
    def _letter(self) -> dict[str, str]:
        if self.roles.kind == _thread.KIND:
            return {key: name for name, key in _thread.columns(self.keys).items() if name not in self.keys}
        who = _said.speaker(self.keys)
        return {who: "user"} if who and "user" not in self.keys else {}

    @property
    def _parent(self) -> str | None:
        return next(
            (key for key in self.keys if plain(key) in ("parentspanid", "parentid", "parentspan")), None
        )

    @property
    def _duration(self) -> str | None:
        """The key that becomes duration_ms: one that says its unit, or the duration beside a start and an end."""
        said = next((key for key in self.keys if plain(key) in _DURATIONS), None)
        if said is None and self._end is not None:
            said = next((key for key in self.keys if plain(key) == "duration"), self._end)
        return said

    @property
    def _end(self) -> str | None:
        starts = plain(self.roles.of.get("time", "")) == "starttimeunixnano"
        return next((key for key in self.keys if starts and plain(key) == "endtimeunixnano"), None)

    def attribute(self, key: str) -> str:
        """The relation's expression for the attribute of a key."""
        if self.roles.kind != "span" or key != self._duration:
            return self.column(key)
        divided = _DURATIONS.get(plain(key))
        if divided is None:
            start, end = self.column(self.roles.of["time"]), self.column(self._end or key)
            number, divided = f"(try_cast({end} AS BIGINT) - try_cast({start} AS BIGINT))", 1_000_000
        else:
            number = f"try_cast({self.column(key)} AS DOUBLE)"
        return self.column(key) if divided == 1 else f"({number} / {divided})::VARCHAR"

    def column(self, key: str) -> str:
        """The relation's column of a key."""
        return f"f{self.keys.index(key)}"

    def role(self, role: str) -> str | None:
        """What the relation says for a role; None where no key has it."""
        key = self.roles.of.get(role)
        if key is None:
            return None
        if role != "time" and self.also.get(role):
            return f"coalesce({', '.join(filled(self.column(one)) for one in (key, *self.also[role]))})"
        return self.column(key)

    @property
    def untold(self) -> bool:
        """Whether its rows name no time that could lack a zone or a year."""
        return "time" not in self.roles.of or self.style.name in ("none", "epoch")

    def asks(self, bare: int) -> tuple[str, ...]:
        """What only a person can know of this source's times, and has not said: zone, order, year."""
        if self.repeating:
            return ("zone",) if not self.zone and "zone" not in self.keys else ()
        if self.untold:
            return ("day",) if self.clock else ("taken",) if self.age else ()
        return (
            *(("zone",) if bare and not self.zone else ()),
            *(("order",) if (said := self.style.spelling or self.style.dated) and said.unsure else ()),
            *(("year",) if self.style.year_missing and not self.year_said else ()),
        )

    def doubts(self, bare: int, named: int) -> list[str]:
        """What is not certain about this source's times, in words; `bare` and `named` rows name no zone, and one."""
        out: list[str] = []
        if self.others:
            more = ", ".join(self.others[:4])
            out.append(
                f"its time is {self.roles.of.get('time', '')}, the first of its columns that hold times; "
                f"others: {more}. Another: inv add FILE --column {shlex.quote(f'{self.others[0]}=time')}"
            )
        if self.dated:
            out.append(self.dated)
        if self.repeating and "zone" not in self.keys:
            out.append(
                _ZONELESS.format("its times name", f"{self.zone}, {self.zone_why}" if self.zone else "UTC")
            )
        if self.untold:
            return out
        whose = "its times name" if not named else f"{bare:,} of its rows name"
        if bare:
            out.append(_ZONELESS.format(whose, f"{self.zone}, {self.zone_why}" if self.zone else "UTC"))
        spelling = self.style.spelling or self.style.dated
        if spelling and spelling.unknown and not self.zone:
            several = ", ".join(moment.city(place) for _, place in zones.LABELS[spelling.unknown])
            out.append(
                f"{spelling.unknown} is the time of {several}: name the one with inv answer FILE --zone"
            )
        if spelling and spelling.unsure:
            out.append(f"in its dates nothing tells day from month: read as {ORDER_WORDS[spelling.order]}")
        if spelling and spelling.why in (AMONG, FEWEST, SAID, SO_WRITTEN):
            out.append(f"its dates are read as {ORDER_WORDS[spelling.order]}, {spelling.why}")
        if spelling and spelling.calendar:
            out.append(_calendars.SAID[spelling.calendar])
        if self.style.year_missing:
            why = ", as you said" if self.year_said else f", {self.year_why}" if self.year_why else ""
            on = f"{self.year_first} and on to " if self.year_turned and self.year_first != self.year else ""
            out.append(f"its times name no year: read as {on}{self.year}{why}")
        if self.style.resolution >= 60_000_000:
            out.append("its times are to the minute")
        return out
