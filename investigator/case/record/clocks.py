"""The clocks of the law and of contracts beside the customer's deadline: each with its start, its end and who keeps it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.record.line import Line
    from investigator.case.record.state import State
    from investigator.ledger import Entry

#: A day or a clock within the words: the start, at a place where it is not read.
_STATED = re.compile(r"\b\d{1,2}:\d{2}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{1,2}\.\d{2,4}\b")
#: How long a clock runs where no end is said: `72 h`, `30 days`.
_RUNS = re.compile(r"(?i)\b(\d{1,4})[ -]?(h|hours?|days?|d)\b")


@dataclass(frozen=True)
class Clock:
    """One clock: whose it is in a few words, since when, by when, who keeps it, and what stopped it."""

    entry: Entry
    text: str
    start: datetime
    due: datetime
    owner: str
    kept: Entry | None

    def says(self, now: datetime, zone: str) -> str:
        """The clock in one line."""
        began = f"since {moment.show(self.start, zone)}"
        owner = f", {self.owner}" if self.owner else ", nobody keeps it"
        if self.kept is not None:
            late = self.kept.happened[0] - self.due
            how = f"kept {moment.duration(late)} late" if late > timedelta(0) else "kept"
            return f"{self.text}: {how} {moment.show(self.kept.happened[0], zone)}{owner}"
        left = self.due - now
        stands = (
            f"{moment.duration(left)} left"
            if left >= timedelta(0)
            else f"passed {moment.duration(-left)} ago"
        )
        return f"{self.text}: {moment.show(self.due, zone)}, {stands}, {began}{owner}"


def of(state: State) -> list[Clock]:
    """Every clock, the one that ends first on top; `did #12` or `told #12` keeps number 12."""
    out = []
    for note in state.notes:
        content: dict[str, Any] = note.content or {}
        if content.get("verb") != "clock":
            continue
        kept = next(
            (
                n
                for n in state.notes
                if n.about == note.id and (n.content or {}).get("verb") in ("did", "told")
            ),
            None,
        )
        owner = ", ".join(map(str, content.get("who", [])))
        out.append(
            Clock(
                note,
                str(content["text"]),
                note.happened[0],
                datetime.fromisoformat(content["due"]),
                owner,
                kept,
            )
        )
    return sorted(out, key=lambda clock: (clock.due, clock.entry.id))


def running(state: State) -> list[Clock]:
    """The clocks that nobody has stopped."""
    return [clock for clock in of(state) if clock.kept is None]


def due(line: Line, start: datetime) -> datetime:
    """When a clock ends: as said with `by`, else so long after its start. Raises ParameterError where neither is said."""
    if line.due is not None:
        return line.due.low
    runs = _RUNS.search(line.text)
    if runs is None:
        raise ParameterError(
            "A clock needs its end.",
            f"It says: {line.text}.",
            "Such as: clock 09:15 privacy, 72 h @pia   or: clock regulator by tomorrow 12:00 @tom",
        )
    if line.happened is None and _STATED.search(line.text):
        raise ParameterError(
            "A clock's start stands first.",
            f"It says: {line.text}, and would start now.",
            "Such as: clock 2026-06-17 09:15 privacy, 72 h @pia",
        )
    count = int(runs[1])
    return start + (timedelta(days=count) if runs[2].lower().startswith("d") else timedelta(hours=count))
