"""The day and the clock in the head of what somebody wrote: "Nordwind, 17 Jun 2026 14:05 (Athens)", above the words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from investigator import moment
from investigator.moment import Moment
from investigator.natural_times.parsing import leading
from investigator.natural_times.shape import Shape
from investigator.natural_times.vocabulary import MINUTE

#: Where a time may begin: at a number, or at a word before one.
_AT = Shape(r"(?<![\w.:/-])(?=\d{1,4}\W|[^\W\d_]{3,9}[.,]? \d)")
#: The clocks of no place are farther ahead.
AHEAD = timedelta(hours=14)
#: A line of the head stands among so many first ones, or last, and is no longer.
LINES, LONG = 3, 120


def head_time(lines: Iterable[str]) -> Moment | None:
    """The day with its clock that a short line above or below the words says; None where none does, or it is to come."""
    said = [line for line in lines if line.strip()]
    for line in [*said[:LINES], *said[LINES:][-1:]]:
        if len(line) > LONG:
            continue
        for match in _AT.finditer(line):
            found = leading(line, start=match.start())
            if found and len(found[0].readings) > 1:
                # AST is Halifax or Riyadh: the clock is read, and the zone left to be asked about.
                found = leading(line[: found[1]].rsplit(None, 1)[0], start=match.start())
            if (
                found
                and found[2]
                and found[0].width <= MINUTE
                and found[0].low <= moment.now() + (timedelta(0) if "/" in found[0].zone else AHEAD)
            ):
                return found[0]
    return None
