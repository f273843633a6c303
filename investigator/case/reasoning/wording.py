"""What a careful reviewer marks in the words of a postmortem, each with a better way to say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.case.reasoning import story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from investigator.case.snapshot import Snapshot

#: What is marked, why, and what to write instead.
_WORDS = (
    (r"human error|operator error|user error|menschliches versagen", "ends the search where it should begin", "say what made that deed look right then"),
    (r"(?:should|could|ought to) (?:not )?have|shouldn't have|hätten? (?:\w+ )?(?:müssen|sollen)", "judges from what is known now", "say what was known then, and what happened"),
    (r"(?:the|a) (?:single |one |only )?root cause|root cause (?:is|was)|the sole cause", "names one cause where several had to meet", "say what set it off, and what let it through"),
    (r"careless\w*|negligen\w*|incompeten\w*|stupid\w*|sloppy|to blame|(?:\w+'s|his|her|their) fault|failed to", "judges a person", "say what was done, and what they saw when they did it"),
    (r"obviously|of course|clearly|simply|just had to|trivial(?:ly)?", "is clear only afterwards", "leave it out, or say who saw it when"),
    (r"be more careful|pay more attention|be more vigilant|raise awareness|remind everyone|retrain\w*", "changes nothing that stays changed", "say what will be different in the system or the work"),
    (r"as soon as possible|asap|in the near future|soon(?:est)?|shortly", "is no date", "give the day"),
    (r"never happen again|will not happen again|can't happen again", "is a promise that nobody can keep", "say what is different now, and what it would not catch"),
)  # fmt: skip
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
#: How a change is known to be done: something that can be looked at.
_TESTABLE = re.compile(
    r"(?i)\b(alert\w*|test\w*|metric\w*|fails?|refus\w*|block\w*|reports?|counts?|shows?|logs?|checked|exported|limit\w*|rejects?|warns?|"
    r"page[sd]?|runs?|removed?|documented|deployed|enabled?|disabled?|until|when|each|every|no longer|[0-9]+)\b"
)


@dataclass(frozen=True)
class Mark:
    """One thing to say better: the words, where they stand, why, and how."""

    found: str
    where: str
    why: str
    better: str

    def __str__(self) -> str:
        found = f"'{self.found}' " if self.found else ""
        return f"{self.where}: {found}{self.why}; {self.better}."


def marks(snapshot: Snapshot) -> list[Mark]:
    """What to say better in the parts that people wrote, and in what is to be changed; in the order of the page."""
    out: list[Mark] = []
    for part in story.parts(snapshot):
        if part.by == "people" and part.text:
            out += [Mark(found, part.heading, why, better) for found, why, better in words(part.text)]
            out += [
                Mark(
                    at,
                    part.heading,
                    "is a time that no entry has",
                    "write the line of that time, or correct it",
                )
                for at in _unknown_times(snapshot, part.text)
            ]
        elif part.section == "lucky":
            out.append(Mark("", part.heading, "nobody has written", "say what could have made it worse"))
    for action in snapshot.state.actions.values():
        lacks = [
            name
            for name, has in (
                ("an owner", action.owner),
                ("a date", action.due),
                ("a way to see that it is done", _TESTABLE.search(action.text)),
            )
            if not has
        ]
        if lacks and not action.done:
            out.append(
                Mark(
                    action.text[:80],
                    f"Change #{action.entry.number}",
                    f"has not {' nor '.join(lacks)}",
                    "give it",
                )
            )
    return list(dict.fromkeys(out))


def words(text: str) -> Iterator[tuple[str, str, str]]:
    """The words of a text that say it worse than they might: found, why, better."""
    for pattern, why, better in _WORDS:
        for match in re.finditer(rf"(?i)(?<!\w)(?:{pattern})(?!\w)", text):
            yield match[0], why, better


def _unknown_times(snapshot: Snapshot, text: str) -> list[str]:
    said = {f"{int(m[1]):02d}:{m[2]}" for m in _CLOCK.finditer(text)}
    if not said:
        return []
    return sorted(said - _known_times(snapshot))


def _known_times(snapshot: Snapshot) -> set[str]:
    """Every clock of the record: when things happened and were known, the deadline, and all times of pinned findings."""
    from datetime import datetime, timedelta

    from investigator import moment

    out: set[str] = set()
    zone = moment.zone(snapshot.zone)
    times = [t for entry in snapshot.entries() for t in (entry.happened[0], entry.known)]
    if snapshot.deadline is not None:
        times.append(snapshot.deadline.due)
    for entry in snapshot.state.pins:
        for stamp in re.findall(
            r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d| UTC)", str(entry.content)
        ):
            times.append(datetime.fromisoformat(stamp.replace(" UTC", "+00:00")))
    for time in times:
        local = time.astimezone(zone)
        # People write the minute in which it was, or the next full one.
        out |= {f"{local:%H:%M}", f"{local + timedelta(minutes=1):%H:%M}"}
    for entry in snapshot.entries():
        out |= {
            f"{int(m[1]):02d}:{m[2]}"
            for m in _CLOCK.finditer(
                str((entry.content or {}).get("text", "")) if entry.kind != "prose" else ""
            )
        }
    return out
