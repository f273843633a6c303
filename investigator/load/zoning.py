"""A zone proposed for each source whose times name none, with its evidence: the same ids in a source whose zone is known,
or in a mail.

What one system writes another often writes a little later. Where the ids that two sources share lie apart by nearly the
same hours, in steps of a quarter of an hour, that is how far the clock of the one is from UTC. Nothing is proposed where
few ids are shared, where they lie apart by various hours, or where two known sources tell different things.

A mail says where its sender's clock stands. Where it names an id that a source had minutes before, by that very clock,
the source has that clock, too: one id is enough, since two things say the same.

What an offset was found for tells others in turn. Where a crontab, a calendar or a ticket names a zone, and all that do
so name one, it is proposed for the rest, and for those whose clock stands as clocks stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from investigator import moment, zones
from investigator.errors import MomentError
from investigator.events import schema
from investigator.load import years
from investigator.load.sql import quote
from investigator.sources._mail import OFFSET

if TYPE_CHECKING:
    from investigator.events.store import Segment, Store

QUARTER = 900  # seconds: zones differ by such steps
ROWS_AT_MOST = 50_000  # of a source, looked at for ids
SHARED_AT_LEAST = 4
AGREE_AT_LEAST = 0.7
NEAR_AT_MOST = 420  # seconds by which what is one moment may be written apart
#: What ids look like: letters and digits, or a long number.
ID = r"\b(?:[A-Za-z]{1,12}[-_#:]?\d{2,}|\d{5,}|[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|[A-Za-z]{2,8}[_-][0-9a-z]{10,32})\b"


@dataclass(frozen=True)
class Proposal:
    """The zone of a source's clock, or how far it likely is from UTC, and what says so."""

    offset: str
    why: str


@dataclass(frozen=True)
class Named:
    """A zone that evidence names: its place, and where it stands."""

    place: str
    source: str
    said: str


def proposed(store: Store, asked: list[str]) -> dict[str, Proposal]:
    """By source, for those that were asked of because only a person can know their zone."""
    if not asked:
        return {}
    standing = store.manifest().standing
    known = [
        s for s in standing if s.first and s.rows and s.source not in asked and not zones.unsaid(s.doubt)
    ]
    mails = [(s, _sent(store, s)) for s in known if schema.attribute_column(OFFSET) in s.attributes]
    firsts = firsts_of(store, known)
    tells = any(firsts.values()) or any(sent for _, sent in mails)
    waiting = firsts_of(store, [s for s in standing if tells and s.source in asked])
    found: dict[str, tuple[int, str]] = {}
    while waiting:
        new = {source: told for source, mine in waiting.items() if (told := _told(mine, firsts, mails))}
        for source, (away, _) in new.items():
            firsts[source] = {one: at - away * QUARTER for one, at in waiting.pop(source).items()}
        found |= new
        if not new:
            break
    place = zone_named(store)
    out = {source: Proposal(shown(away), why) for source, (away, why) in found.items()}
    if place is None:
        return out
    why = f"{place.source} names {place.said}"
    for segment in standing:
        told, at = found.get(segment.source), segment.first or segment.last
        if segment.source not in asked:
            continue
        if told is None:
            out[segment.source] = Proposal(place.place, why)
        elif at and _away(place.place, at) == told[0]:
            out[segment.source] = Proposal(place.place, f"{why}, and {told[1]}")
    return out


def _told(
    mine: Mapping[str, float],
    firsts: Mapping[str, Mapping[str, float]],
    mails: Sequence[tuple[Segment, list[tuple[str, float, int]]]],
) -> tuple[int, str] | None:
    """How far a source's clock is from UTC by the ids that it shares, and what says so; None where that varies."""
    told = {source: found for source, theirs in firsts.items() if (found := _apart(mine, theirs))}
    offsets = {offset for offset, _ in told.values()}
    by_mail = {s.source: clocks for s, sent in mails if (clocks := _by_mail(mine, sent))}
    offsets |= {offset for clocks in by_mail.values() for offset, _ in clocks}
    if len(offsets) != 1:
        return None
    (away,) = offsets
    if told:
        source, (_, number) = max(told.items(), key=lambda item: item[1][1])
        return away, f"{number} ids that it shares with {source} are at the same time there, if so"
    source, clocks = next(iter(by_mail.items()))
    one = min(one for _, one in clocks)
    return away, f"{source} was sent by a clock at {shown(away)}, minutes after {one} here, if so"


#: A zone behind a clock: 14:40 SGT.
_BEHIND = r"\d[:.]\d\d(?::\d\d)? ?\(?([A-Z]{3,4})\b"


def zone_named(store: Store) -> Named | None:
    """The zone that plans, calendars and people name; None where none does, or where two are at different hours."""
    found: list[Named] = []
    for segment in store.manifest().standing:
        if segment.kind not in schema.PEOPLE_KINDS or not segment.rows:
            continue
        query = (
            "SELECT DISTINCT unnest(list_concat(regexp_extract_all(body, ?, 1), [attributes['zone']])) "
            "FROM (SELECT * FROM read_parquet(?) LIMIT 2000)"
        )
        words = sorted({str(word) for (word,) in asked_of(query, store, [segment], _BEHIND) if word})
        for word in words:
            place = _placed(word)
            if place:
                found.append(Named(place, segment.source, word))
    if not found:
        return None
    at = next((s.last for s in store.manifest().standing if s.last), None) or moment.now().isoformat()
    # Two names of one clock are one; of those the place that most name is told.
    if len({_away(one.place, at) for one in found}) != 1:
        return None
    most = Counter(one.place for one in found).most_common(1)[0][0]
    return next(one for one in found if one.place == most)


