"""What sets one thing and those like it apart: signs that it has, that hardly any had before, and since when.

A sign is a message that few others have, a step twice, a step far later than usual, a required step that never came,
or a value that differs from the one that it always equals. It counts when those that have it become far more frequent at
one time (a scan statistic: Kulldorff 1997): what was as frequent from the beginning is a channel, a class or an end that
is known, and tells nothing. Where several signs stand out and mean others, none is sure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from investigator.events import mask
from investigator.events.instants import aware, literal
from investigator.facts import statements, traces
from investigator.facts.bins import bin_number
from investigator.facts.comparison import Comparison, Difference
from investigator.facts.course import Course, Step, course_of
from investigator.facts.rise import (
    DIFFERS,
    EARLIER,
    FEWER,
    LACKING,
    LATE,
    MESSAGE,
    STANDS,
    TWICE,
    Clock,
    Sign,
    made,
)
from investigator.facts.silences import silences
from investigator.facts.traces import Occurrence
from investigator.facts.values import differing

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: Of so many things on a rise would be seen where something went wrong at one time.
FEW = 20
#: So many of those with the one sign and not the other went on: they are fine, and the other decides.
WENT = 0.8
#: What no more than so many have sets none but these apart.
ALONE = 2
#: Late is behind a gap: hardly anything between what is usual and so many times it, and a minute at least.
GAP, SECONDS_LATE = 1.3, 60.0
#: Steps that are looked at for what came late, those first that took longest for what is usual there.
LATE_AT_MOST = 2
#: A source ended where nothing came for so many times as long as usually lies between two.
QUIET = 20
#: An end that a trade knows: so many came to it before anything went wrong, and hardly one of them went on.
ENDS, ENDED = 2, 0.9
#: A place to which more than so many and fewer than so many come, while all is well, is one that only some visit.
RARELY, ALWAYS = 0.1, 0.9
#: Two signs mean the same things when so many of either have both.
SAME = 0.9


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
            found = [_but_for_ends(events, like, course, clock, sign) for sign in found]
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
        *_messages(events, like, course, clock),
        *_lacking(events, like, course, clock, row),
        *_late(events, course, clock, row),
        *_twice(events, like, course, clock, row),
    ]
    if not any(sign.clean for sign in found):
        found += differing(events, like, course, clock)
    found = [_but_for_ends(events, like, course, clock, sign) for sign in found]
    found = [sign for sign in found if sign.number > ALONE]
    return _chosen(events, like, course, found) if found else Apart(like, course, None)


def _but_for_ends(events: Events, like: str, course: Course, clock: Clock, sign: Sign) -> Sign:
    """A sign without those that have it for a reason that was known before: what was annulled is empty as well."""
    if not sign.earlier or sign.kind not in (MESSAGE, DIFFERS, STANDS):
        return sign
    known = _ends(events, like, course, sign.ids, sign.since)
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
            -known[i].number,
        ),
    )
    sign = known[best]
    rivals = tuple(
        known[i]
        for i in left
        if not agree(i, best)
        # What says itself that it is bad means more than what says nothing and is but a part of it.
        and not (sign.bad and not known[i].bad and shared(i, best) >= SAME * known[i].number)
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


def _messages(events: Events, like: str, course: Course, clock: Clock) -> list[Sign]:
    """Messages of its own that few others have, and since when: no look-up, nothing that names many, no table's row."""
    import ibis

    own = [step for step in traces.trace(traces.read(events, like)) if not traces.is_lookup(step)]
    own = [
        step
        for step in own
        if step.activity in course.of
        and not course.of[step.activity].table
        and not (course.of[step.activity].required and len(course.of[step.activity].names) == 1)
    ]
    if not own:
        return []
    rows = traces.first_times(events, like)
    # What a message says became of a thing it says in whichever log it stands, such as a second node's.
    anywhere = [step.activity[1] for step in own if statements.of_text(step.body)]
    some = rows.filter(
        traces.any_of(rows, [step.activity for step in own]) | rows.name.isin(sorted(set(anywhere)))
        if anywhere
        else traces.any_of(rows, [step.activity for step in own])
    )
    counted = events.engine.fetch(
        some.mutate(part=bin_number(some.time, clock.width))
        .group_by(["step", "name", "part"])
        .aggregate(n=lambda t: t.count())
        .order_by([ibis.asc("step"), ibis.asc("name"), ibis.asc("part")])
    )
    out = []
    for step in own:
        mine = counted[counted["name"] == step.activity[1]]
        several = step.activity[1] in anywhere and mine["step"].nunique() > 1
        if several:
            named = some.filter(some.name == step.activity[1])
            having = events.engine.cache(named.group_by("id").aggregate(at=named.time.min()))
            hits = clock.counts(having, having["at"])
        else:
            mine = mine[mine["step"] == step.activity[0]]
            hits = {int(r.part): int(r.n) for r in mine.itertuples(index=False)}
        number = sum(hits.values())
        if number < 2 or number > FEWER * course.number:
            continue
        rise = clock.risen(hits, clock.busy(like))
        if rise is None:
            continue
        here = some.filter((some.step == step.activity[0]) & (some.name == step.activity[1]))
        ids = having if several else events.engine.cache(here.select("id", at=here.time))
        said = statements.of_text(step.body)
        bad = bool(said and (said[1] is False or said[2] is False)) or (step.severity or 0) >= WARNING
        own_step = course.of[step.activity]
        more = (
            *_unheard(events, own_step.sources, rise.since),
            *_unvisited(events, course, rows, step.activity[0], rise.since),
        )
        if not own_step.required and traces.LOOKED.search(mask.masked(step.body)):
            more = (*more, "it shows only where somebody looked")
        if own_step.listed:
            more = (
                *more,
                f"only {own_step.sources[0]} tells them apart, which may be a list of some of them",
            )
        out.append(
            made(MESSAGE, step.body, step.activity[0], ids, number, rise, step=own_step, bad=bad, more=more)
        )
    return out


