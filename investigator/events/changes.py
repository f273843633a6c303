"""Changes: what was deployed, switched, configured, migrated, scaled or renewed, as events tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import paths, schema, skew
from investigator.events.events import Events, _aware, literal

if TYPE_CHECKING:
    import pandas

KINDS = ("deploy", "flag")
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


def before(events: Events, moment: datetime, hours: float) -> tuple[list[Change], pandas.DataFrame]:
    """The changes in so many hours before a moment, the latest first, and their rows.

    Deploys and flags by their kind; of log lines those that say so (`SAID`), the first of each kind a service.
    """
    table = paths.without_replaced(events, paths.whole(events))
    low = moment - timedelta(hours=hours)
    # A change that may have been before the moment stays in: its interval counts, not its middle.
    near = table.filter(
        (table.time_low.coalesce(table.time) <= literal(moment)) & (table.time >= literal(low))
    )
    listed = near.kind.isin(KINDS)
    calm = (near.severity_number < schema.WARNING).fill_null(True)
    told = near.kind.isin(("log", "audit", "alert")) & calm & near.body.re_search(SAID)
    near = near.filter(listed | told)
    near = near.order_by([near.time.desc(), near.evidence, near.unit, near.body]).limit(AT_MOST)
    rows = events.fetch(
        near.select(
            "time", "kind", "source", "service", "name", "body", "attributes", "evidence", "unit", "units"
        )
    )
    changes: list[Change] = []
    keep: list[bool] = []
    seen: set[tuple[str, str]] = set()
    for row in rows.itertuples(index=False):
        if row.kind not in KINDS and (str(row.service), str(row.name)) in seen:
            keep.append(False)
            continue
        seen.add((str(row.service), str(row.name)))
        keep.append(True)
        time = _aware(row.time)
        assert time is not None
        more = {str(k).lower(): str(v) for k, v in dict(row.attributes or {}).items()}
        component = paths._text(row.service) or more.get("service") or more.get("component") or ""
        kind = str(row.kind) if row.kind in KINDS else _kind(paths._text(row.body))
        changes.append(Change(time, kind, component, _what(row, component, more), str(row.origin)))
    return changes, rows.loc[keep].drop(columns=["attributes", "name"]).reset_index(drop=True)


def unsure(events: Events, moment: datetime, rows: pandas.DataFrame) -> tuple[str, ...]:
    """What of these changes may have come after the moment instead, because two clocks tell it, in sentences."""
    told = [source.name for source in events.sources if source.kind in schema.STEP_KINDS]
    return skew.against(
        events,
        moment,
        [
            (str(source), time)
            for source, at in zip(rows["source"], rows["time"], strict=True)
            if (time := _aware(at)) is not None
        ],
        told,
        what="Whether what {source} tells came before the onset rests on two clocks",
    )


def rate(events: Events, until: datetime) -> dict[str, tuple[int, float]]:
    """How many changes each component had before a moment, and over how many days; "" is all of them."""
    table = paths.without_replaced(events, paths.whole(events))
    earlier = table.filter(table.kind.isin(KINDS) & table.time.notnull() & (table.time < literal(until)))
    counted = earlier.group_by("service").aggregate(n=earlier.count(), first=earlier.time.min())
    found = events.engine.fetch(counted.order_by("service"))
    if not len(found):
        return {}
    first = _aware(found["first"].min())
    assert first is not None
    days = max((until - first).total_seconds() / 86_400, 1 / 24)
    out = {paths._text(row.service): (int(row.n), days) for row in found.itertuples(index=False)}
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
    line = paths._text(row.body).split("\n", 1)[0]
    return line[:120] or component or str(row.kind)
