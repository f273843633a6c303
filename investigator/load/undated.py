"""A day proposed for each source whose lines say a clock and no day, with its evidence, to be confirmed by a person.

What tells it, the surest first: a day in the file's name; a line at its head that names one; ids that it shares with
sources whose days are known, as what one system writes another writes at about the same time; else that the others end
on a day, which its last clock can be of. Clocks that fall back by half a day have passed midnight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from investigator import moment
from investigator.errors import KitError
from investigator.load import years
from investigator.load.dated import BACK
from investigator.load.evidence import place
from investigator.load.sql import quote
from investigator.load.zoning import ID, ROWS_AT_MOST, asked_of, firsts_of
from investigator.sources._spellings import parse
from investigator.sources._told import day_of

if TYPE_CHECKING:
    from investigator.events.store import Segment, Store

SHARED_AT_LEAST, AGREE_AT_LEAST = 3, 0.8
HEAD, LINES, LONG = 4096, 4, 100  # bytes and lines from the first, and characters of one
_KEY = re.compile(r"its (\S+) names no day")
_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-3]\d)(?!\d)|(?<!\d)([0-3]\d)[-_.](0[1-9]|1[0-2])[-_.](20\d\d)(?!\d)"
)
#: The clock of a row, how many midnights lie before it, and the ids that it names.
_Row = tuple[timedelta, int, list[str]]


@dataclass(frozen=True)
class Day:
    """The day of a source's first clock, and what says so."""

    day: str
    why: str


def proposed(store: Store, vault: Path, asked: list[str]) -> dict[str, Day]:
    """By source, for those that were asked of because only a person can know their day."""
    standing = store.manifest().standing
    waiting = [one for one in standing if one.source in asked and one.files]
    if not waiting:
        return {}
    known = [one for one in standing if one.first and one.last and one.source not in asked and one.files]
    out = {one.source: day for one in waiting if (day := _named(one) or _above(vault, one))}
    left = [one for one in waiting if one.source not in out]
    firsts = firsts_of(store, known) if left else {}
    for one in left:
        rows = _rows(store, one)
        if day := _shared(rows, firsts) or _ended(rows, known):
            out[one.source] = day
    return out


def _named(segment: Segment) -> Day | None:
    found = _IN_NAME.search(Path(segment.source).name)
    if found is None:
        return None
    numbers = found.groups()[:3] if found[1] else found.groups()[:2:-1]
    try:
        return Day(date(*[int(part) for part in numbers if part]).isoformat(), "its name says so")
    except (ValueError, TypeError):
        return None


def _above(vault: Path, segment: Segment) -> Day | None:
    """The day that one of the first lines names, before any clock."""
    try:
        path = place(vault, segment)
        with path.open("rb") as file:
            text = file.read(HEAD).decode("utf-8", errors="replace")
    except (KitError, OSError):
        return None
    for number, line in enumerate(text.splitlines()[:LINES], start=1):
        if len(line) > LONG or re.match(r"\W*\d{1,2}[:.]\d\d", line):
            break
        day = day_of(line)
        if day is not None and abs(day - moment.now().date()) < timedelta(days=3660):
            return Day(day.isoformat(), f"its line {number} says so")
    return None


def _rows(store: Store, segment: Segment) -> list[_Row]:
    """The clock of each row, how many midnights lie before it, and the ids that it names."""
    key = next((match[1] for doubt in segment.doubt if (match := _KEY.search(doubt))), "clock")
    query = (
        f"SELECT attributes[{quote(key)}], regexp_extract_all(concat_ws(' ', body, array_to_string(map_values(attributes), ' ')), "
        f"{quote(ID)}) FROM read_parquet(?) ORDER BY unit LIMIT {ROWS_AT_MOST}"
    )
    out: list[_Row] = []
    last, midnights = None, 0
    for text, ids in asked_of(query, store, [segment]):
        said = parse(f"2000-01-01 {str(text).strip()}") if text else None
        if said is None or said.clock is None:
            continue
        hour, minute, second, _ = said.clock
        at = timedelta(hours=hour, minutes=minute, seconds=second)
        if last is not None and last - at > BACK:
            midnights += 1
        if last is None or at >= last or last - at > BACK:
            last = at
        out.append((at, midnights, list(ids or ())))
    return out


def _shared(rows: list[_Row], firsts: Mapping[str, Mapping[str, float]]) -> Day | None:
    """The day by the first times of the ids that other sources name too."""
    mine: dict[str, tuple[timedelta, int]] = {}
    for at, midnights, ids in rows:
        for one in ids:
            mine.setdefault(_plain(one), (at, midnights))
    best: tuple[int, date, str] | None = None
    for other, told in firsts.items():
        votes: Counter[date] = Counter()
        for one, second in told.items():
            if (held := mine.get(_plain(one))) is None:
                continue
            then = datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
            near = min(
                (
                    datetime.combine(then.date() + timedelta(days=away), datetime.min.time())
                    for away in (-1, 0, 1)
                ),
                key=lambda day: abs(day + held[0] - then),
            )
            votes[near.date() - timedelta(days=held[1])] += 1
        if not votes:
            continue
        day, number = votes.most_common(1)[0]
        if (
            number >= SHARED_AT_LEAST
            and number >= AGREE_AT_LEAST * votes.total()
            and (best is None or number > best[0])
        ):
            best = number, day, other
    return (
        None
        if best is None
        else Day(best[1].isoformat(), f"{best[0]} ids that it shares with {best[2]} were there then")
    )


def _plain(one: str) -> str:
    """An id by its number, as files spell what is around it in ways of their own."""
    return re.sub(r"\D", "", one).lstrip("0") or one


def _ended(rows: list[_Row], known: list[Segment]) -> Day | None:
    """The last day on which its last clock was not yet to come, where the others end near it."""
    lasts = [years.naive(one.last) for one in known if one.last]
    now = moment.now().replace(tzinfo=None)
    lasts = [one for one in lasts if one <= now + timedelta(hours=14)]
    if not rows or not lasts or now - max(lasts) > timedelta(days=2):
        return None
    at, midnights, _ = rows[-1]
    end = max(*lasts, now) + timedelta(hours=1)
    day = (
        end.date()
        if at <= end - datetime.combine(end.date(), datetime.min.time())
        else end.date() - timedelta(days=1)
    )
    return Day((day - timedelta(days=midnights)).isoformat(), "the others end then")
