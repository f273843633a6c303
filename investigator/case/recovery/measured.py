"""What the evidence says of things that came back: when it was logged, and size and hash before and after.

A row of a table or a line that holds a size or a hash tells them. It tells how it was before where it is of a time
before the thing was back; and how it is now where it is of a time after that, or was loaded after that by itself.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from investigator.case.snapshot import Snapshot
from investigator.events.instants import aware
from investigator.facts import traces
from investigator.facts.marks import HASH

SIZE = re.compile(r"(?i)^(?:.*[._])?(?:size|bytes|length|file_?size|content_?length)(?:_?(?:bytes|b))?$")
ROWS_AT_MOST = 50_000


def back_at(snapshot: Snapshot, like: str) -> dict[str, datetime]:
    """When each of the affected was back, as it was logged."""
    finding = snapshot.once("harm", like=like) if like else None
    items = finding.value["items"] if finding is not None and finding.verdict == "found" else {}
    return {one: datetime.fromisoformat(back) for one, (_, back) in items.items() if back}


def hurt_at(snapshot: Snapshot, like: str) -> dict[str, datetime]:
    """When each of the affected went missing, as it was logged."""
    finding = snapshot.once("harm", like=like) if like else None
    items = finding.value["items"] if finding is not None and finding.verdict == "found" else {}
    return {one: datetime.fromisoformat(hurt) for one, (hurt, _) in items.items() if hurt}


def measured(snapshot: Snapshot, like: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """By id `size_before`, `size_after`, `hash_before`, `hash_after`, of what the evidence holds."""
    back, events = back_at(snapshot, like), snapshot.events()
    if not back or not events.sources:
        return {}
    loads = {int((e.content or {}).get("load", 0)): e.known for e in snapshot.state.loads}
    rows = traces.mentions_of_kind(events, like)
    rows = rows.filter(rows.id.isin(ids)).select("id", "evidence", "unit").distinct()
    table = events.table.select("evidence", "unit", "time", "load", "attributes").distinct()
    found = events.engine.fetch(
        rows.join(table, ["evidence", "unit"])
        .order_by(["load", "time", "evidence", "unit", "id"])
        .limit(ROWS_AT_MOST)
    )
    out: dict[str, dict[str, Any]] = {}
    first: dict[str, int] = {}
    for row in found.itertuples(index=False):
        one, told = str(row.id), _told(dict(row.attributes or {}))
        if not told or one not in back:
            continue
        when, load = aware(row.time), int(row.load)
        first.setdefault(one, load)
        loaded = loads.get(load)
        later = load != first[one] and loaded is not None and loaded >= back[one]
        side = "after" if later or (when is not None and when >= back[one]) else "before"
        for what, value in told.items():
            out.setdefault(one, {})[f"{what}_{side}"] = value
    return out


def _told(held: dict[str, Any]) -> dict[str, Any]:
    """Size and hash that a row holds; neither where two columns say it."""
    sizes = [v for k, v in held.items() if SIZE.match(str(k)) and str(v).strip().isdigit()]
    hashes = [v for k, v in held.items() if HASH.match(str(k)) and str(v).strip()]
    out: dict[str, Any] = {}
    if len(sizes) == 1:
        out["size"] = int(sizes[0])
    if len(hashes) == 1:
        out["hash"] = str(hashes[0]).strip().lower()
    return out