def _unheard(events: Events, sources: tuple[str, ...], since: datetime) -> tuple[str, ...]:
    """Where the sources of a message said nothing since the rise: others may have it that nobody saw."""
    quiet = silences(events)
    out = [
        f"{name} is silent from {low:%H:%M} to {high:%H:%M} UTC"
        for name, low, high in zip(quiet["source"], quiet["from"], quiet["to"], strict=True)
        if name in sources and high > since
    ]
    return tuple(out)


def _unvisited(
    events: Events, course: Course, rows: ir.Table, place: str, since: datetime
) -> tuple[str, ...]:
    """How many never came to a place to which only some come, such as a page that is looked at: it would show only there."""
    came = rows.filter(rows.step == place).select("id").distinct()
    # Of those that go the same way at all: other classes never come there, and would not.
    entered = [course.things[f"t{step.number}"].notnull() for step in course.required()[:1]]
    things = course.things.filter(entered) if entered else course.things
    things = things.mutate(later=things["first"] >= literal(since))
    told = {
        (bool(r.later), kind): int(r.n)
        for kind, some in (("all", things), ("came", things.semi_join(came, "id")))
        for r in events.engine.fetch(some.group_by("later").aggregate(n=lambda t: t.count())).itertuples(
            index=False
        )
    }
    before, well = told.get((False, "all"), 0), told.get((False, "came"), 0)
    missed = told.get((True, "all"), 0) - told.get((True, "came"), 0)
    if not before or not RARELY < well / before < ALWAYS or not missed:
        return ()
    return (f"{missed:,} never came to {place}, where it would show",)


#: The severity from which a message says itself that something is wrong.
WARNING = 13


