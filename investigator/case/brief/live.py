"""What others write, as it comes: a look at where the record ends costs a millisecond, so it is taken every second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from investigator import moment, natural_times
from investigator.case import shown
from investigator.case.record import mode, words
from investigator.case.shown import Shown, escape
from investigator.errors import KitError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.record.record import Record
    from investigator.ledger import Entry

#: Seconds between two looks. A second author's entry is to be seen within five.
EVERY = 1.0
#: Seconds after which a clock is shown anew.
CLOCK = 20.0
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
            for entry in self.record.everything()
            if before.get(entry.replica, (0, ""))[0] < entry.seq <= heads.get(entry.replica, (0, ""))[0]
        ]


def since_now(record: Record) -> News:
    """News from here on."""
    return News(record, record.newest())


def told(case: Case, entry: Entry) -> str:
    """An entry as one line: when, who, what."""
    at = entry.happened.low.astimezone(moment.zone(case.zone))
    text = moment.localised(words.sentence(entry), case.zone).replace("\n", " ")
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    cut = text if len(text) <= LINE_AT_MOST else f"{text[: LINE_AT_MOST - 3]}..."
    return f"#{entry.number} {at:%H:%M} {entry.author}, {words.label(entry)}: {cut}"


def last(case: Case, since: str = "") -> list[str]:
    """The last lines that people wrote, or those from a time on."""
    found = [entry for entry in case.entries() if entry.kind not in _TRAIL]
    if since:
        start = natural_times.parse(since, zone_name=case.zone, reference=case.now).low
        return [told(case, entry) for entry in found if entry.known >= start]
    return [told(case, entry) for entry in found[-LAST:]]


def follow(case: Case, *, every: float = EVERY, until: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """Each new line as it comes; where the record can't be reached for a while, it says so and goes on."""
    news, lost = since_now(case.evidence.record), False
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
                yield told(case, entry)
        time.sleep(every)


def listed(case: Case) -> Shown:
    """The last lines, for a page or where nothing refreshes."""
    lines = last(case)
    if not lines:
        return shown.missing("Nothing was written yet.")
    return Shown(
        "\n".join(lines),
        "<ul class='news'>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>",
    )


class Watching:
    """What `case.watch()` gives: in JupyterLab it renews itself when somebody writes; on a page it stands still."""

    def __init__(self, case: Case, show: Callable[[], Shown] | None = None, *, every: float = EVERY) -> None:
        self.case, self.every = case, every
        self._show = show or (lambda: listed(case))
        self._ended = threading.Event()

    def stop(self) -> None:
        """No longer renew it."""
        self._ended.set()

    def __str__(self) -> str:
        return str(self._show())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self._show()._repr_html_()

    @property
    def renews(self) -> bool:
        """Whether there is something to wait for: not where a page is made, and not for a case as it stood."""
        return not mode.reporting() and self.case.evidence.record.as_of is None

    def renew(self, put: Callable[[Shown], object]) -> None:
        """Hand over what is to be seen, each time that it changes, until `stop()`; run in a thread of its own."""
        news, before = since_now(self.case.evidence.record), time.monotonic()
        while not self._ended.wait(self.every):
            try:
                # A clock on it goes on also while nobody writes.
                if news.look() or time.monotonic() - before > CLOCK:
                    put(self._show())
                    before = time.monotonic()
            except KitError as error:
                put(shown.missing(f"{error.what} I go on asking."))
                news.seen = {}
