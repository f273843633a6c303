"""The affected ids like one, when it happened to each, and what became of it: back, deleted, or neither."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator.facts import comparison, statements, traces
from investigator.facts.decide import FINE, dispositions_of
from investigator.facts.difference import deciding_difference

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: Without a message of its own, an affected id is one that waited this many times as long as usual, a minute at least.
TIMES_USUAL = 20


def with_expected(events: Events, like: str) -> comparison.Comparison:
    """`like` beside a healthy one, by the difference that decides; where that names no step that is missing, by the first.

    What came instead stays what decides, where a healthy one never has it: another event of its own, such as an answer
    that it alone was given, must not stand for what befell the others.
    """
    found = deciding_difference(events, like)
    told = found.difference
    if told is not None and told.expected is not None:
        return found
    first = comparison.compare(events, like)
    if told is None or told.instead is None or first.difference is None:
        return first
    if told.instead.activity in {step.activity for step in first.healthy}:
        return first
    return replace(first, difference=replace(first.difference, after=told.after, instead=told.instead))


def _is(rows: ir.Table, step: traces.Occurrence) -> Any:
    """Rows of this step; where its message says what became of a thing, in whichever log it stands, as of a second node."""
    machine = rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull() & (rows.name == step.activity[1])
    return machine if statements.of_text(step.body) else machine & (rows.step == step.activity[0])


def hurt(events: Events, like: str, rows: ir.Table, difference: comparison.Difference) -> ir.Table:
    """The affected ids and when it happened to each: columns id, at."""
    expected = difference.expected
    assert expected is not None
    if difference.instead is not None:
        told = rows.filter(_is(rows, difference.instead))
        return told.group_by("id").aggregate(at=told.time.min())
    after = difference.after
    assert after is not None
    each = rows.group_by("id").aggregate(
        at=rows.time.min(where=_is(rows, after)), then=rows.time.min(where=_is(rows, expected))
    )
    each = each.filter(each["at"].notnull())
    waited = each.mutate(waited=each.then.delta(each["at"], unit="second"))
    usual = events.engine.fetch(waited.waited.quantile(0.5))
    limit = max(60.0, TIMES_USUAL * float(usual)) if usual is not None and usual == usual else 60.0
    # What never got there as far as the logs go, and is fine all the same: they do not go far enough.
    each = dispositions_of(events, like)
    fine = each.filter(each.disposition.isin(FINE)).select("id")
    never = waited.filter(waited.then.isnull()).select("id", "at").anti_join(fine, "id")
    return never.union(waited.filter(waited.waited > limit).select("id", "at"))


def fates(
    events: Events, like: str, rows: ir.Table, hurt_: ir.Table, difference: comparison.Difference
) -> ir.Table:
    """What became of each: columns id, at, back (when the expected came after all), gone (when it was deleted for good)."""
    import ibis

    expected = difference.expected
    assert expected is not None
    start = hurt_.select(hurt_id="id", hurt_at="at")
    later = rows.join(start, rows.id == start.hurt_id)
    later = later.filter(later.time > later.hurt_at)
    said = {name: statements.of_text(told.body) for (_, name), told in traces.examples(events, like).items()}
    deleted = sorted(name for name, says in said.items() if says and says[1] is False)
    gone = later.kind.isin(traces.STEP_KINDS) & later.name.isin(deleted)
    fate = later.group_by("hurt_id").aggregate(
        back=later.time.max(where=_is(later, expected)),
        first_back=later.time.min(where=_is(later, expected)),
        gone=later.time.max(where=gone) if deleted else later.time.max(where=later.time.isnull()),
    )
    # What was deleted and came back after that is not lost.
    lost = fate.gone.notnull() & (fate.back.isnull() | (fate.gone > fate.back))
    fate = fate.mutate(back=fate.first_back, gone=lost.ifelse(fate.gone, ibis.null(fate.gone.type())))
    joined = hurt_.left_join(fate, hurt_.id == fate.hurt_id)
    return joined.select("id", "at", "back", "gone")
