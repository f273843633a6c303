"""A day proposed for each source whose lines say a clock and no day, with its evidence, to be confirmed by a person.

What tells it, the surest first: a day in the file's name; a line at its head that names one; ids that it shares with
sources whose days are known, as what one system writes another writes at about the same time; else that the others end
on a day, which its last clock can be of. Clocks that fall back by half a day have passed midnight.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from investigator import moment
from investigator.errors import KitError
from investigator.load import years
from investigator.load.dated import BACK
from investigator.load.evidence import place
from investigator.load.sql import quote
from investigator.sources._spellings import parse
from investigator.sources._told import day_of

if TYPE_CHECKING:
    from investigator.events.store import Segment, Store

ROWS_AT_MOST = 100_000  # of a source, looked at
SHARED_AT_LEAST, AGREE_AT_LEAST = 3, 0.8
HEAD, LINES, LONG = 4096, 4, 100  # bytes and lines from the first, and characters of one
_KEY = re.compile(r"its (\S+) names no day")
_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-3]\d)(?!\d)|(?<!\d)([0-3]\d)[-_.](0[1-9]|1[0-2])[-_.](20\d\d)(?!\d)"
)
_ID = r"\b(?:[A-Za-z]{1,12}[-_#:]?\d{3,}|\d{5,})\b"


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
    out = {}
    for one in waiting:
        found = _named(one) or _above(vault, one) or _shared(store, one, known) or _ended(store, one, known)
        if found is not None:
            out[one.source] = found
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


def _rows(store: Store, segment: Segment) -> list[tuple[timedelta, int, list[str]]]:
    """The clock of each row, how many midnights lie before it, and the ids that it names."""
    key = next((match[1] for doubt in segment.doubt if (match := _KEY.search(doubt))), "clock")
    query = (
        f"SELECT attributes[{quote(key)}], regexp_extract_all(concat_ws(' ', body, array_to_string(map_values(attributes), ' ')), "
        f"{quote(_ID)}) FROM read_parquet(?) ORDER BY unit LIMIT {ROWS_AT_MOST}"
    )
    out: list[tuple[timedelta, int, list[str]]] = []
    last, midnights = None, 0
    for text, ids in _asked(query, store, segment):
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


def _asked(query: str, store: Store, segment: Segment) -> list[tuple]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        files = [str(store.folder / "segments" / name) for name in segment.files]
        return connection.execute(query, [files]).fetchall()


def _shared(store: Store, segment: Segment, known: list[Segment]) -> Day | None:
    """The day by the first times of the ids that other sources name too."""
    rows = _rows(store, segment)
    mine: dict[str, tuple[timedelta, int]] = {}
    for at, midnights, ids in rows:
        for one in ids:
            mine.setdefault(_plain(one), (at, midnights))
    best: tuple[int, date, str] | None = None
    for other in known:
        query = (
            f"SELECT id, min(time) FROM (SELECT time, unnest(regexp_extract_all(concat_ws(' ', body, array_to_string("
            f"map_values(attributes), ' ')), {quote(_ID)})) AS id FROM (SELECT * FROM read_parquet(?) WHERE time IS NOT NULL "
            f"LIMIT {ROWS_AT_MOST})) GROUP BY id HAVING count(*) <= 20"
        )
        votes: Counter[date] = Counter()
        for one, first in _asked(query, store, other):
            if (held := mine.get(_plain(str(one)))) is None:
                continue
            then = years.naive(first.isoformat())
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
            best = number, day, other.source
    return (
        None
        if best is None
        else Day(best[1].isoformat(), f"{best[0]} ids that it shares with {best[2]} were there then")
    )


def _plain(one: str) -> str:
    """An id by its number, as files spell what is around it in ways of their own."""
    return re.sub(r"\D", "", one).lstrip("0") or one


def _ended(store: Store, segment: Segment, known: list[Segment]) -> Day | None:
    """The last day on which its last clock was not yet to come, where the others end near it."""
    rows = _rows(store, segment)
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
