"""What is there more than once, and what that does to counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.facts import copies
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.facts.copies import Copies

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"


def duplicates(events: Events) -> Finding:
    """Lines that a source holds twice, and sources that hold the same events; with what that does to counts.

    `value`: within [{source, rows, extra, share, may_be_genuine}], across [{one, other, shared, share_of_one,
    share_of_other, verdict}], rows, extra (events that counts over all sources hold too many), sampled.

    Method: equal are events with the same time and the same words. Two sources hold the same when they share 5 events or
    more, and a fifth of the smaller: a file and its copy, a log that was rotated or shipped twice. A log whose times are
    to the second may have said the same twice in one, which is said. Limits: tables, metrics and spans are left out; a copy
    in other words or with shifted times is not seen; above two million events whole minutes taken evenly are compared.
    Example: `case.find.duplicates()`.
    """
    question = "Is anything there more than once?"
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nothing can be there twice.", say.LOAD["any"], value={}
        )
    found = copies.copies(events)
    value = copies.as_value(found)
    every = round(1 / found.sampled)
    blind = ["The same event in other words, or a copy whose times are shifted, is not seen."]
    if every > 1:
        blind.append(f"One of {every:,} minutes was compared: the numbers are those of the sample.")
    # What is there twice is so whatever a silence hides.
    coverage = replace(coverage_of(events, control=found.rows > 0, blind=blind), gaps=())
    if not found.rows:
        answer = "There are no events with a time and words, so nothing can be compared."
        return Finding(question, answer, value=value, verdict="inconclusive", coverage=coverage)
    same = [item for item in found.both if item.copies]
    if not same and not found.twice:
        answer = f"No: each of {say.count(found.rows, 'event')} is there once."
        return Finding(question, answer, value=value, verdict="absent", coverage=coverage)
    evidence = copies.repeated(events)
    return Finding(
        question,
        _answer(found),
        value=value,
        table=say.table(
            ["source", "also in", "events twice", "of its events", "what it is"],
            [
                *(
                    (b.one if b.of_one >= b.of_other else b.other, b.other if b.of_one >= b.of_other else b.one,
                     b.shared, f"{max(b.of_one, b.of_other):.1%}", "the same events" if b.copies else "by chance")
                    for b in found.both
                ),
                *(
                    (t.source, "", t.extra, f"{t.share:.1%}",
                     "times to the second: it may have said so twice" if t.coarse else "lines twice in one source")
                    for t in found.twice
                ),
            ],
        ),
        evidence=evidence,
        evidence_count=sum(b.shared for b in found.both) + sum(t.extra for t in found.twice),
        verdict="found" if found.extra else "inconclusive",
        coverage=coverage,
    )  # fmt: skip


def example() -> list[dict[str, Any]]:
    """A log of forty lines and its copy in a second source."""
    start = datetime(2026, 3, 4, 9, tzinfo=UTC)
    return [
        {
            "time": start + timedelta(seconds=7.3 * line),
            "source": source,
            "kind": "log",
            "body": f"took message {line}",
        }
        for source in ("worker.log", "worker.log.1")
        for line in range(40)
    ]


def _answer(found: Copies) -> str:
    same = [item for item in found.both if item.copies]
    sure = [item for item in found.twice if not item.coarse]
    perhaps = [item for item in found.twice if item.coarse]
    parts = []
    if same:
        top = same[0]
        more = f", and {say.count(len(same) - 1, 'more pair')} of sources" if len(same) > 1 else ""
        parts.append(
            f"{top.one} and {top.other} both hold {say.count(top.shared, 'event')} "
            f"({top.of_one:.0%} and {top.of_other:.0%} of theirs){more}"
        )
    if sure:
        top_ = sure[0]
        parts.append(
            f"{top_.source} holds {say.count(top_.extra, 'line')} twice ({top_.share:.1%})"
            + (f", so do {say.count(len(sure) - 1, 'more source')}" if len(sure) > 1 else "")
        )
    if perhaps and not parts:
        top_ = perhaps[0]
        return (
            f"Perhaps: {top_.source} says {say.count(top_.extra, 'line')} again within the same second "
            f"({top_.share:.1%}), which it may really have done."
        )
    if not found.extra:
        pair = found.both[0]
        return f"Hardly: {pair.one} and {pair.other} share {say.count(pair.shared, 'event')}, as chance would have it."
    share = copies.share_of(found.extra, found.rows)
    return f"Yes: {'; '.join(parts)}. Counts over all sources are {say.count(found.extra, 'event')} ({share:.1%}) too high."
