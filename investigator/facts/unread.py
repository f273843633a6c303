"""Units that could not be read: how many, why, where, and between which times.

A unit that could not be read has no time. Its place in the file has: it lies after the events above it and before
those below.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.instants import aware

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

GROUPS_AT_MOST = 200
PLACED_AT_MOST = 40


@dataclass(frozen=True)
class Group:
    """Units of one piece of evidence that could not be read for one reason, and the first of them."""

    source: str
    evidence: str
    reason: str
    count: int
    first: int  # unit
    last: int
    text: str
    after: datetime | None = None  # the last event above the first of them
    before: datetime | None = None  # the first event below the last of them

    @property
    def origin(self) -> str:
        return schema.origin(self.evidence, self.first)


def groups(events: Events) -> list[Group]:
    """The units that could not be read, by source and reason, the most first; those of the selected sources. Kept."""
    if events.rejects is None:
        return []
    names = sorted(source.name for source in events.sources)
    key = f"unread {json.dumps([names, events.selection.get('load')])}"
    if key not in events.memo:
        events.memo[key] = _groups(events, names)
    return events.memo[key]


def in_window(events: Events) -> dict[str, int]:
    """How many units of each source may lie in the selected window, by their neighbours in the file; all without one."""
    low, high = events.window
    out: dict[str, int] = {}
    for group in groups(events):
        outside = (low is not None and group.before is not None and group.before < low) or (
            high is not None and group.after is not None and group.after >= high
        )
        out[group.source] = out.get(group.source, 0) + (0 if outside else group.count)
    return out


def _groups(events: Events, names: list[str]) -> list[Group]:
    assert events.rejects is not None
    table = events.rejects.filter(events.rejects["source"].isin(names))
    counted = table.group_by(["source", "evidence", "reason"]).aggregate(
        n=table.count(), first=table.unit.min(), last=table.unit.max()
    )
    counted = counted.order_by([counted.n.desc(), counted["source"], counted.evidence, counted.reason])
    frame = events.engine.fetch(counted.limit(GROUPS_AT_MOST))
    if not len(frame):
        return []
    firsts = table.group_by(["evidence", "unit"]).aggregate(text=table.text.min())
    wanted = sorted({int(unit) for unit in frame["first"]})
    texts = events.engine.fetch(firsts.filter(firsts.unit.isin(wanted)))
    said = {(str(r.evidence), int(r.unit)): str(r.text or "") for r in texts.itertuples(index=False)}
    found = [
        Group(
            str(row.source),
            str(row.evidence),
            str(row.reason),
            int(row.n),
            int(row.first),
            int(row.last),
            said.get((str(row.evidence), int(row.first)), ""),
        )
        for row in frame.itertuples(index=False)
    ]
    placed = _placed(events, found[:PLACED_AT_MOST])
    return [*placed, *found[PLACED_AT_MOST:]]


def _placed(events: Events, found: list[Group]) -> list[Group]:
    """The same with the times of their neighbours, all in one pass over the events."""
    from dataclasses import replace

    whole: ir.Table = events.whole if events.whole is not None else events.table
    table = whole.filter(
        whole.evidence.isin(sorted({group.evidence for group in found})) & whole.time.notnull()
    )
    asked: dict[str, Any] = {}
    for place, group in enumerate(found):
        here = table.evidence == group.evidence
        asked[f"after_{place}"] = table.time.max(where=here & (table.unit < group.first))
        asked[f"before_{place}"] = table.time.min(where=here & (table.unit > group.last))
    row = events.engine.fetch(table.aggregate(**asked)).iloc[0]
    return [
        replace(group, after=aware(row[f"after_{place}"]), before=aware(row[f"before_{place}"]))
        for place, group in enumerate(found)
    ]


def examples(events: Events, *, limit: int = 50) -> list[dict[str, Any]]:
    """Some of the units that could not be read: source, origin, reason, text; in order of source and place."""
    if events.rejects is None:
        return []
    table = events.rejects.filter(events.rejects["source"].isin([s.name for s in events.sources]))
    rows = table.order_by([table["source"], table.evidence, table.unit, table.reason]).limit(limit)
    return [
        {
            "source": str(row.source),
            "origin": schema.origin(str(row.evidence), int(row.unit)),
            "reason": str(row.reason),
            "text": str(row.text or ""),
        }
        for row in events.engine.fetch(rows).itertuples(index=False)
    ]
