"""Which kinds of id are in here, and the line that declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.facts import shapes
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 24


def ids(events: Events) -> Finding:
    """Kinds of id by their shape, with how many events name one, how many there are, and examples; to be declared.

    `case.record.declare(kinds=case.find.ids().value["kinds"])` declares all that are not yet, and the next `case.evidence.index()` makes
    every trace of them quick; keep of `kinds` what you want. `value`: kinds {name: pattern} that are not declared,
    shapes [{kind, pattern, events, ids, examples, sources, declared}].

    Method: two examples of each kind of message are looked at for a uuid, 24 or 40 hex digits, a ULID, a prefix and a
    number (DOC-4711, INV_2024_0001), and numbers beside a word for what they are (order=123, "orderId": 123: the id is
    then written order=123); each pattern is counted over all events, one id an event, and needs three different ids.
    Limits: an id of another shape, or in a message whose examples do not hold it, is not seen. Example:
    `case.find.ids()`.
    """
    question = "Which kinds of id are in here?"
    value: dict[str, Any] = {"kinds": {}, "shapes": []}
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so there are no ids.", say.LOAD["any"], value=value
        )
    found = shapes.proposed(events)
    value["shapes"] = [
        {
            "kind": shape.kind,
            "pattern": shape.pattern,
            "events": shape.events,
            "ids": shape.ids,
            "examples": list(shape.examples),
            "sources": list(shape.sources[:20]),
            "declared": shape.declared,
        }
        for shape in found[:SHOWN]
    ]
    value["kinds"] = {shape.kind: shape.pattern for shape in found[:SHOWN] if not shape.declared}
    coverage = coverage_of(events, control=None if found else False)
    if not found:
        answer = "No id of a known shape is in these events: declare a pattern of your own, such as case.record.declare(kinds={'parcel': 'P[0-9]{8}'})."
        return Finding(question, answer, value=value, verdict="inconclusive", coverage=coverage)
    told = [f"{shape.kind} ({shape.examples[0]}, {say.count(shape.ids, 'id')})" for shape in found]
    new = len(value["kinds"])
    how = (
        f"{say.count(new, 'kind is', 'kinds are')} not declared: case.record.declare(kinds=case.find.ids().value['kinds'])"
        if new
        else "all are declared"
    )
    return Finding(
        question,
        f"{say.count(len(found), 'kind')}: {say.listed(told)}; {how}.",
        value=value,
        table=say.table(
            ["kind", "pattern", "events", "ids", "examples", "sources", "declared"],
            (
                (s.kind, s.pattern, s.events, s.ids, ", ".join(s.examples), say.listed(s.sources), "yes" if s.declared else "")
                for s in found[:SHOWN]
            ),
        ),
        coverage=coverage,
    )  # fmt: skip
