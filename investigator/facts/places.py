"""Places of a platform: the service that an event names, else its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: Pairs of service and source, the busiest.
PLACES_AT_MOST = 200


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
