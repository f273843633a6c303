"""What others write, as it comes: a look at where the record ends costs a millisecond, so it is taken every second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import say
from investigator.case.record import privileged, words
from investigator.errors import KitError

if TYPE_CHECKING:
    from investigator.case.record.record import Record
    from investigator.ledger import Entry

#: Seconds between two looks. A second author's entry is to be seen within five.
EVERY = 1.0
LAST = 10
#: What the kit keeps by itself is no news.
_TRAIL = ("check", "scratch")
LINE_AT_MOST = 200

Heads = dict[str, tuple[int, str]]


@dataclass
class News:
    """What was written since this was asked for last: `look()` gives the new entries, in order, each once."""

    record: Record
    seen: Heads = field(default_factory=dict)

    def look(self) -> list[Entry]:
        """Entries that were not here at the last look; none costs one small question to the database."""
        heads = self.record.newest()
        if heads == self.seen:
            return []
        before, self.seen = self.seen, heads
        return [
            entry
            for entry in privileged.without(self.record.everything())
            if before.get(entry.replica, (0, ""))[0] < entry.seq <= heads.get(entry.replica, (0, ""))[0]
        ]


def since_now(record: Record) -> News:
    """News from here on."""
    return News(record, record.newest())


def line(entry: Entry, zone: str, now: datetime) -> str:
    """An entry as one line: when (with its day, where that is not today's), who, what."""
    at = say.clock(entry.happened.low, zone, now)
    text = moment.localised(words.sentence(entry), zone).replace("\n", " ")
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    cut = text if len(text) <= LINE_AT_MOST else f"{text[: LINE_AT_MOST - 3]}..."
    return f"#{entry.number} {at} {words.speaker(entry)}, {words.label(entry)}: {cut}"


def last(entries: list[Entry], zone: str, now: datetime, since: datetime | None = None) -> list[str]:
    """The last lines that people wrote, or those from a time on."""
    found = [entry for entry in entries if entry.kind not in _TRAIL]
    kept = found[-LAST:] if since is None else [entry for entry in found if entry.known >= since]
    return [line(entry, zone, now) for entry in kept]


def follow(
    record: Record, *, every: float = EVERY, until: Callable[[], bool] = lambda: False
) -> Iterator[str]:
    """Each new line as it comes; where the record can't be reached for a while, it says so and goes on."""
    news, lost = since_now(record), False
    while not until():
        try:
            fresh = news.look()
            if lost:
                lost = False
                yield "The record can be reached again."
        except KitError as error:
            fresh = []
            if not lost:
                lost = True
                yield f"{error.what} I go on asking."
        for entry in fresh:
            if entry.kind not in _TRAIL:
                yield line(entry, record.zone, moment.now())
        time.sleep(every)
