"""Changes: what was deployed, switched, configured, migrated, scaled or renewed, as events tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.entities import kind_of
from investigator.events.events import Events
from investigator.events.instants import aware, literal
from investigator.facts import skew, traces

if TYPE_CHECKING:
    import pandas

KINDS = ("deploy", "flag")
#: A list of changes may be so far ahead of what the services themselves say; of so many changes this is asked.
AHEAD = timedelta(hours=6)
AHEAD_AT_MOST = 8
AT_MOST = 500

#: What a log line says when something is changed: certificates, jobs, scaling, migrations, configuration. That a
#: call failed, whatever for, is what a change leads to.
SAID = (
    r"(?i)(^|[^a-z])(certificate (has )?(been |was )?(renewed|rotated|replaced|installed)"
    r"|migrat(ion|ed|ing)|schema (change|upgrade)d?|(config|configuration|settings?) (was )?(changed|reloaded|updated|applied)"
    r"|scaled (up|down|to|from)|(failover|fail-over|promoted to (leader|primary))"
    r"|(job|cron|batch|backup|maintenance) (was )?started|rolled (out|back))([^a-z]|$)"
)


@dataclass(frozen=True)
class Change:
    """One change: when, what kind, of which component, in words, and the row that tells it."""

    time: datetime
    kind: str
    component: str
    what: str
    origin: str


def before(
    events: Events, moment: datetime, hours: float, *, like: str = ""
) -> tuple[list[Change], pandas.DataFrame]:
    """The changes in so many hours before a moment, the latest first, and their rows.

    Deploys and flags by their kind; of log lines those that say so (`SAID`), the first of each kind a service. A line
    that names a thing such as `like` tells what was done to it, and is no change. What a list says to have been
    deployed after the moment though the service itself named that version before is among them, at that time: the
    list's clock is ahead.
    """
    table = traces.without_replaced(events, traces.whole(events))
    low = moment - timedelta(hours=hours)
    # A change that may have been before the moment stays in: its interval counts, not its middle.
    near = table.filter(
        (table.time_low.coalesce(table.time) <= literal(moment)) & (table.time >= literal(low))
    )
    listed = near.kind.isin(KINDS)
    calm = (near.severity_number < schema.WARNING).fill_null(True)
    told = near.kind.isin(("log", "audit", "alert")) & calm & near.body.re_search(SAID)
    if like:
        told = told & ~near.body.re_search(
            events.indexed.get(traces.kind_known(events, like)) or kind_of(like)[1]
        )
    near = near.filter(listed | told)
    near = near.order_by([near.time.desc(), near.evidence, near.unit, near.body]).limit(AT_MOST)
    rows = events.fetch(
        near.select(
            "time", "kind", "source", "service", "name", "body", "attributes", "evidence", "unit", "units"
        )
    )
    import pandas as pd

    changes: list[Change] = []
    keep: list[bool] = []
    seen: set[tuple[str, str]] = set()
    for row in rows.itertuples(index=False):
        if row.kind not in KINDS and (str(row.service), str(row.name)) in seen:
            keep.append(False)
            continue
        seen.add((str(row.service), str(row.name)))
        keep.append(True)
        time = aware(row.time)
        assert time is not None
        more = {str(k).lower(): str(v) for k, v in dict(row.attributes or {}).items()}
        component = traces._text(row.service) or more.get("service") or more.get("component") or ""
        kind = str(row.kind) if row.kind in KINDS else _kind(traces._text(row.body))
        changes.append(Change(time, kind, component, _what(row, component, more), str(row.origin)))
    rows = rows.loc[keep]
    early, more_rows = _ahead(events, table, moment, hours)
    if early:
        rows = pd.concat([more_rows, rows])
    return [*early, *changes], rows.drop(columns=["attributes", "name"]).reset_index(drop=True)


def _ahead(
    events: Events, table: Any, moment: datetime, hours: float
) -> tuple[list[Change], pandas.DataFrame]:
    """Deploys that a list puts after a moment, and whose version the service itself named before it: at that time."""
    late = table.filter(
        (table.kind == "deploy") & (table.time > literal(moment)) & (table.time <= literal(moment + AHEAD))
    )
    late = late.order_by([late.time, late.evidence, late.unit]).limit(AHEAD_AT_MOST)
    rows = events.fetch(
        late.select(
            "time", "kind", "source", "service", "name", "body", "attributes", "evidence", "unit", "units"
        )
    )
    out: list[Change] = []
    keep: list[bool] = []
    for row in rows.itertuples(index=False):
        more = {str(k).lower(): str(v) for k, v in dict(row.attributes or {}).items()}
        component = traces._text(row.service) or more.get("service") or more.get("component") or ""
        first = _named_first(events, table, component, more.get("version", ""), moment, hours)
        keep.append(first is not None)
        if first is not None:
            recorded = aware(row.time)
            assert recorded is not None
            what = (
                f"{_what(row, component, more)}; {row.source} says {recorded:%H:%M:%S} UTC, {component} itself "
                f"names that version from {first:%H:%M:%S}"
            )
            out.append(Change(first, str(row.kind), component, what, str(row.origin)))
    return out, rows.loc[keep]


def _named_first(
    events: Events, table: Any, component: str, version: str, moment: datetime, hours: float
) -> datetime | None:
    """When a service first named a version, where that was in these hours; a bare number names none."""
    if not component or not re.fullmatch(r"v?[0-9]+(\.[0-9A-Za-z]+)+([-+][0-9A-Za-z.-]+)?", version):
        return None
    own = table.filter(
        ((table.service == component) | (table["source"] == component)) & (table.kind == "log")
    )
    own = own.filter(own.body.re_search(rf"(^|[^0-9.]){re.escape(version)}($|[^0-9.])"))
    first = aware(events.engine.fetch(own.aggregate(first=own.time.min()))["first"].iloc[0])
    if first is None or not moment - timedelta(hours=hours) <= first <= moment:
        return None
    return first


def unsure(events: Events, moment: datetime, rows: pandas.DataFrame) -> tuple[str, ...]:
    """What of these changes may have come after the moment instead, because two clocks tell it, in sentences."""
    told = [source.name for source in events.sources if source.kind in schema.STEP_KINDS]
    return skew.against(
        events,
        moment,
        [
            (str(source), time)
            for source, at in zip(rows["source"], rows["time"], strict=True)
            if (time := aware(at)) is not None
        ],
        told,
        what="Whether what {source} tells came before the onset rests on two clocks",
    )


def rate(events: Events, until: datetime) -> dict[str, tuple[int, float]]:
    """How many changes each component had before a moment, and over how many days; "" is all of them."""
    table = traces.without_replaced(events, traces.whole(events))
    earlier = table.filter(table.kind.isin(KINDS) & table.time.notnull() & (table.time < literal(until)))
    counted = earlier.group_by("service").aggregate(n=earlier.count(), first=earlier.time.min())
    found = events.engine.fetch(counted.order_by("service"))
    if not len(found):
        return {}
    first = aware(found["first"].min())
    assert first is not None
    days = max((until - first).total_seconds() / 86_400, 1 / 24)
    out = {traces._text(row.service): (int(row.n), days) for row in found.itertuples(index=False)}
    return {**out, "": (int(found["n"].sum()), days)}


def _kind(body: str) -> str:
    for kind, words in (
        ("certificate", "certificate"),
        ("migration", "migrat|schema"),
        ("scaling", "scaled|failover|fail-over|promoted"),
        ("configuration", "config|setting"),
        ("job", "job|cron|batch|backup|maintenance"),
    ):
        if re.search(words, body, re.IGNORECASE):
            return kind
    return "rollout"


def _what(row: Any, component: str, more: dict[str, str]) -> str:
    if more.get("flag"):
        move = f": {more.get('from', '?')} to {more['to']}" if more.get("to") else ""
        return f"{more['flag']}{move}"
    if component and more.get("version"):
        note = more.get("note") or more.get("message")
        return f"{component} {more['version']}" + (f", {note}" if note else "")
    line = traces._text(row.body).split("\n", 1)[0]
    return line[:120] or component or str(row.kind)
