"""What sets one thing and those like it apart: signs that it has, that hardly any had before, and since when.

A sign is a message that few others have, a step twice, a step far later than usual, a required step that never came,
or a value that differs from the one that it always equals. It counts when those that have it become far more frequent at
one time (a scan statistic: Kulldorff 1997): what was as frequent from the beginning is a channel, a class or an end that
is known, and tells nothing. Where several signs stand out and mean others, none is sure.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, literal
from investigator.facts import due, missed, traces
from investigator.facts.classes import but_always
from investigator.facts.comparison import Comparison, Difference
from investigator.facts.course import Course, Step, course_of
from investigator.facts.ends import ends
from investigator.facts.messages import messages
from investigator.facts.rise import (
    DIFFERS,
    EARLIER,
    LACKING,
    LATE,
    MESSAGE,
    SAME,
    STANDS,
    TWICE,
    Clock,
    Sign,
    made,
)
from investigator.facts.traces import Occurrence
from investigator.facts.values import differing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: So many of those with the one sign and not the other went on: they are fine, and the other decides.
WENT = 0.8
#: What no more than so many have sets none but these apart.
ALONE = 2


@dataclass(frozen=True)
class Apart:
    """What sets `like` apart: the sign that decides, and others that stand out and mean other things."""

    like: str
    course: Course
    sign: Sign | None
    signs: tuple[Sign, ...] = ()
    rivals: tuple[Sign, ...] = ()
    through: Step | None = None  # who took this step, or one behind it, is fine

    @property
    def sure(self) -> bool:
        return self.sign is not None and self.sign.clean and not self.rivals


def apart(events: Events, like: str) -> Apart | None:
    """What sets a thing and those like it apart from all others of its kind; None where no way is known. Kept."""
    key = f"apart {traces.kind_known(events, like)} {like} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        course = course_of(events, like)
        events.memo[key] = _apart(events, like, course) if course is not None else None
    return events.memo[key]


def standing(events: Events, like: str) -> Apart | None:
    """The cell of its row in a table that sets it and others apart, where nothing else does: never sure. Kept."""
    key = f"standing {traces.kind_known(events, like)} {like} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        from investigator.facts import values

        course = course_of(events, like)
        found = values.standing(events, like, course, Clock(events, course)) if course is not None else []
        clock = Clock(events, course) if found and course is not None else None
        if course is not None and clock is not None:
            found = [_but_forends(events, like, course, clock, sign) for sign in found]
            found = [values.of_one_class(events, like, course, sign) for sign in found]
        best = max(found, key=lambda sign: (sign.bad, sign.weight), default=None)
        events.memo[key] = Apart(like, course, best, tuple(found)) if course is not None and best else None
    return events.memo[key]


def _apart(events: Events, like: str, course: Course) -> Apart:
    own = events.engine.fetch(course.things.filter(course.things.id == like))
    if not len(own):
        return Apart(like, course, None)
    row = own.iloc[0].to_dict()
    clock = Clock(events, course)
    found = [
        *messages(events, like, course, clock),
        *missed.lacking(events, like, course, clock, row),
        *missed.late(events, course, clock, row),
        *missed.twice(events, like, course, clock, row),
    ]
    # Two messages that differ in a value alone look like one that came twice.
    if not any(sign.clean and sign.kind != TWICE for sign in found):
        found += differing(events, like, course, clock)
    found = [_but_forends(events, like, course, clock, sign) for sign in found]
    found = [but_always(events, like, course, clock, sign) for sign in found]
    found = [sign for sign in found if sign.number > ALONE]
    return _chosen(events, like, course, found) if found else Apart(like, course, None)


def _but_forends(events: Events, like: str, course: Course, clock: Clock, sign: Sign) -> Sign:
    """A sign without those that have it for a reason that was known before: what was annulled is empty as well."""
    if not sign.earlier or sign.kind not in (MESSAGE, DIFFERS, STANDS):
        return sign
    known = ends(events, like, course, sign.ids, sign.since)
    if known is None:
        return sign
    ids = events.engine.cache(sign.ids.anti_join(known, "id"))
    counts = clock.counts(ids, ids["at"])
    rise = clock.risen(counts, clock.counts(course.things, course.things["first"]))
    if rise is None:
        return sign
    doubts = tuple(doubt for doubt in sign.doubts if not doubt.endswith(EARLIER))
    return made(
        sign.kind, sign.body, sign.place, ids, sum(counts.values()), rise, step=sign.step, after=sign.after,
        doubts=doubts, more=sign.more, ended=known, bad=sign.bad,
    )  # fmt: skip


def _chosen(events: Events, like: str, course: Course, risen: list[Sign]) -> Apart:
    """The sign that decides: the clean one that most others agree with; those that mean other things are rivals.

    Of two of which the one means more things than the other, it is the narrower where the rest went on: an error that
    most got over, a job that went over all.
    """
    order = {MESSAGE: 0, LATE: 1, TWICE: 2, DIFFERS: 3, LACKING: 4}
    known = [sign for sign in risen if sign.clean] or risen
    both = {
        (i, j): _shared(events, known[i], known[j])
        for i in range(len(known))
        for j in range(i + 1, len(known))
    }

    def shared(i: int, j: int) -> int:
        return both[min(i, j), max(i, j)]

    def agree(i: int, j: int) -> bool:
        return i == j or shared(i, j) >= SAME * max(known[i].number, known[j].number)

    places = range(len(known))
    wider = {
        i
        for i in places
        for j in places
        if i != j and not agree(i, j) and shared(i, j) >= SAME * known[j].number
        and known[i].kind != LACKING
        # What a delay or a second time says as well is no error that most got over.
        and not any(agree(i, k) and known[k].kind != known[i].kind for k in places)
        and ((known[j].bad and not known[i].bad) or _went_on(events, course, known[i], known[j]))
    }  # fmt: skip
    left = [i for i in places if i not in wider] or list(places)
    best = max(
        left,
        key=lambda i: (
            0.0 if known[i].clean else known[i].weight,
            known[i].bad,
            not known[i].earlier,
            sum(agree(i, j) for j in left),
            -order[known[i].kind],
            # Whose it is told to be is handed on: where it is told first, and of all, it went wrong.
            known[i].number if known[i].kind == DIFFERS else 0,
            -(step.offset if known[i].kind == DIFFERS and (step := known[i].step) else math.inf),
            -known[i].number,
        ),
    )
    # Of those that a message names, not all came twice of which it says so: some were left out of it in time.
    again = [
        i
        for i in left
        if known[best].kind == MESSAGE and known[i].kind == TWICE and known[i].clean and known[i].number < known[best].number
        and agree(i, best) and shared(i, best) == known[i].number
    ]  # fmt: skip
    best = again[0] if again else best
    sign = known[best]
    rivals = tuple(
        known[i]
        for i in left
        if not agree(i, best)
        # What says itself that it is bad means more than what says nothing and is but a part of it.
        and not (sign.bad and not known[i].bad and shared(i, best) >= SAME * known[i].number)
        # What it says itself of more things is what came twice to some of them.
        and not (
            known[i].kind == TWICE
            and sign.kind == MESSAGE
            and known[i].step == sign.step
            and shared(i, best) >= SAME * known[i].number
        )
        # What is known to miss some agrees with what means more.
        and not (known[i].more and shared(i, best) >= SAME * known[i].number)
    )
    step = next(
        (
            known[i].step
            for i in sorted(places, key=lambda i: i != best)
            if known[i].kind in (LACKING, LATE) and agree(i, best)
        ),
        None,
    )
    return Apart(like, course, sign, tuple(risen), rivals, step)


def _went_on(events: Events, course: Course, wide: Sign, narrow: Sign) -> bool:
    """Whether those that have the one sign and not the other took a required step after it, nearly all."""
    import ibis

    required = course.required()
    if not required:
        return False
    rest = wide.ids.filter(wide.ids["at"] >= literal(wide.since)).anti_join(narrow.ids, "id")
    rest = rest.select(rest_id="id", rest_at="at")
    joined = rest.join(course.things, rest.rest_id == course.things.id)
    times = [joined[f"t{step.number}"] for step in required]
    went = ibis.or_(*(time > joined.rest_at for time in times)).fill_null(False)
    told = events.engine.fetch(joined.aggregate(n=joined.count(), went=went.cast("int64").sum())).iloc[0]
    return bool(told["n"]) and int(told["went"]) >= WENT * int(told["n"])


def _shared(events: Events, one: Sign, two: Sign) -> int:
    some = [sign.ids.filter(sign.ids["at"] >= literal(sign.since)).select("id") for sign in (one, two)]
    return int(events.engine.fetch(some[0].semi_join(some[1], "id").count()))


def decided(events: Events, found: Apart, onset: datetime | None = None) -> ir.Table:
    """One row a thing: id, records, first, at, verdict (affected, healthy, under_way, other end, before, unknown).

    Unknown is what only people and tables name: no log says how far it came. Kept.
    """
    sign = found.sign
    assert sign is not None
    told = json.dumps(
        [found.like, sign.kind, sign.place, sign.body, str(onset), events.selection], sort_keys=True
    )
    key = f"decided {traces.kind_known(events, found.like)} {told}"
    if key not in events.memo:
        events.memo[key] = _decided(events, found, onset)
    return events.memo[key]


def _decided(events: Events, found: Apart, onset: datetime | None) -> ir.Table:
    import ibis

    sign, things = found.sign, found.course.things
    assert sign is not None
    marked = sign.ids.group_by("id").aggregate(at_=sign.ids["at"].min()).rename(marked_id="id")
    required = found.course.required()
    through = required[-1:]
    if found.through is not None:
        through = [found.through, *(s for s in required if s.offset > found.through.offset)]
    went = ibis.or_(*(things[f"t{s.number}"].notnull() for s in through)) if through else ibis.literal(True)
    times = [things[f"t{s.number}"] for s in required]
    known = ibis.or_(*(time.notnull() for time in times)) if times else ibis.literal(True)
    end = aware(events.engine.fetch(things["last"].max()))
    assert end is not None
    going = _on_the_way(events, required, things, end)
    each = things.select("id", "first", went=went, known=known, going=going)
    joined = events.engine.cache(each.left_join(marked, each.id == marked.marked_id))
    has = joined.marked_id.notnull()
    ended = sign.ended
    if ended is None:
        ended = ends(events, found.like, found.course, joined.filter(~has & ~joined.went), sign.since)
    since = literal(max(sign.since, onset) if onset else sign.since)
    for some, word in ((ended, "other end"), (sign.waiting, "under_way")):
        if some is not None:  # joined, for an engine may know no subquery inside a case
            other = some.select(other_id="id").distinct()
            joined = joined.left_join(other, joined.id == other.other_id)
            joined = joined.mutate(**{word.replace(" ", "_"): joined.other_id.notnull()}).drop("other_id")
    ways = [
        (joined.marked_id.notnull() & (joined["at_"] >= since), "affected"),
        (joined.marked_id.notnull(), "before"),
        (joined.went, "healthy"),
    ]
    if ended is not None:
        ways.append((joined.other_end, "other end"))
    ways.append((joined.going, "under_way"))
    if sign.waiting is not None:
        ways.append((joined.under_way, "under_way"))
    verdict = ibis.cases(*ways, else_="unknown")
    # What never took a step of the way is no thing that could have been hit, unless it was; or a log that ended hides it.
    if sign.kind != LACKING or not sign.doubts:
        joined = joined.filter(joined.known | joined.marked_id.notnull())
    out = joined.select("id", "first", at=joined["at_"], verdict=verdict)
    named = traces.mentions_of_kind(events, found.like)
    rest = named.filter(named.kind == "record").select("id").distinct().anti_join(things, "id")
    rest = rest.select(
        "id",
        first=ibis.null("timestamp"),
        at=ibis.null("timestamp"),
        verdict=ibis.literal("unknown"),
    )
    whole = ibis.union(out, rest.cast(dict(out.schema())))
    return events.engine.cache(whole.mutate(records=ibis.literal(0), before=whole.verdict == "before"))


def _on_the_way(events: Events, required: list[Step], things: ir.Table, end: datetime) -> Any:
    """Whether the next required step may still come: it is not over the time that nearly all others needed."""
    import ibis

    out = ibis.literal(False)
    for place, (step, following) in enumerate(pairwise(required)):
        had, later = things[f"t{step.number}"], required[place + 1 :]
        usual = due.usual(events, things, had, following)
        stands = ibis.and_(had.notnull(), *(things[f"t{s.number}"].isnull() for s in later))
        out = out | (stands & (had > literal(end - timedelta(seconds=usual))))
    return out.fill_null(False) if len(required) > 1 else out


def bounds(events: Events, found: Apart) -> tuple[int, int]:
    """How many have all signs that stand out, and how many have any of them."""
    import ibis

    assert found.sign is not None
    every = [found.sign, *found.rivals]
    sets = [one.ids.filter(one.ids["at"] >= literal(one.since)).select("id").distinct() for one in every]
    both = sets[0]
    for other in sets[1:]:
        both = both.semi_join(other, "id")
    return int(events.engine.fetch(both.count())), int(
        events.engine.fetch(ibis.union(*sets, distinct=True).count())
    )


def wider(events: Events, found: Apart) -> Sign | None:
    """A cell of a table that rose more than the sign and that others have beside those with it: these may be affected too."""
    sign = found.sign
    if sign is None or sign.kind not in (MESSAGE, LACKING, TWICE):
        return None
    stands = standing(events, found.like)
    other = stands.sign if stands is not None else None
    if other is None or not other.bad or other.weight <= sign.weight or SAME * other.number <= sign.number:
        return None
    return other if _shared(events, sign, other) >= SAME * sign.number else None


def difference(events: Events, found: Apart, beside: Comparison) -> Difference | None:
    """What decides, as a difference between two traces: what came instead, or what was expected, after which step."""
    sign = found.sign
    if sign is None:
        return None
    own = {step.activity: step for step in beside.own}
    mine = [own[a] for a in own if sign.step and found.course.of.get(a) == sign.step]
    after = next((own[a] for a in own if sign.after and found.course.of.get(a) == sign.after), None)
    if sign.kind == LACKING:
        assert sign.step is not None
        theirs = {step.activity: step for step in beside.healthy}
        names = [(sign.step.place, name) for name in sign.step.names]
        expected = next((theirs[a] for a in names if a in theirs), None) or Occurrence(
            names[0], datetime.min, 0, sign.step.body, sign.step.sources[0], None, "", 0, 0
        )
        return Difference(after, expected, None, 1.0)
    told = next((step for step in mine if step.body == sign.body), mine[0] if mine else None)
    if sign.kind == LATE:
        return Difference(after, told, None, 1.0, late=True)
    if told is None:
        return None
    before = [step for step in beside.own if step.time < told.time and step.activity != told.activity]
    return Difference(before[-1] if before else None, None, told)
