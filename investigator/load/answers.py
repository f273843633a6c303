"""What people said about a source once: the zone of its times, the year of its dates, the day of its clocks; kept, and used for its next file.

A source is named as it is (`app.log`), by a pattern (`logs/*.log`), or is another file of the same log: rotated, dated,
zipped (`app.log.1`, `app-2026-06-17.log.gz`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_TURNED = re.compile(
    r"(?:[.-]?(?:gz|bz2|xz|zst|old|bak|\d{1,3})|[._-]?\d{4}[-_.]?\d{2}[-_.]?\d{2}(?:[T_-]?\d{2,6})?)$",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\.(?:log|txt|out|err|json|jsonl|ndjson|csv|tsv)$", re.IGNORECASE)


@dataclass(frozen=True)
class Answers:
    """Zones, years, orders of day and month, days of clocks, and when a table was taken, by source; and which lists are no
    exports of one another."""

    zones: Mapping[str, str] = field(default_factory=dict)
    years: Mapping[str, int] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    apart: Mapping[str, str] = field(
        default_factory=dict
    )  # lists that look alike, and are of different things
    days: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)

    def of(self, source: str) -> tuple[str | None, int | None]:
        """The zone and year that were said of a source; None for what was not."""
        year = _found(self.years, source)
        return _found(self.zones, source), int(year) if year else None

    def order(self, source: str) -> str | None:
        """How day and month stand in a source, where somebody said it: dmy, mdy or ymd."""
        return _found(self.orders, source)

    def day(self, source: str) -> str | None:
        """The day of a source's first clock, as ISO."""
        return _found(self.days, source)

    def when(self, source: str) -> str | None:
        """When a source's ages were true, as ISO with its offset."""
        return _found(self.taken, source)


def family(source: str) -> str:
    """What all files of one log share: its name without date, number and ending."""
    name = source
    while True:
        short = _TURNED.sub("", _ENDING.sub("", name))
        if short == name or not short:
            return name.lower()
        name = short


def matches(key: str, source: str) -> bool:
    """Whether a source is meant by a name, a pattern, or as another file of the same log."""
    names = _names(source)
    if re.search(r"[*?[]", key):
        return any(fnmatchcase(name, key) for name in names)
    return key in names or family(key) in {family(name) for name in names}


def _names(source: str) -> list[str]:
    """What a source may be called: whole, without its table, without the folders or archives above it, or by those."""
    file, _, table = source.partition("!")
    parts = file.split("/")
    inside = ["/".join(parts[start:]) for start in range(len(parts))]
    above = ["/".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]
    return list(dict.fromkeys([source, *inside, *([table] if table else []), *above]))


def _found(said: Mapping[str, object], source: str) -> str | None:
    """What was said last of a source: by its very name, else by a pattern or as one of its family."""
    exact = said.get(source)
    if exact is not None:
        return str(exact)
    for key, value in reversed(list(said.items())):
        if matches(key, source):
            return str(value)
    return None
