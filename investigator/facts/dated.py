"""Whether a step is due by another date of the thing: a permit by its flight, a bill by its day, not by when it came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.events.instants import aware
from investigator.facts import traces

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: So many things are looked at on either side, so many at least that took the step, and so many of the rows hold a date.
THINGS, FEWEST, SHARE = 3_000, 20, 0.9
#: A date tells when a step is due where its spread is so much smaller than that since the step before.
NARROWER = 0.5
#: Not due yet: so many of the others took it no sooner before that date than these now are, for so many of these.
LATER, MOST = 0.5, 0.9
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")


def due_by(events: Events, like: str, ids: list[str], expected: traces.Occurrence) -> str:
    """The column of a table by whose date the expected step is due, and of most is not yet; empty where none is.

    It came to the others in a narrower time before that date than after they came in (interquartile range), and half of
    them or more took it no sooner before theirs than these, who lack it, are now.
    """
    import numpy as np
    import pandas as pd

    rows = traces.mentions_of_kind(events, like)
    step, name = expected.activity
    took = rows.filter((rows.step == step) & (rows.name == name))
    done = events.engine.fetch(
        took.group_by("id")
        .aggregate(done=took.time.min())
        .join(rows.group_by("id").aggregate(since=rows.time.min()), "id")
        .order_by("id")
        .limit(THINGS)
    )
    lack = sorted({like, *ids} - set(done["id"]))[:THINGS]
    if len(done) < FEWEST or len(lack) < SHARE * len({like, *ids}):
        return ""
    cells = _dates(events, rows.filter(rows["id"].isin(sorted({*lack, *done["id"]}))))
    last = aware(events.engine.fetch(events.table.aggregate(last=events.table.time.max()))["last"].iloc[0])
    if last is None:
        return ""
    now = pd.Timestamp(min(last, moment.now())).tz_convert("UTC").tz_localize(None)
    stamps = {name: pd.to_datetime(done[name], utc=True).dt.tz_localize(None) for name in ("done", "since")}
    delay = _spread((stamps["done"] - stamps["since"]).dt.total_seconds())
    for key, dates in cells.items():
        theirs = done["id"].map(dates)
        own = pd.Series([dates.get(one) for one in lack], dtype="datetime64[us]").dropna()
        if theirs.notna().mean() < SHARE or len(own) < SHARE * len(lack):
            continue
        before = (theirs - stamps["done"]).dt.total_seconds().dropna()
        if _spread(before) >= NARROWER * delay:
            continue
        left = (own - now).dt.total_seconds().to_numpy()
        ranks = np.searchsorted(np.sort(before.to_numpy()), left, side="right") / len(before)
        if (ranks >= LATER).mean() >= MOST:
            return key
    return ""


def _spread(values: Any) -> float:
    return float(values.quantile(0.75) - values.quantile(0.25))


def _dates(events: Events, named: ir.Table) -> dict[str, dict[str, Any]]:
    """The dates in the tables' rows that name these things, by column, in UTC; one that names several says nothing."""
    import pandas as pd

    named = named.filter(named.kind == "record")
    one = named.group_by(["evidence", "unit"]).aggregate(id=named["id"].min(), n=named["id"].nunique())
    rows = traces.without_replaced(events, events.table.filter(events.table.kind == "record"))
    rows = rows.select("evidence", "unit", "attributes")
    joined = rows.join(one.filter(one.n == 1), ["evidence", "unit"]).select("id", "attributes")
    found: dict[str, dict[str, str]] = {}
    for row in events.engine.fetch(joined.order_by("id").limit(4 * THINGS)).itertuples(index=False):
        for key, value in dict(row.attributes or {}).items():
            if value and _DATE.fullmatch(str(value)):
                found.setdefault(str(key), {})[str(row.id)] = str(value)
    out = {}
    for key, values in sorted(found.items()):
        times = pd.to_datetime(
            list(values.values()), utc=True, errors="coerce", format="ISO8601"
        ).tz_localize(None)
        out[key] = {one: time for one, time in zip(values, times, strict=True) if not pd.isna(time)}
    return out
