"""The difference that decides: where an id leaves the trace of those that are fine, judged by what became of the others."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from investigator.facts import comparison, marks, signs, traces
from investigator.facts.course import Course, course_of
from investigator.facts.decide import FINE, dispositions_of

if TYPE_CHECKING:
    from investigator.events.events import Events

#: What sets those with a disposition apart is what so many more of them have (or lack) than of those that are fine.
APART = 0.5
#: Fewer than so many of all have an event that is unusual.
SELDOM = 0.5


def difference(events: Events, like: str, found: comparison.Comparison) -> comparison.Difference | None:
    """Where those with the disposition of `like` leave the trace of those that are fine; None where nothing tells.

    For a trace that differs in several events, or in none that a healthy one picked by its trace lacks: the event that
    most of the others with this disposition have too and few of the fine ones, or the one that they lack.
    """
    each = dispositions_of(events, like)
    own = events.engine.fetch(each.filter(each.id == like).select("disposition"))
    disposition = str(own["disposition"].iloc[0]) if len(own) else "unknown"
    if disposition in (*FINE, "unknown") or not found.own:
        return None
    ill = each.filter(each.disposition == disposition).select("id")
    fine = each.filter(each.disposition.isin(FINE)).select("id")
    rows = traces.first_times(events, like)
    entry = rows.filter((rows.step == found.entry[0]) & (rows.name == found.entry[1])).select("id")
    counts = []
    for group in (ill, fine):
        inside = rows.semi_join(group.semi_join(entry, "id"), "id")
        number = int(events.engine.fetch(inside.id.nunique()))
        counted = inside.group_by(["step", "name"]).aggregate(ids=inside.count()).order_by(["step", "name"])
        frame = events.engine.fetch(counted)
        counts.append(
            {(str(r.step), str(r.name)): int(r.ids) / max(number, 1) for r in frame.itertuples(index=False)}
        )
    here, there = counts
    more = {activity: here.get(activity, 0.0) - there.get(activity, 0.0) for activity in {*here, *there}}
    mine = {step.activity: place for place, step in enumerate(found.own)}
    told = [
        step for step in found.own if more.get(step.activity, 0) >= APART and not comparison.is_lookup(step)
    ]
    instead = max(told, key=lambda step: (round(more[step.activity], 2), -mine[step.activity]), default=None)
    lacking = sorted(
        (value, activity) for activity, value in more.items() if value <= -APART and activity not in mine
    )
    healthy = {step.activity: step for step in found.healthy}
    expected = next((healthy[activity] for _, activity in lacking if activity in healthy), None)
    if instead is None and expected is None:
        return None
    until = mine[instead.activity] if instead else len(found.own)
    before = [step for step in found.own[:until] if here.get(step.activity, 0) >= marks.COMPLETE]
    share = there.get(expected.activity, 0.0) if expected else 0.0
    return comparison.Difference(before[-1] if before else None, expected, instead, share)


def deciding_difference(events: Events, like: str) -> comparison.Comparison:
    """`like` beside a healthy one, with the difference that decides: where several events differ, or none that is
    expected, or what would tell was silent, what became of the others says which of them matters. What sets it and
    others apart since one time says more than the two traces alone."""
    found = comparison.compare(events, like)
    sign = signs.apart(events, like)
    if sign is not None and sign.sign is not None and found.own:
        told = signs.difference(events, sign, found)
        if told is not None:
            return replace(found, difference=told)
    left = found.difference
    if left is None or left.expected is None or left.rivals or left.silent:
        told = difference(events, like, found)
        found = replace(found, difference=told) if told else found
    return found


def _misfiling(events: Events, like: str, found: comparison.Comparison) -> comparison.Difference | None:
    """For what lies with a stranger's tenant though it took the usual way: the first event that names this tenant."""
    rows = traces.mentions_of_kind(events, like)
    each = marks.lying(events, rows, marks.keys_of(events, rows, like))
    own = events.engine.fetch(
        dispositions_of(events, like).filter(lambda t: t.id == like).select("disposition")
    )
    if each is None or not len(own) or str(own["disposition"].iloc[0]) != "hidden by tenant":
        return None
    tenants = events.engine.fetch(each.filter(each.id == like).select("tenant").order_by("tenant"))
    word = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(str(tenant))}(?![\w-])" for tenant in tenants["tenant"])
    )
    steps = [step for step in found.own if not comparison.is_lookup(step)]
    place = (
        next((n for n, step in enumerate(steps) if word.search(step.body)), None) if len(tenants) else None
    )
    if place is None:
        return None
    return comparison.Difference(steps[place - 1] if place else None, None, steps[place])


def left_at(events: Events, like: str) -> dict[str, set[str]]:
    """Where an affected id left the trace (there, just before), and what else is on its way; nothing where unknown.

    `handed` holds both sides of a hand-over that failed: the next step did not come, and nothing came instead.
    """
    if not like:
        return {}
    found = deciding_difference(events, like)
    left = found.difference or _misfiling(events, like, found)
    if left is None:
        return {}
    there = {left.instead.activity[0]} if left.instead else set()
    around = {step.activity[0] for step in (left.expected, left.after) if step}
    began = _first_unusual(events, found, left.instead) if left.instead and found.difference else None
    if began is not None:
        # What came instead only answers what went wrong just before it: there it began.
        around |= there
        there = {began.activity[0]}
    if not there and left.expected:
        there = {left.expected.activity[0]}
    around -= there
    way = {step.activity[0] for step in (*found.own, *found.healthy)} - there - around
    handed = there | around if left.instead is None and around and not left.late else set()
    return {"there": there, "just before": around, "on the way": way, "handed": handed}


def _first_unusual(
    events: Events, found: comparison.Comparison, instead: traces.Occurrence
) -> traces.Occurrence | None:
    """The first of the steps just before the event that came instead that are unusual; None where the last is usual."""
    course = course_of(events, found.entity)
    if course is None:
        return None
    usual = _usual(events, course)
    own = [step for step in found.own if not comparison.is_lookup(step)]
    place = next((n for n, step in enumerate(own) if step.activity == instead.activity), 0)
    began = None
    while place > 0 and (step := course.of.get(own[place - 1].activity)) and step.number not in usual:
        place -= 1
        began = own[place]
    return began


def _usual(events: Events, course: Course) -> set[int]:
    """The numbers of steps that most have, in any of its words, or that some had from the beginning on: a channel."""
    import ibis

    things = course.things.filter(course.things["first"].notnull())
    placed = things.mutate(fifth=ibis.ntile(5).over(ibis.window(order_by=[things["first"], things.id])))
    counted = placed.group_by("fifth").aggregate(
        n=placed.count(), **{f"t{step.number}": placed[f"t{step.number}"].count() for step in course.steps}
    )
    frame = events.engine.fetch(counted)
    early, late = frame[frame["fifth"] == 0].sum(), frame[frame["fifth"] >= 3].sum()
    return {
        step.number
        for step in course.steps
        if step.ids >= SELDOM * course.number
        or comparison.as_before(
            *(int(part[key]) for part in (early, late) for key in (f"t{step.number}", "n"))
        )
    }
