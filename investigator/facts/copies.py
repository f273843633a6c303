"""The same events more than once: lines twice in one source, and sources that hold what others hold, too.

Equal are events with the same time and the same words. Whatever is counted over them is counted too often. A log whose
clock shows whole seconds may well say the same twice in one of them, so that is told from a log that shows more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.facts import bins

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: What people and machines write, each once. Metrics and rows of tables say the same again and again, and two spans may
#: begin at once.
KINDS = ("log", "access", "audit", "deploy", "flag", "alert", "message", "ticket", "mail", "note")
#: Up to so many events all are compared; of more, whole minutes taken evenly.
ALL = 2_000_000
#: A finding of another kind only looks at so many, to say what limits it.
QUICK = 50_000
#: Two sources hold the same when they share so many events, and this share of the smaller.
SHARED_AT_LEAST = 5
SHARE_AT_LEAST = 0.2
#: In one source so many extra lines, or this share of it, are worth a word.
EXTRA_AT_LEAST = 0.01


@dataclass(frozen=True)
class Twice:
    """Lines of one source that it holds more than once: `extra` are those beyond the first of each."""

    source: str
    rows: int
    extra: int
    coarse: bool  # its clock shows whole seconds or less: it may have said the same twice

    @property
    def share(self) -> float:
        return self.extra / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Both:
    """What two sources both hold: so many events, and which share of each that is."""

    one: str
    other: str
    shared: int
    of_one: float
    of_other: float

    @property
    def copies(self) -> bool:
        """Whether it is too much for chance."""
        return self.shared >= SHARED_AT_LEAST and max(self.of_one, self.of_other) >= SHARE_AT_LEAST


@dataclass(frozen=True)
class Copies:
    """What is there more than once, among the events that were compared; `sampled` is the share of those, 1 for all."""

    twice: tuple[Twice, ...]
    both: tuple[Both, ...]
    rows: int
    extra: int
    sampled: float


def copies(events: Events, *, at_most: int = ALL) -> Copies:
    """What is there more than once in the selected events. Kept."""
    key = f"copies {at_most >= ALL} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = _found(events, at_most)
    return events.memo[key]


def sampled(events: Events, at_most: int) -> tuple[ir.Table, int]:
    """The events to compare, and of how many minutes one is taken."""
    table = events.table
    table = table.filter(table.time.notnull() & table.kind.isin(KINDS) & (table.body.length() > 0))
    total = sum(source.rows for source in events.sources if source.kind in KINDS)
    every = -(-total // at_most) if total > at_most else 1
    if every > 1:
        minute = bins.bin_number(table.time, 60)
        table = table.filter(((minute % every) + every) % every == 0)
    return table, every


def _found(events: Events, at_most: int) -> Copies:
    import ibis

    table, every = sampled(events, at_most)
    each = table.group_by(["source", "time", "body"]).aggregate(n=table.count())
    each = events.engine.cache(each)
    one = each.group_by("source").aggregate(
        rows=each.n.sum(),
        extra=(each.n - 1).sum(),
        fine=(each.time != each.time.truncate("s")).sum(),
        kinds=each.count(),
    )
    rows = events.engine.fetch(one.order_by("source"))
    counted = {str(row.source): int(row.rows) for row in rows.itertuples(index=False)}
    twice = [
        Twice(str(row.source), int(row.rows), int(row.extra), int(row.fine) < int(row.kinds) / 10)
        for row in rows.itertuples(index=False)
        if int(row.extra) > 0
    ]
    left = each.select("source", "time", "body", "n")
    right = each.select(other=each["source"], time=each.time, body=each.body, m=each.n)
    joined = left.inner_join(right, ["time", "body"])
    joined = joined.filter(joined["source"] < joined.other)
    pairs = joined.group_by(["source", "other"]).aggregate(shared=ibis.least(joined.n, joined.m).sum())
    found = events.engine.fetch(
        pairs.order_by([pairs.shared.desc(), pairs["source"], pairs.other]).limit(500)
    )
    both = [
        Both(
            str(row.source),
            str(row.other),
            int(row.shared),
            int(row.shared) / counted[str(row.source)],
            int(row.shared) / counted[str(row.other)],
        )
        for row in found.itertuples(index=False)
    ]
    distinct = each.group_by(["time", "body"]).aggregate(n=each.n.max())
    kept = events.engine.fetch(distinct.aggregate(rows=distinct.n.sum()))["rows"].iloc[0]
    total = sum(counted.values())
    most = int(kept) if kept is not None and kept == kept else 0
    within = sum(item.extra for item in twice if not item.coarse)
    between = total - most if any(item.copies for item in both) else 0
    return Copies(
        tuple(sorted(twice, key=lambda t: (-t.extra, t.source))),
        tuple(both),
        total,
        min(total, within + between),
        1 / every,
    )


def repeated(events: Events, *, at_most: int = ALL, limit: int = 200) -> pandas.DataFrame:
    """The events that are there more than once, those of one text together, as rows with origins."""
    table, _ = sampled(events, at_most)
    each = table.group_by(["time", "body"]).aggregate(n=table.count())
    each = each.filter(each.n > 1).order_by([each.n.desc(), each.time, each.body]).limit(limit // 2)
    rows = table.inner_join(each.select("time", "body"), ["time", "body"])
    columns = ("time", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    chosen = rows.select(*columns)
    order = [chosen.time, chosen.body, chosen.evidence, chosen.unit]
    return events.fetch(chosen.order_by(order).limit(limit))


def limits(events: Events) -> list[str]:
    """What is there more than once, for findings that count: sentences, none where nothing is.

    Looked for quickly, in a sample where there are many events; on another engine than the embedded one only what
    `duplicates` found before.
    """
    kept = [f"copies {whole} {json.dumps(events.selection, sort_keys=True)}" for whole in (True, False)]
    known = next((events.memo[key] for key in kept if key in events.memo), None)
    if known is None:
        if events.engine.name != "duckdb":
            return []
        known = copies(events, at_most=QUICK)
    out = []
    for item in known.both[:3]:
        if item.copies:
            share = max(item.of_one, item.of_other)
            smaller = item.one if item.of_one >= item.of_other else item.other
            larger = item.other if smaller == item.one else item.one
            out.append(f"{share:.0%} of {smaller} is in {larger} too: what is counted over both is too much.")
    for item in known.twice[:3]:
        if item.share >= EXTRA_AT_LEAST and item.extra > 2 and not item.coarse:
            out.append(f"{item.share:.0%} of {item.source} are lines that it holds twice.")
    return out


def share_of(number: int, total: int) -> float:
    """A share, rounded as values are."""
    return round(number / total, 4) if total else 0.0


def as_value(found: Copies) -> dict[str, Any]:
    """The facts as plain JSON."""
    return {
        "within": [
            {
                "source": t.source,
                "rows": t.rows,
                "extra": t.extra,
                "share": share_of(t.extra, t.rows),
                "may_be_genuine": t.coarse,
            }
            for t in found.twice[:100]
        ],
        "across": [
            {
                "one": b.one,
                "other": b.other,
                "shared": b.shared,
                "share_of_one": round(b.of_one, 4),
                "share_of_other": round(b.of_other, 4),
                "verdict": "the same events" if b.copies else "by chance",
            }
            for b in found.both[:100]
        ],
        "rows": found.rows,
        "extra": found.extra,
        "sampled": round(found.sampled, 6),
    }