def _lacking(events: Events, like: str, course: Course, clock: Clock, row: dict[str, Any]) -> list[Sign]:
    """The first required step that never came, though all that came before it did and nothing behind it."""
    import ibis

    required = course.required()
    have = [s for s in required if _time(row, s) is not None]
    if len(have) == len(required):
        return []
    last = max((s.offset for s in have), default=-1.0)
    missing = [s for s in required if _time(row, s) is None and s.offset >= last]
    if not missing or any(s.offset > missing[0].offset for s in have):
        return []
    things = course.things
    after = max(
        (s for s in have if s.offset <= missing[0].offset), key=lambda s: (s.offset, s.number), default=None
    )
    since = things[f"t{after.number}"] if after else things["first"]
    ends = {source.name: source.last for source in events.sources}
    doubts: tuple[str, ...] = ()
    expected = missing[0]
    # A log that ended early says nothing of what came later: the next step whose source goes on does.
    for step in missing:
        usual = _usual(events, things, since, step)
        heard = max((end for name in step.sources if (end := ends.get(name))), default=None)
        apart = (clock.high - clock.low).total_seconds() / max(step.ids, 1)
        if heard is not None and heard >= clock.high - timedelta(seconds=max(5 * usual, QUIET * apart)):
            expected = step
            break
    else:
        usual = _usual(events, things, since, expected)
        doubts = (f"{' and '.join(expected.sources)} ends before the other sources do",)
    behind = [s for s in required if s.offset >= expected.offset]
    none = ibis.and_(*(things[f"t{s.number}"].isnull() for s in behind))
    came = things.select("id", at=since, lacks=none, first=things["first"]).filter(
        lambda t: t["at"].notnull()
    )
    late: datetime = clock.high - timedelta(seconds=usual)
    quiet = silences(events)
    for name, low, high in zip(quiet["source"], quiet["from"], quiet["to"], strict=True):
        if name in expected.sources and len(behind) == 1:
            doubts = (*doubts, f"{name} is silent from {low:%H:%M} to {high:%H:%M} UTC")
            came = came.filter(
                (came["at"] < literal(low - timedelta(seconds=usual))) | (came["at"] >= literal(high))
            )
    came = events.engine.cache(came)
    waiting = came.filter(came.lacks & (came["at"] > literal(late))).select("id")
    hits = came.filter(came.lacks & (came["at"] <= literal(late)))
    ended = _ended(events, like, course, came, clock)
    if ended is not None:
        hits = hits.anti_join(ended, "id")
    ids = events.engine.cache(hits.select("id", "at"))
    if not int(events.engine.fetch(ids.filter(ids.id == like).count())):
        return []
    counts = clock.counts(ids, ids["at"])
    rise = clock.risen(counts, clock.counts(came, came["at"]))
    number = sum(counts.values())
    if rise is None:
        return []
    return [
        made(
            LACKING, expected.body, expected.place, ids, number, rise, step=expected, after=after,
            doubts=doubts, waiting=waiting, ended=ended,
        )
    ]  # fmt: skip


def _usual(events: Events, things: ir.Table, since: Any, step: Step) -> float:
    """How many seconds a step comes after another at most, but for a few that are far later than all others."""
    delays = things.select(d=things[f"t{step.number}"].delta(since, unit="second")).filter(
        lambda t: t.d.notnull()
    )
    told = events.engine.fetch(
        delays.aggregate(q=delays.d.quantile(0.95), top=delays.d.quantile(0.999))
    ).iloc[0]
    if told["q"] != told["q"] or told["q"] is None:
        return 0.0
    q, top = max(float(told["q"]), 0.0), max(float(told["top"]), 0.0)
    return top if top <= 3 * q + 60 else 1.2 * q


def _ended(events: Events, like: str, course: Course, came: ir.Table, clock: Clock) -> ir.Table | None:
    """Who came to an end that is known, of those that lack a step: before more of them did so than ever."""
    hits = came.filter(came.lacks)
    rise = clock.risen(clock.counts(hits, hits["at"]), clock.counts(came, came["at"]))
    return _ends(events, like, course, hits, rise.since if rise else clock.high)


def _ends(events: Events, like: str, course: Course, some: ir.Table, until: datetime) -> ir.Table | None:
    """Of some that went no further, who came to an end that is known: id. None where none did.

    It is a message that was there before anything went wrong, and of which nearly all that have it went no further.
    """
    mine = [step.activity for step in traces.trace(traces.read(events, like))]
    rows = traces.first_times(events, like)
    inside = rows.semi_join(some.select("id"), "id")
    counted = inside.group_by(["step", "name"]).aggregate(n=inside.count(), low=inside.time.min())
    whole = rows.group_by(["step", "name"]).aggregate(all=rows.count())
    frame = events.engine.fetch(counted.join(whole, ["step", "name"]).order_by(["step", "name"]))
    known = []
    for r in frame.itertuples(index=False):
        activity = (str(r.step), str(r.name))
        step, low = course.of.get(activity), aware(r.low)
        if activity in mine or (step is not None and (step.required or step.table)):
            continue
        if r.n > ENDS and r.n >= ENDED * r.all and low is not None and low < until:
            known.append(activity)
    if not known:
        return None
    return events.engine.cache(inside.filter(traces.any_of(inside, known)).select("id").distinct())


