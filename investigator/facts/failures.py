"""How failures begin and spread: where failing requests fail first, who fails with whom, who asks again.

In a request that fails, the failure began in the deepest call that failed: one none of whose own calls did. Where
spans are missing it began where its first error was written. The first error of all is another thing: it is what was
written first, and that is often a caller with little patience.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.instants import aware
from investigator.facts import traces
from investigator.facts.places import place_of

if TYPE_CHECKING:
    from datetime import datetime

    import ibis.expr.types as ir
    import pandas

    from investigator.events.engine import Engine
    from investigator.events.events import Events

#: What lines say when something is tried again, and when waiting ended.
RETRY = (
    r"(?i)(^|[^a-z])(retr(y|ies|ying|ied)|(try|trying|send|sending|sent|submitting|delivering) again|next try"
    r"|attempt (no\.? ?|#)?[2-9]|re-?sen(d|ding|t)|re-?queu(e|ed|ing)|backing off)([^a-z]|$)"
)
TIMEOUT = (
    r"(?i)(time[ds]?[ -]?out|timing out|deadline (was )?exceeded|no (answer|response|reply) (from|within)"
    r"|did not (answer|respond|reply)|took too long)"
)
KINDS_AT_MOST = 60


def lines(events: Events, of: Any) -> ir.Table:
    """Log lines with service, name, body, trace, time, stretch, bad (an error), origin columns. Kept."""
    table = traces.whole(events)
    rows = table.filter((table.kind == "log") & table.time.notnull())
    flat = rows.select(
        "name",
        "body",
        "time",
        "evidence",
        "unit",
        "units",
        "severity_number",
        service=place_of(rows),
        trace=rows.trace_id,
        bad=(rows.severity_number >= schema.ERROR).fill_null(False),
        stretch=of(rows.time),
    )
    return flat.filter(flat.stretch >= 0)


#: More of something is more when so many deviations of what the rate before lets expect are passed.
DEVIATIONS = 3.0
LEAST = 3


def lasting(engine: Engine, told: ir.Table, start: datetime) -> tuple[float, float]:
    """How long lines were written before the onset and since, in minutes; at least one."""
    frame = engine.fetch(told.aggregate(low=told.time.min(), high=told.time.max()))
    low, high = aware(frame["low"].iloc[0]) or start, aware(frame["high"].iloc[0]) or start
    return max((start - low).total_seconds() / 60, 1.0), max((high - start).total_seconds() / 60, 1.0)


def grew(before: int, since: int, minutes: tuple[float, float]) -> bool:
    """Whether there are clearly more a minute since the onset than before: Poisson, by its normal approximation."""
    expected = before * minutes[1] / minutes[0]
    return since >= LEAST and since - expected > DEVIATIONS * (expected + 1) ** 0.5


def begun(engine: Engine, spans: ir.Table | None, told: ir.Table) -> pandas.DataFrame:
    """Where failing requests began to fail since the onset: service, requests, first (time); most requests first."""
    import pandas as pd

    parts = []
    failing = None
    if spans is not None:
        broken = spans.filter((spans.failed == 1) & (spans.stretch > 0) & spans.trace.notnull())
        deepest = broken.anti_join(
            broken.select(above="parent"), broken.span == broken.select(above="parent").above
        )
        parts.append(engine.fetch(_counted(deepest)))
        failing = broken.select("trace").distinct()
    bad = told.filter(told.bad & (told.stretch > 0) & told.trace.notnull())
    if failing is not None:
        bad = bad.anti_join(failing, "trace")
    firsts = bad.group_by("trace").aggregate(first=bad.time.min())
    at_first = bad.inner_join(firsts, "trace")
    at_first = at_first.filter(at_first.time == at_first.first)
    one = at_first.group_by("trace").aggregate(service=at_first.service.min(), time=at_first.time.min())
    parts.append(engine.fetch(_counted(one)))
    frame = pd.concat(parts, ignore_index=True)
    if not len(frame):
        return frame
    out = frame.groupby("service", as_index=False).agg(requests=("requests", "sum"), first=("first", "min"))
    return out.sort_values(["requests", "first", "service"], ascending=[False, True, True], ignore_index=True)


def _counted(rows: ir.Table) -> ir.Table:
    grouped = rows.group_by("service").aggregate(requests=rows.trace.nunique(), first=rows.time.min())
    return grouped.order_by(["service"])


def requests(engine: Engine, spans: ir.Table | None, told: ir.Table) -> dict[str, tuple[int, int]]:
    """How many requests there are and how many of them fail: before and since; one that spans the onset is both."""
    parts = [told.filter(told.trace.notnull()).select("trace", "stretch", bad=told.bad.cast("int64"))]
    if spans is not None:
        parts.append(spans.filter(spans.trace.notnull()).select("trace", "stretch", bad="failed"))
    rows = parts[0]
    for more in parts[1:]:
        rows = rows.union(more)
    each = rows.group_by("trace", late=rows.stretch > 0).aggregate(bad=rows.bad.max())
    counted = each.group_by("late").aggregate(n=each.count(), bad=each.bad.sum())
    frame = engine.fetch(counted.order_by("late"))
    out = {"before": (0, 0), "since": (0, 0)}
    for row in frame.itertuples(index=False):
        out["since" if row.late else "before"] = (int(row.n), int(row.bad))
    return out


def spread(engine: Engine, spans: ir.Table) -> pandas.DataFrame:
    """Who fails with whom since the onset: caller, service, failed, both, calls; one row for each edge that failed.

    `failed` is in how many calls of that edge the callee failed, `both` in how many of these the caller's request
    failed in the caller, too.
    """
    upper = spans.select(upper="span", caller="service", upset="failed", over="parent")
    joined = spans.inner_join(upper, spans.parent == upper.upper)
    joined = joined.filter((joined.stretch > 0) & (joined.service != joined.caller))
    # The caller's own span stands above the one by which it calls, where that is a span of its own.
    above = spans.select(top="span", head="service", fell="failed")
    joined = joined.left_join(above, joined.over == above.top)
    fell = (joined.upset == 1) & (
        (joined["head"] != joined.caller).fill_null(True) | (joined.fell.fill_null(1) == 1)
    )
    grouped = joined.group_by(["caller", "service"]).aggregate(
        calls=joined.count(),
        failed=joined.failed.sum(),
        both=((joined.failed == 1) & fell).cast("int64").sum(),
    )
    return engine.fetch(
        grouped.filter(grouped.failed > 0).order_by([grouped.failed.desc(), "caller", "service"])
    )


def repeated(engine: Engine, spans: ir.Table) -> pandas.DataFrame:
    """How often one call makes the same call below it: caller, service, before, since (calls each), n_before, n_since."""
    upper = spans.select(upper="span", caller="service", over="parent", then="stretch")
    joined = spans.inner_join(upper, spans.parent == upper.upper)
    crossing = joined.filter(joined.service != joined.caller)
    # What is asked by spans of their own (one each) belongs to the span above these.
    inner = spans.select(inner="span", home="service")
    crossing = crossing.left_join(inner, crossing.over == inner.inner)
    import ibis

    asker = ibis.ifelse((crossing.home == crossing.caller).fill_null(False), crossing.over, crossing.upper)
    each = crossing.select("caller", "service", "operation", asker=asker, side=(crossing.then > 0))
    per = each.group_by(["caller", "service", "operation", "side", "asker"]).aggregate(n=each.count())
    grouped = per.group_by(["caller", "service", "side"]).aggregate(
        askers=per.count(), made=per.n.sum(), again=(per.n > 1).cast("int64").sum()
    )
    frame = engine.fetch(grouped.order_by(["caller", "service", "side"]))
    out: dict[tuple[str, str], dict[str, float]] = {}
    for row in frame.itertuples(index=False):
        cells = out.setdefault((str(row.caller), str(row.service)), {})
        name = "since" if row.side else "before"
        cells[name], cells[f"n_{name}"] = float(row.made) / max(int(row.askers), 1), float(row.askers)
        cells[f"again_{name}"] = float(row.again)
    import pandas as pd

    columns = ["caller", "service", "before", "since", "n_before", "n_since", "again_before", "again_since"]
    return pd.DataFrame(
        [{"caller": caller, "service": service, **cells} for (caller, service), cells in out.items()],
        columns=columns,
    ).fillna(0.0)


def lines_like(engine: Engine, told: ir.Table, pattern: str) -> pandas.DataFrame:
    """Kinds of lines that say so: service, name, body (an example), before, since, first (time since the onset)."""
    import ibis

    rows = told.filter(told.body.re_search(pattern))
    late = rows.stretch > 0
    grouped = rows.group_by(["service", "name"]).aggregate(
        body=rows.body.min(),
        before=(~late).cast("int64").sum(),
        since=late.cast("int64").sum(),
        first=ibis.ifelse(late, rows.time, ibis.null("timestamp")).min(),
    )
    grouped = grouped.filter(grouped.since > 0)
    return engine.fetch(grouped.order_by([grouped.since.desc(), "service", "name"]).limit(KINDS_AT_MOST))


def kinds(engine: Engine, told: ir.Table) -> pandas.DataFrame:
    """Kinds of errors: service, name, body, before, since, first and last since the onset; the first first."""
    import ibis

    rows = told.filter(told.bad)
    late = rows.stretch > 0
    when = ibis.ifelse(late, rows.time, ibis.null("timestamp"))
    grouped = rows.group_by(["service", "name"]).aggregate(
        body=rows.body.min(),
        before=(~late).cast("int64").sum(),
        since=late.cast("int64").sum(),
        first=when.min(),
    )
    grouped = grouped.filter(grouped.since > 0)
    return engine.fetch(grouped.order_by([grouped.first, "service", "name"]).limit(KINDS_AT_MOST * 5))
