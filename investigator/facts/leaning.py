"""What an answer rests on: which sources, and how many would be told of without each of them.

No source is read again: who has the sign that decides is counted by the source that says so, and where one is left out,
the other signs of the same things stand in for it. Where none does, it could not be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, literal
from investigator.facts import rise, traces

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.facts.signs import Apart

#: Another sign stands in for the one that decides when it is had by so many of those that it means.
STANDS_IN = 0.9
SOURCES_AT_MOST = 5
#: What is still to come, as so many times the time that it usually takes.
WAITS = 3.0


@dataclass(frozen=True)
class Without:
    """How many there would be without a source: bounds, or nothing where it could not be said."""

    source: str
    at_least: int | None
    at_most: int | None

    @property
    def lost(self) -> bool:
        return self.at_least is None


def rests_on(events: Events, apart: Apart) -> list[Without]:
    """Each source on which what sets these apart rests, and how many would be told of without it."""
    sign = apart.sign
    if sign is None:
        return []
    told, alone = _told_by(events, apart)
    out = []
    for source in told[:SOURCES_AT_MOST]:
        left = sign.number - alone.get(source, 0)
        if not alone.get(source):
            out.append(Without(source, sign.number, sign.number))
            continue
        others = [
            (_shared(events, apart, other), None if other.more else other.number)
            for other in apart.signs
            if other is not sign and not other.doubts and source not in sources_of(other)
        ]
        others = [one for one in others if one[0] >= STANDS_IN * sign.number]
        others += _lacking(events, apart, source)
        low, high = min(others, key=lambda one: (one[1] is None, one[1] or 0, -one[0]), default=(0, None))
        low = max(left, low)
        out.append(Without(source, low or None, high if high is None else max(low, high)))
    return out


def _lacking(events: Events, apart: Apart, source: str) -> list[tuple[int, int | None]]:
    """Required steps that another source tells, and hardly any of these has: how many of them, and of all, lack one."""
    sign, course = apart.sign, apart.course
    assert sign is not None
    since = course.things.filter(course.things["first"] >= literal(sign.since))
    hurt = since.semi_join(sign.ids, "id")
    last = aware(events.engine.fetch(course.things["last"].max()))
    assert last is not None
    out: list[tuple[int, int | None]] = []
    for step in course.required():
        if source in step.sources:
            continue
        none = hurt.filter(hurt[f"t{step.number}"].isnull())
        lack = int(events.engine.fetch(none.count()))
        if lack >= STANDS_IN * sign.number:
            # Of the last ones nobody could say that they lack it: it may still come.
            waiting = last - timedelta(seconds=WAITS * max(step.offset, 60.0))
            low = int(events.engine.fetch(none.filter(none["first"] < literal(waiting)).count()))
            out.append(
                (low, int(events.engine.fetch(since.filter(since[f"t{step.number}"].isnull()).count())))
            )
    return out


def sources_of(sign: rise.Sign) -> tuple[str, ...]:
    """The sources that say it; of what is lacking, those that would have."""
    return sign.step.sources if sign.step is not None else (sign.place,)


def _told_by(events: Events, apart: Apart) -> tuple[list[str], dict[str, int]]:
    """The sources of the sign that decides, and how many things each alone says it of."""
    sign = apart.sign
    assert sign is not None
    known = list(sources_of(sign))
    if sign.kind not in (rise.MESSAGE, rise.LATE, rise.TWICE) or sign.step is None or len(known) < 2:
        return known, dict.fromkeys(known, sign.number)
    rows = traces.first_times(events, apart.like)
    rows = rows.filter(rows.name.isin(list(sign.step.names)))
    ids = sign.ids.filter(sign.ids["at"] >= literal(sign.since)).select("id")
    each = (
        rows.semi_join(ids, "id").group_by("id").aggregate(one=rows.told_by.min(), other=rows.also_by.max())
    )
    some = each.filter(each.one == each.other)
    counted = events.engine.fetch(some.group_by("one").aggregate(n=some.count()).order_by("one"))
    return known, {str(row.one): int(row.n) for row in counted.itertuples(index=False)}


def _shared(events: Events, apart: Apart, other: rise.Sign) -> int:
    sign = apart.sign
    assert sign is not None
    some = [one.ids.filter(one.ids["at"] >= literal(one.since)).select("id") for one in (sign, other)]
    return int(events.engine.fetch(some[0].semi_join(some[1], "id").count()))


def sentence(found: list[Without]) -> str:
    """What it rests on, in a sentence; empty where nothing is known of that."""
    if not found:
        return ""
    lost = [one for one in found if one.lost]
    if lost:
        names = " and ".join(one.source for one in lost)
        return f" It rests on {names} alone: without {'them' if len(lost) > 1 else 'it'}, nobody could say who is affected."
    less = [one for one in found if one.at_most is None or one.at_most != one.at_least]
    if not less:
        return f" It stays so without {' or '.join(one.source for one in found)}."
    told = "; ".join(f"without {one.source} it would be {bounds(one)}" for one in less)
    return f" {told[0].upper()}{told[1:]}."


def bounds(one: Without) -> str:
    """How many there would be."""
    if one.at_least is None:
        return "it can't be said"
    if one.at_most is None:
        return f"{one.at_least:,} or more"
    return f"{one.at_least:,}" if one.at_least == one.at_most else f"{one.at_least:,} to {one.at_most:,}"


def to_json(found: list[Without]) -> list[dict[str, Any]]:
    """As an answer's value holds it."""
    return [{"source": one.source, "at_least": one.at_least, "at_most": one.at_most} for one in found]
