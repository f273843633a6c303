"""Places of a platform: the service that an event names, else its source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: Pairs of service and source, the busiest.
PLACES_AT_MOST = 200
#: What a file's name has more where it was put aside: a number, a day, a packing.
_ROTATED = re.compile(
    r"([._-]?\d{4}-?\d{2}-?\d{2}([T_-]?\d{2,6})?|(?<=[A-Za-z])\.\d{1,4})?(\.(gz|bz2|xz|zst|lzma))?$"
)
_DAY = re.compile(r"[._-]?\d{4}-\d{2}-\d{2}([T_-]\d{2,6})?(?=\.[a-z]{2,5}$)")
#: What stands above what in a picture: what was changed, what was said, what programs wrote, numbers, tables.
_RANK = {
    "deploy": 0,
    "flag": 1,
    "alert": 2,
    "ticket": 3,
    "mail": 3,
    "message": 3,
    "note": 3,
    "metric": 5,
    "record": 6,
}


def lane_rank(kind: object) -> int:
    """Where the events of a kind stand: changes first, then what people said, then logs, metrics, tables."""
    return _RANK.get(str(kind), 4)


def lane_name(service: object, source: object) -> str:
    """The lane of an event: its service, else its file, whose rotated parts (app.log.1, app-2026-06-17.log) are one."""
    if isinstance(service, str) and service:
        return service
    name = str(source)
    bare = _DAY.sub("", _ROTATED.sub("", name))
    folder, _, last = bare.rpartition("/")
    return bare if last[:1] not in ("", ".") else folder or name  # a file that is named by its day alone


def place_of(table: ir.Table) -> Any:
    """What people call the place an event came from: its service, else its source."""
    import ibis

    return ibis.coalesce(table.service, table.source)


def services_of(events: Events) -> dict[str, list[str]]:
    """The services that events name, the busiest first, each with the sources it writes to; at most PLACES_AT_MOST pairs."""
    import ibis

    if not events.sources:
        return {}
    table = events.table.filter(events.table.service.notnull() & (events.table.service != ""))
    counted = table.group_by(["service", "source"]).aggregate(n=table.count())
    found = events.engine.fetch(counted.order_by([ibis.desc("n"), "service", "source"]).limit(PLACES_AT_MOST))
    out: dict[str, list[str]] = {}
    for row in found.itertuples(index=False):
        out.setdefault(str(row.service), []).append(str(row.source))
    return out
