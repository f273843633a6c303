"""Whether nothing is wrong with a thing: its way is whole, each step came in the time that it takes, and nothing rose.

What is missing may be no step yet: until the time that the step usually takes is over, it is not due.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.instants import aware, literal
from investigator.events.mask import of_any
from investigator.events.names import fold
from investigator.facts import due, marks, outcome, rise, signs, statements, traces
from investigator.facts.bins import bin_number
from investigator.facts.course import course_of
from investigator.facts.decide import FINE, dispositions_of
from investigator.facts.fields import attributes as attributes_of
from investigator.facts.rise import Clock
from investigator.facts.silences import silences

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.course import Course, Step

#: What is said of a thing with which nothing is wrong.
WELL, NOT_DUE = "nothing is wrong", "not due yet"
#: So many others must have come the whole way; so many look-ups by others say where such things are looked for, and
#: so many of these look where the thing lies.
OTHERS, LOOKS, SAME = 20, 10, 0.9
#: What a request or a line of fields says of where somebody looked.
_FIELD = re.compile(r"(?:^|[?&;,\s])([A-Za-z][\w.-]{1,30})=([^&;,\s\"]{1,60})")
#: Keys that say how it went, how long it took, or who asked: none says where.
_NOT_WHERE = re.compile(
    r"(?i)^(?:q|query|status(?:_?code)?|code|ms|millis|took\w*|time|ts|duration\w*|latency|bytes|size|hits|results?|count|total|found"
    r"|level|severity|msg|message|trace\w*|span\w*|request\w*|session\w*|agent|client|user|ip|addr\w*|remote\w*|method|path|url|thread|pid|host)$"
)
#: What says that a search found nothing.
_NONE = re.compile(
    r"(?i)(?:^|[^0-9A-Za-z])(?:0|no) (?:hits?|results?|matches|rows)\b|\b(?:hits?|results?|matches|found|count)[=:] ?0\b|\bnot found\b|\bno such\b"
)


@dataclass(frozen=True)
class Sound:
    """What was compared. `state`: nothing is wrong, not due yet, or unknown with `why`; never that something is."""

    state: str
    why: str = ""
    steps: tuple[tuple[str, str, datetime], ...] = ()  # place, message, when
    longest: tuple[str, float, float] | None = (
        None  # the step with the least to spare: seconds, and at most usual
    )
    next: str = ""
    due: datetime | None = None
    others: int = 0
    looked: str = ""  # where somebody looked for it, and where it lies


def sound(events: Events, like: str) -> Sound:
    """Whether nothing is wrong with this thing, by its way beside those of others of its kind."""
    course = course_of(events, like)
    own = traces.read(events, like)
    if course is None or not len(own):
        return Sound(
            "unknown", "no way of such things is known" if len(own) else "nothing that is loaded names it"
        )
    row = events.engine.fetch(course.things.filter(course.things.id == like))
    required = course.required()
    if not len(row) or len(required) < 2:
        return Sound("unknown", "too few steps of such things are known")
    times = {s.number: aware(row.iloc[0][f"t{s.number}"]) for s in required}
    went = _through(events, course, required)
    if went < OTHERS:
        return Sound("unknown", f"only {went:,} others came the whole way, too few to compare with")
    have = [s for s in required if times[s.number] is not None]
    missing = [s for s in required if times[s.number] is None]
    if not have:
        return Sound("unknown", "it took no step that such things take")
    bad = _odd(events, like, course, own)
    if bad:
        return Sound("unknown", bad)
    longest, late = _waits(events, course, have, times)
    if late:
        return Sound("unknown", late)
    said = {known.number: step.body for step in traces.trace(own) if (known := course.of.get(step.activity))}
    steps = tuple(
        (s.place, said.get(s.number, s.said).split("\n", 1)[0], when)
        for s in have
        if (when := times[s.number]) is not None
    )
    until = None
    if missing:
        if any(s.offset < max(have, key=lambda s: (times[s.number], s.offset)).offset for s in missing):
            return Sound("unknown", f"it has no {_named(missing[0])}, which others have before that")
        until = _due(events, course, have, missing[0], times)
        if until is None:
            return Sound("unknown", f"{_named(missing[0])} should have come by now")
    grew = _rises(events, like, course, required)
    if grew:
        return Sound("unknown", grew)
    looked, unexplained = _looked(events, like, course, own, steps[-1][2])
    if unexplained:
        return Sound("unknown", unexplained)
    if missing:
        return Sound(NOT_DUE, "", steps, longest, _named(missing[0]), until, went, looked)
    return Sound(WELL, "", steps, longest, "", None, went, looked)


def not_yet(events: Events, like: str, looked: list[datetime]) -> str:
    """Why a thing that somebody did not find may only not have been there yet, in words: its next step is not due, or all
    who looked came before its last one. Empty where neither is so."""
    course = course_of(events, like)
    if course is None or len(course.required()) < 2:
        return ""
    row = events.engine.fetch(course.things.filter(course.things.id == like))
    if not len(row):
        return ""
    times = {s.number: aware(row.iloc[0][f"t{s.number}"]) for s in course.required()}
    have = [s for s in course.required() if times[s.number] is not None]
    missing = [s for s in course.required() if times[s.number] is None]
    if not have or _through(events, course, course.required()) < OTHERS:
        return ""
    last = max(have, key=lambda s: (times[s.number], s.offset))
    at = times[last.number]
    assert at is not None
    if not missing:
        early = bool(looked) and max(looked) < at
        return f"who looked for it came before {_named(last)} at {at:%H:%M:%S} UTC" if early else ""
    until = _due(events, course, have, missing[0], times)
    end = aware(events.engine.fetch(course.things["last"].max()))
    if until is None or end is None or until <= end or any(s.offset < last.offset for s in missing):
        return ""
    return f"{_named(missing[0])}, which it lacks, is not due before {until:%Y-%m-%d %H:%M:%S} UTC"


def _due(
    events: Events, course: Course, have: list[Step], step: Step, times: dict[int, datetime | None]
) -> datetime | None:
    """Until when a step may still come, as long as its sources were not heard until then; else None."""
    after = max(have, key=lambda s: (times[s.number], s.offset))
    left = times[after.number]
    assert left is not None
    usual = due.usual(events, course.things, course.things[f"t{after.number}"], step)
    until, heard = left + timedelta(seconds=usual), _heard(events, step)
    return until if usual > 0 and heard is not None and heard < until else None


def _named(step: Step) -> str:
    """A step by its place and its words, without the id of another thing."""
    return f"{step.place} '{of_any(step.said)[:80]}'"


def _through(events: Events, course: Course, required: list[Step]) -> int:
    things = course.things.filter([course.things[f"t{s.number}"].notnull() for s in required])
    return int(events.engine.fetch(things.count()))


def _odd(events: Events, like: str, course: Course, own: Any) -> str:
    """What speaks against it: a sign that sets it apart, a bad end, a word that it is hidden or lost."""
    found, stood = signs.apart(events, like), signs.standing(events, like)
    if (found is not None and found.sign is not None) or (stood is not None and stood.sign is not None):
        return "something sets it and others apart since one time"
    told = outcome.outcome(events, like) or outcome.stands(events, like)
    if told is not None:
        return told.says
    if marks.lies_elsewhere(events, like):
        return "it lies with another than its owner"
    each = dispositions_of(events, like)
    frame = events.engine.fetch(each.filter(each.id == like).select("disposition"))
    disposition = str(frame["disposition"].iloc[0]) if len(frame) else "unknown"
    # It took steps, so it was received, in whatever words.
    if disposition not in (*FINE, "unknown", "never received"):
        return f"by what is said of it, it looks {disposition}"
    for step in traces.trace(own):
        said = statements.of_text(step.body)
        known = course.of.get(step.activity)
        usual = known is not None and (known.required or known.ids >= rise.FEWER * course.number)
        if not usual and not traces.is_lookup(step) and not traces.LOOKED.search(step.body):
            if (step.severity or 0) >= schema.WARNING or (said is not None and False in said[1:]):
                return f"{step.activity[0]} says '{step.body[:80]}' of it, which is not said of most"
    return ""


def _waits(
    events: Events, course: Course, have: list[Step], times: dict[int, datetime | None]
) -> tuple[tuple[str, float, float] | None, str]:
    """The step that came nearest to the most that it usually takes; or what came later than that, said."""
    least: tuple[float, tuple[str, float, float]] | None = None
    for before, step in pairwise(sorted(have, key=lambda s: (times[s.number], s.offset))):
        low, high = times[before.number], times[step.number]
        assert low is not None and high is not None
        usual = due.usual(events, course.things, course.things[f"t{before.number}"], step)
        took = (high - low).total_seconds()
        if took > usual + 60:
            return None, f"{_named(step)} came later than it does for others"
        told = (took / max(usual, 1.0), (_named(step), took, usual))
        least = max(least, told) if least is not None else told
    return (least[1] if least is not None else None), ""


def _heard(events: Events, step: Step) -> datetime | None:
    """Until when one of the sources of a step was heard."""
    return max((s.last for s in events.sources if s.name in step.sources and s.last), default=None)


def _rises(events: Events, like: str, course: Course, required: list[Step]) -> str:
    """What became more frequent among such things, or in all that is loaded; empty where nothing did. Kept."""
    key = f"rises {traces.kind_known(events, like)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = _risen(events, like, course, required)
    return str(events.memo[key])


def _risen(events: Events, like: str, course: Course, required: list[Step]) -> str:
    import ibis

    clock, things = Clock(events, course), course.things
    for after, step in pairwise(required):
        usual = due.usual(events, things, things[f"t{after.number}"], step)
        at, behind = things[f"t{after.number}"], [s for s in required if s.offset >= step.offset]
        late = things[f"t{step.number}"].delta(at, unit="second") > max(3 * usual, 60.0)
        none = ibis.and_(*(things[f"t{s.number}"].isnull() for s in behind))
        came = things.select(at=at, hit=none | late.fill_null(False)).filter(
            lambda t: t["at"].notnull() & (t["at"] <= literal(clock.high - timedelta(seconds=usual)))  # noqa: B023
        )
        hits = came.filter(came.hit)
        if clock.risen(clock.counts(hits, hits["at"]), clock.counts(came, came["at"])) is not None:
            return f"fewer than before went from {after.place} on to {_named(step)} in time"
    rows = traces.first_times(events, like)
    counted = rows.mutate(part=bin_number(rows.time, clock.width))
    counted = counted.group_by(["step", "name", "part"]).aggregate(n=lambda t: t.count())
    frame = events.engine.fetch(counted.order_by(["step", "name", "part"]).limit(200_000))
    busy, said = clock.busy(like), traces.examples(events, like)
    for (place, name), part in frame.groupby(["step", "name"], sort=True):
        known = course.of.get((str(place), str(name)))
        # What is no step of any names many things at once, or is said of hardly any.
        if known is None or known.required or known.table or len(known.names) > 1:
            continue
        hits_ = {int(p): int(n) for p, n in zip(part["part"], part["n"], strict=True)}
        body = said[str(place), str(name)].body if (str(place), str(name)) in said else ""
        if sum(hits_.values()) > rise.FEWER * course.number or traces.LOOKED.search(body):
            continue
        if sum(hits_.values()) > signs.ALONE and clock.risen(hits_, busy) is not None:
            return f"{place} says '{of_any(body)[:80]}' more often than before"
    table = traces.without_replaced(events, traces.whole(events))
    table = table.filter(
        table.kind.isin(traces.STEP_KINDS) & table.time.between(literal(clock.low), literal(clock.high))
    )
    warned = table.filter(table.severity_number >= schema.WARNING)
    if clock.risen(clock.counts(warned, warned.time), clock.counts(table, table.time)) is not None:
        return "warnings and errors became more frequent"
    quiet = silences(events)
    sources = {source for step in required for source in step.sources}
    fell = [str(name) for name in quiet["source"] if str(name) in sources]
    return f"{fell[0]} fell silent for a time" if fell else ""


# -- where somebody looked ----------------------------------------------------------------------------------------


def _looked(events: Events, like: str, course: Course, own: Any, there: datetime) -> tuple[str, str]:
    """Why somebody who looked did not find it, said; else what of it nothing explains. `there`: since when it was."""
    rows = own[own["kind"].isin(traces.STEP_KINDS)]
    keys = {(str(r.evidence), int(r.unit)): r for r in rows.itertuples(index=False)}
    held = attributes_of(events, rows)
    mine: dict[str, set[str]] = {}
    failed = []
    for place, row in keys.items():
        fields = _fields(str(row.body), held.get(place, {}), like)
        looks = bool(traces.LOOKUP.match(str(row.body)) or traces.LOOKED.search(str(row.body)))
        if not looks:
            for key, value in fields.items():
                mine.setdefault(key, set()).add(value)
        elif _found_none(str(row.body), held.get(place, {})):
            failed.append((aware(row.time), row, fields))
    explained = ""
    for when, row, fields in failed:
        if when is not None and when < there:
            explained = explained or f"who looked at {when:%H:%M:%S} UTC came before it was there"
            continue
        odd = [(key, value) for key, value in fields.items() if mine.get(key) and value not in mine[key]]
        told = next((one for one in odd if _is_where(events, like, course, row, one[0])), None)
        if told is None:
            return "", f"{row.step} did not find it, and nothing that is loaded says why"
        explained = f"who did not find it looked with {told[0]} {told[1]}; it has {told[0]} {' and '.join(sorted(mine[told[0]]))}"
    return explained, ""


def _fields(body: str, attributes: dict[str, str], like: str) -> dict[str, str]:
    """What a line says by keys, without the id and without what says how it went."""
    told = {**attributes, **dict(_FIELD.findall(body))}
    return {
        key.rpartition(".")[2].lower(): value
        for key, value in told.items()
        if fold(like) not in fold(value) and not _NOT_WHERE.match(key.rpartition(".")[2])
    }


def _found_none(body: str, attributes: dict[str, str]) -> bool:
    status = next((v for k, v in attributes.items() if statements.STATUS.search(k) and v.isdigit()), "")
    hits = next(
        (
            v
            for k, v in attributes.items()
            if re.fullmatch(r"(?i)(?:.*\.)?(?:hits|results?|matches|found|count)", k)
        ),
        "",
    )
    return status in ("401", "403", "404", "410") or hits in ("0", "false") or _NONE.search(body) is not None


def _is_where(events: Events, like: str, course: Course, row: Any, key: str) -> bool:
    """Whether others are looked for, and found, under what their own lines say by this key."""
    rows = traces.mentions_of_kind(events, like)
    looks = rows.filter((rows.step == row.step) & rows.kind.isin(traces.STEP_KINDS) & (rows.id != like))
    ids: ir.Table = looks.select("id").distinct().order_by("id").limit(20 * LOOKS)
    frame = events.engine.fetch(
        rows.semi_join(ids, "id")
        .select("id", "step", "kind", "time", "body", "evidence", "unit")
        .order_by(["id", "evidence", "unit"])
        .limit(50_000)
    )
    frame = frame[frame["kind"].isin(traces.STEP_KINDS)]
    held = attributes_of(events, frame)
    looked: dict[str, set[str]] = {}
    lies: dict[str, set[str]] = {}
    for one in frame.itertuples(index=False):
        attributes = held.get((str(one.evidence), int(one.unit)), {})
        value = _fields(str(one.body), attributes, str(one.id)).get(key)
        if value is None:
            continue
        looks_ = traces.LOOKUP.match(str(one.body)) or traces.LOOKED.search(str(one.body))
        if not looks_:
            lies.setdefault(str(one.id), set()).add(value)
        elif not _found_none(str(one.body), attributes):
            looked.setdefault(str(one.id), set()).add(value)
    both = [one for one in looked if one in lies]
    return len(both) >= LOOKS and sum(looked[one] <= lies[one] for one in both) >= SAME * len(both)