def _late(events: Events, course: Course, clock: Clock, row: dict[str, Any]) -> list[Sign]:
    """The step that came far later after the one before it than nearly all others' did, with a gap between."""
    ways = [(s, time) for s in course.required() if not s.table and (time := _time(row, s)) is not None]
    things = course.things
    pairs = [
        (before, step, (high - low).total_seconds(), things[f"t{step.number}"].delta(things[f"t{before.number}"], unit="second"))
        for (before, low), (step, high) in pairwise(ways)
        if (high - low).total_seconds() >= SECONDS_LATE
    ]  # fmt: skip
    if not pairs:
        return []
    usual = events.engine.fetch(
        things.aggregate(**{f"q{n}": delay.quantile(0.6) for n, (_, _, _, delay) in enumerate(pairs)})
    ).iloc[0]
    longer = [
        (mine / (max(float(usual[f"q{n}"]), 0.0) + 1), n)
        for n, (_, _, mine, _) in enumerate(pairs)
        if usual[f"q{n}"] == usual[f"q{n}"] and mine > max(float(usual[f"q{n}"]), 0.0) * GAP + SECONDS_LATE
    ]
    out = []
    for _, n in sorted(longer, reverse=True)[:LATE_AT_MOST]:
        before, step, mine, delay = pairs[n]
        each = things.select("id", at=things[f"t{before.number}"], d=delay).filter(lambda t: t.d.notnull())
        each = events.engine.cache(each)
        low = max(float(usual[f"q{n}"]), 0.0)
        upper = each.filter((each.d >= low) & (each.d <= mine)).select("d").order_by("d").limit(200_000)
        delays = [low, *(float(d) for d in events.engine.fetch(upper)["d"])]
        gaps = [
            (above / max(below, 1.0), below, above)
            for below, above in pairwise(delays)
            if above - below >= SECONDS_LATE
        ]
        ratio, below, _ = max(gaps, default=(1.0, mine, mine))
        if ratio < GAP:
            continue
        ids = events.engine.cache(each.filter(each.d > below).select("id", "at"))
        waits = things.filter(things[f"t{before.number}"].notnull() & things[f"t{step.number}"].isnull())
        counts = clock.counts(ids, ids["at"])
        rise = clock.risen(counts, clock.counts(each, each["at"]))
        if rise is not None:
            number = sum(counts.values())
            out.append(
                made(
                    LATE,
                    step.body,
                    step.place,
                    ids,
                    number,
                    rise,
                    step=step,
                    after=before,
                    waiting=waits.select("id"),
                )
            )
    return out


def _twice(events: Events, like: str, course: Course, clock: Clock, row: dict[str, Any]) -> list[Sign]:
    """Steps that it has more than once and nearly all others once."""
    rows, out = traces.first_times(events, like), []
    for step in course.steps:
        if (row.get(f"n{step.number}") or 0) < 2 or traces.LOOKUP.match(step.body):
            continue
        some = rows.filter(traces.any_of(rows, [(step.place, name) for name in step.names]))
        each = some.group_by("id").aggregate(n=some.n.sum(), at=some["last"].max(), one=some.time.min())
        ids = events.engine.cache(each.filter(each.n > 1).select("id", "at"))
        counts = clock.counts(ids, ids["at"])
        number = sum(counts.values())
        if number > FEWER * step.ids:
            continue
        rise = clock.risen(counts, clock.counts(each, each.one))
        if rise is not None:
            out.append(made(TWICE, step.body, step.place, ids, number, rise, step=step))
    return out


def _time(row: dict[str, Any], step: Step) -> datetime | None:
    return aware(row.get(f"t{step.number}"))


def decided(events: Events, found: Apart, onset: datetime | None = None) -> ir.Table:
    """One row a thing: id, records, first, at, verdict (affected, healthy, under_way, other end, before, unknown).

    Unknown is what only people and tables name: no log says how far it came.
    """
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
        ended = _ends(events, found.like, found.course, joined.filter(~has & ~joined.went), sign.since)
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
    # What never took a step of the way is no thing that could have been hit, unless it was.
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
        usual = _usual(events, things, had, following)
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