def _placed(word: str) -> str:
    """The place of a zone's name where it has one meaning and is not UTC; else nothing."""
    named = zones.named(word)
    found = zones.settled(named) if named is not None else ""
    return found if "/" in found else ""


def _away(place: str, at: str) -> int:
    """How many quarters of an hour a place's clocks were from UTC at a moment."""
    try:
        away = moment.zone(place).utcoffset(datetime.fromisoformat(years.naive(at).isoformat()))
    except MomentError:
        return 0
    return round((away or timedelta(0)).total_seconds() / QUARTER)


def ahead(store: Store, asked: list[str]) -> dict[str, str]:
    """By source, of those that were asked of: the least offset from UTC by which its last line is not yet to come."""
    now = years.naive(moment.now().isoformat())
    out = {}
    for segment in store.manifest().standing:
        if segment.source not in asked or not segment.last:
            continue
        over = years.naive(segment.last) - now
        if timedelta(0) < over <= timedelta(hours=14):
            out[segment.source] = shown(-int(-over.total_seconds() // QUARTER))
    return out


#: The ids of each row that has a time, and the file that it lies in.
_IDS = (
    "SELECT filename, epoch(time) AS second, attributes, unnest(regexp_extract_all(concat_ws(' ', body, "
    f"array_to_string(map_values(attributes), ' ')), {quote(ID)})) AS id FROM (SELECT filename, time, body, attributes "
    f"FROM read_parquet(?, filename=true) WHERE time IS NOT NULL LIMIT {ROWS_AT_MOST})"
)


def asked_of(query: str, store: Store, segments: Sequence[Segment], *more: str) -> list[tuple[Any, ...]]:
    """What a query over the files of sources gives."""
    import duckdb

    files = [str(store.folder / "segments" / name) for segment in segments for name in segment.files]
    if not files:
        return []
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        return connection.execute(query, [*more, files]).fetchall()


def firsts_of(store: Store, segments: Sequence[Segment]) -> dict[str, Mapping[str, float]]:
    """By source, the first time of each id in it, in seconds. Small sources are asked together."""
    found: dict[str, dict[str, float]] = {}
    for several in _together(segments):
        sources = {name: found.setdefault(s.source, {}) for s in several for name in s.files}
        for file, one, second in asked_of(
            f"SELECT min(filename), id, min(second) FROM ({_IDS}) "
            f"GROUP BY id{', filename' if len(several) > 1 else ''} HAVING count(*) <= 20",
            store,
            several,
        ):
            mine = sources[Path(file).name]
            mine[one] = min(second, mine.get(one, second))
    return dict(found)


def _together(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """The same in lists that one question is put to: those of one file, so many that all
    have no more rows than are looked at of one."""
    held: list[Segment] = []
    rows = 0
    for segment in segments:
        if len(segment.files) != 1:
            yield [segment]
            continue
        if held and rows + segment.rows > ROWS_AT_MOST:
            yield held
            held, rows = [], 0
        held.append(segment)
        rows += segment.rows
    if held:
        yield held


def _sent(store: Store, segment: Segment) -> list[tuple[str, float, int]]:
    """The ids that mails name: each with when that was, in seconds, and the quarters of an hour that its sender's clock
    is from UTC."""
    found = asked_of(f"SELECT DISTINCT id, second, attributes['{OFFSET}'] FROM ({_IDS})", store, [segment])
    return [(one, second, _quarters(offset)) for one, second, offset in found if offset]


def _quarters(offset: str) -> int:
    """+05:30 as 22."""
    hours, _, minutes = offset[1:].partition(":")
    return (-1 if offset[0] == "-" else 1) * (int(hours) * 4 + int(minutes) // 15)


def _by_mail(mine: Mapping[str, float], sent: Sequence[tuple[str, float, int]]) -> set[tuple[int, str]]:
    """The clocks, in quarters of an hour from UTC, by which a source had an id shortly before a mail names it."""
    return {
        (away, one)
        for one, second, away in sent
        if one in mine and 0 <= second + away * QUARTER - mine[one] <= NEAR_AT_MOST
    }


def _apart(mine: Mapping[str, float], theirs: Mapping[str, float]) -> tuple[int, int] | None:
    """By how many quarters of an hour the ids of two sources lie apart, and how many say so; None where that varies."""
    apart = [mine[one] - theirs[one] for one in mine.keys() & theirs.keys()]
    if len(apart) < SHARED_AT_LEAST:
        return None
    steps = Counter(round(seconds / QUARTER) for seconds in apart)
    step, number = steps.most_common(1)[0]
    near = [seconds - step * QUARTER for seconds in apart if round(seconds / QUARTER) == step]
    if number < AGREE_AT_LEAST * len(apart) or abs(median(near)) > NEAR_AT_MOST or not -48 <= step <= 56:
        return None
    return step, number


def shown(quarters: int) -> str:
    """An offset as people write it: +02:00."""
    minutes = abs(quarters) * 15
    return f"{'-' if quarters < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
