"""Calls between services: how long each took by itself, what happened inside it, and who calls whom.

A call is a span. Its own time is its duration less that of the spans below it. A span below another of its own service
that calls a third one is that call as the caller sees it: what it took longer than the callee says is the gap, the
time on the way and in queues; it is nobody's own time. Inside a call are the lines that name its span and the calls below it. Where nothing
was traced, the lines of one request (trace id) in one service are a call without a duration, and where lines have no
trace id, those of ten seconds are.

Everything is counted by stretch: 0 is the reference (before the onset, and what people called healthy), 1 to 4 are
the quarters of the time since the onset; what comes back is small whatever the number of calls. Durations come back
as histograms in eighths of an octave (as HdrHistogram and Prometheus' native histograms keep them).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.errors import ParameterError
from investigator.events import schema
from investigator.events.instants import literal
from investigator.facts import bins, traces
from investigator.facts.places import place_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

STRETCHES = 4
#: Buckets of a histogram in a doubling.
OCTAVE = 8
#: Where lines have no trace id, those of so many seconds in a service are looked at together.
TOGETHER = 10
#: Lines need a trace id in at least this share to be told by request.
TRACED = 0.5
KINDS_AT_MOST = 20_000

#: The keys under which exporters keep these, without case and separators.
PARENT = ("parentspanid", "parentid", "parent")
DURATION = {
    "durationms": 1e-3, "durationmillis": 1e-3, "durationmilliseconds": 1e-3, "elapsedms": 1e-3,
    "durationus": 1e-6, "durationmicros": 1e-6, "durationns": 1e-9, "durationnano": 1e-9, "durationnanos": 1e-9,
    "durations": 1.0, "durationseconds": 1.0, "duration": 0.0, "elapsed": 0.0,
}  # fmt: skip
STATUS = ("otelstatuscode", "statuscode", "httpstatuscode", "httpresponsestatuscode", "status", "error")
_FAILED = r"(?i)^(2|error|status_code_error|true|5[0-9][0-9])$"

#: Where a program said it: Class#line, file.py:line. A place in the code is the steadiest name of a statement.
PLACE = r"([A-Za-z_$][A-Za-z0-9_$./-]*(?:#|\.(?:java|kt|scala|py|go|js|ts|rb|php|cs|cc|cpp|c|rs|ex|swift):)[0-9]+)"
_PLACE_WITHIN = 200
#: The mark of a call whose span says that it failed.
FAILED = "!"
#: Words for a failure, where no severity is told: in a call's name (BasicErrorController.error), in a line.
_FAILURE = r"(?i)(error|exception|fail(ed|ure)|fatal|panic)"


@dataclass(frozen=True, eq=False)
class Calls:
    """Counts of calls and of what happened in them; `stretch` is 0 for the reference, 1 to 4 since the onset.

    `by_request` says whether a call is a span or a request, and not ten seconds. `calls`: service, operation, what, stretch, n. `own`: service, operation, stretch, bucket, n. `gaps`: caller,
    service, stretch, bucket, n. `marks`: service, operation, mark, said, kind (line, call), harm (0 to 24, the
    severity), stretch, n, callee. `edges`: caller, service, n. `traced` says whether calls are spans.
    """

    calls: pandas.DataFrame
    own: pandas.DataFrame
    gaps: pandas.DataFrame
    marks: pandas.DataFrame
    edges: pandas.DataFrame
    traced: bool
    by_request: bool
    unit: float  # seconds; 0 where it is not known
    until: datetime | None


def plain(key: str) -> str:
    """A key without case and separators."""
    return re.sub(r"[^a-z0-9]+", "", str(key).lower())


def from_words(calls: list[str] | None) -> list[tuple[str, str]]:
    """Who calls whom, as people write it: "shop -> payment", a chain with several arrows; ParameterError for what is none."""
    out = []
    for text in calls or []:
        parts = [part.strip() for part in re.split(r"\s*(?:->|→|=>)\s*", str(text).strip()) if part.strip()]
        if len(parts) < 2:
            raise ParameterError(
                f"'{text}' says nothing about calls.",
                "A call is written caller -> callee; a chain has several arrows.",
                'Write it such as "shop -> payment".',
            )
        out += list(itertools.pairwise(parts))
    return out


def stretch(
    events: Events,
    onset: datetime,
    healthy: tuple[datetime, datetime] | None,
    kinds: tuple[str, ...] = ("log", "span"),
) -> tuple[Any, datetime | None]:
    """A function from a time column to the stretch it falls into, and the last time there is since the onset."""
    import ibis

    table = traces.whole(events)
    _, high = events.window
    since = table.filter((table.time >= literal(onset)) & table.kind.isin(kinds))
    if healthy:
        since = since.filter((since.time < literal(healthy[0])) | (since.time > literal(healthy[1])))
    if high is not None:
        since = since.filter(since.time < literal(high))
    last = events.fetch(since.aggregate(last=since.time.max()))["last"].iloc[0]
    until = None if last is None or last != last else last.to_pydatetime()
    seconds = max(1, int((until.replace(tzinfo=onset.tzinfo) - onset).total_seconds())) if until else 1
    width = max(1, -(-seconds // STRETCHES))

    def of(column: Any) -> Any:
        since = column.delta(literal(onset), unit="second") // width + 1
        number = ibis.least(ibis.greatest(since, 1), STRETCHES)
        before = column < literal(onset)
        if healthy:
            before = before | ((column >= literal(healthy[0])) & (column <= literal(healthy[1])))
        late = (column >= literal(high)) & ~before if high is not None else ibis.literal(False)
        return ibis.cases((before, 0), (late, -1), else_=number).cast("int64")

    return of, until


def counted(events: Events, onset: datetime, healthy: tuple[datetime, datetime] | None = None) -> Calls:
    """The calls of these events by stretch since an onset; one pass over spans and one over lines."""
    of, until = stretch(events, onset, healthy)
    table = traces.whole(events)
    keys = _keys(events, table)
    spans = _spans(events, table, keys, of) if keys else None
    lines = table.filter((table.kind == "log") & table.time.notnull())
    if spans is None:
        return _of_lines(events, lines, of, until)
    unit = _unit(events, table, keys)
    return _of_spans(events, spans, lines, unit, until)


def spans(events: Events, of: Any) -> ir.Table | None:
    """The spans as `counted` takes them: span, trace, parent, service, operation, what, time, duration, failed, stretch.

    None where there are none whose parents are known. `of` gives the stretch of a time, as `stretch` makes it.
    """
    table = traces.whole(events)
    keys = _keys(events, table)
    return _spans(events, table, keys, of) if keys else None


def _keys(events: Events, table: ir.Table) -> dict[str, str]:
    """Under which attribute spans keep parent, duration and status; empty where there are no spans to tell calls by."""
    rows = table.filter((table.kind == "span") & table.span_id.notnull() & table.attributes.notnull())
    held = events.fetch(
        rows.limit(2_000).select(key=rows.attributes.keys().unnest()).distinct().order_by("key")
    )
    names = {plain(key): str(key) for key in held["key"]}
    out: dict[str, str] = {}
    for role, words in (
        ("parent", PARENT),
        ("duration", tuple(DURATION)),
        ("status", STATUS),
        ("end", ("endtimeunixnano",)),
    ):
        found = next((names[word] for word in words if word in names), None)
        if found:
            out[role] = found
    return out if "parent" in out else {}


def _unit(events: Events, table: ir.Table, keys: dict[str, str]) -> float:
    """The unit of durations in seconds: as the key says, else as the ends of spans prove; 0 where neither tells."""
    import numpy as np

    told = DURATION.get(plain(keys.get("duration", "")), 0.0)
    if told or "duration" not in keys or "end" not in keys:
        return told
    rows = table.filter((table.kind == "span") & table.attributes.notnull()).limit(500)
    frame = events.engine.fetch(
        rows.select(
            "time",
            duration=rows.attributes.get(keys["duration"]).try_cast("float64"),
            end=rows.attributes.get(keys["end"]).try_cast("float64"),
        )
    ).dropna()
    frame = frame[frame["duration"] > 0]
    if not len(frame):
        return 0.0
    start = frame["time"].astype("datetime64[us]").astype("int64").to_numpy() / 1e6
    ratio = float(np.median((frame["end"].to_numpy() / 1e9 - start) / frame["duration"].to_numpy()))
    return min((1e-9, 1e-6, 1e-3, 1.0), key=lambda unit: abs(np.log10(max(ratio, 1e-12) / unit)))


def _spans(events: Events, table: ir.Table, keys: dict[str, str], of: Any) -> ir.Table:
    """Each span once: span, trace, parent, service, operation, what, time, duration, failed, stretch. Kept."""
    import ibis

    rows = table.filter((table.kind == "span") & table.span_id.notnull() & table.time.notnull())
    cell = rows.attributes.get
    duration = cell(keys["duration"]).try_cast("float64") if "duration" in keys else ibis.null("float64")
    failed = (rows.severity_number >= schema.ERROR).fill_null(False)
    if "status" in keys:
        failed = failed | cell(keys["status"]).re_search(_FAILED).fill_null(False)
    flat = rows.select(
        span=rows.span_id,
        trace=rows.trace_id,
        time=rows.time,
        parent=cell(keys["parent"]),
        service=place_of(rows),
        operation=rows.name,
        what=rows.body,
        duration=duration,
        failed=failed.cast("int64"),
        stretch=of(rows.time),
    )
    once = flat.group_by("span").aggregate(
        trace=flat.trace.max(),
        time=flat.time.min(),
        parent=flat.parent.max(),
        service=flat.service.max(),
        operation=flat.operation.max(),
        what=flat.what.max(),
        duration=flat.duration.max(),
        failed=flat.failed.max(),
        stretch=flat.stretch.min(),
    )
    return events.engine.cache(once.filter(once.stretch >= 0))


def _bucket(column: Any) -> Any:
    """The eighth of an octave a duration falls into."""
    import ibis

    return (ibis.greatest(column, 1e-9).log2() * OCTAVE).floor().cast("int64")


def middle(bucket: Any) -> Any:
    """The duration in the middle of a bucket."""
    return 2.0 ** ((bucket + 0.5) / OCTAVE)


def _of_spans(events: Events, spans: ir.Table, lines: ir.Table, unit: float, until: datetime | None) -> Calls:
    import ibis
    import pandas as pd

    engine = events.engine
    above = spans.select(upper="span", caller="service", calling="operation", took="duration", then="stretch")
    below = engine.cache(spans.inner_join(above, spans.parent == above.upper))
    crossing = below.service != below.caller
    nested = engine.cache(below.filter(~crossing).select(inner="span").distinct())
    inside = below.group_by("upper").aggregate(
        below=below.duration.sum(), remote=crossing.cast("int64").max()
    )
    joined = spans.left_join(inside, spans.span == inside.upper).left_join(nested, spans.span == nested.inner)
    outgoing = (joined.remote.fill_null(0) == 1) & joined.inner.notnull()
    alone = joined.filter(joined.duration.notnull() & ~outgoing)
    own = alone.select(
        "service", "operation", "stretch", bucket=_bucket(alone.duration - alone.below.fill_null(0.0))
    )
    gaps = below.filter(crossing & below.took.notnull() & below.duration.notnull())
    gaps = gaps.semi_join(nested, gaps.upper == nested.inner)
    gaps = gaps.select("caller", "service", stretch="then", bucket=_bucket(gaps.took - gaps.duration))
    child = below.select(
        service=below.caller,
        operation=below.calling,
        stretch=below.then,
        mark=ibis.literal(">") + below.service + ibis.literal(" ") + below.operation,
        said=below.what,
        callee=below.service,
        harm=_harm(below.what, ibis.literal(0)),
        call=below.upper,
    )
    broken = spans.filter(spans.failed == 1)
    failed = broken.select(
        "service",
        "operation",
        "stretch",
        mark=ibis.literal(FAILED),
        said=broken.what,
        callee=broken.service,
        harm=ibis.literal(schema.ERROR).cast("int64"),
        call=broken.span,
    )
    told = _statements(lines.filter(lines.span_id.notnull()))
    here = spans.select(here="span", place="service", within="operation", then="stretch")
    said = told.inner_join(here, told.span_id == here.here)
    said = said.select(
        service="place",
        operation="within",
        stretch="then",
        mark="mark",
        said="said",
        callee="place",
        harm="harm",
        call="here",
    )
    marks = [_marks(engine, rows) for rows in (child, failed, said)]
    return Calls(
        calls=engine.fetch(
            spans.group_by(["service", "operation", "stretch"])
            .aggregate(n=spans.count(), what=spans.what.max())
            .order_by(["service", "operation", "stretch"])
        ),
        own=_histogram(engine, own, ["service", "operation", "stretch", "bucket"]),
        gaps=_histogram(engine, gaps, ["caller", "service", "stretch", "bucket"]),
        marks=pd.concat(marks, ignore_index=True),
        edges=engine.fetch(
            below.filter(crossing)
            .group_by(["caller", "service"])
            .aggregate(n=lambda t: t.count())
            .order_by(["caller", "service"])
        ),
        traced=True,
        by_request=True,
        unit=unit,
        until=until,
    )


def _statements(lines: ir.Table) -> ir.Table:
    """Lines with `mark`, the statement that made them: its place in the code where the line has one, else its name."""
    import ibis

    place = lines.body.substr(0, _PLACE_WITHIN).re_extract(PLACE, 1)
    return lines.select(
        "span_id",
        "trace_id",
        "time",
        service=place_of(lines),
        mark=ibis.coalesce(place.nullif(""), lines.name),
        said=lines.body.substr(0, _PLACE_WITHIN),
        harm=_harm(lines.body.substr(0, _PLACE_WITHIN), lines.severity_number),
    )


def _harm(text: Any, severity: Any) -> Any:
    """The severity of a statement; where it has none, or that of a call, what its words say."""
    import ibis

    told = ibis.ifelse(text.re_search(_FAILURE), schema.ERROR, 0)
    return ibis.ifelse(severity.fill_null(0) > 0, severity, told).cast("int64")


def _of_lines(events: Events, lines: ir.Table, of: Any, until: datetime | None) -> Calls:
    """Where nothing was traced: the lines of a request, or of ten seconds, in one service are a call."""
    import ibis
    import pandas as pd

    engine = events.engine
    counts = engine.fetch(
        lines.aggregate(n=lines.count(), traced=lines.trace_id.notnull().cast("int64").sum())
    )
    n, traced = int(counts["n"].iloc[0]), int(counts["traced"].iloc[0] or 0)
    told = _statements(lines)
    together = bins.bin_number(told.time, TOGETHER).cast("string")
    by_request = n > 0 and traced >= TRACED * n
    call = ibis.coalesce(told.trace_id, together) if by_request else together
    rows = told.mutate(call=call, stretch=of(told.time))
    rows = rows.filter(rows.stretch >= 0)
    rows = rows.select(
        "service", "stretch", "mark", "said", "harm", "call", operation=ibis.literal(""), callee=rows.service
    )
    whole = rows.group_by(["service", "operation", "stretch"]).aggregate(n=rows.call.nunique())
    calls = engine.fetch(whole.order_by(["service", "operation", "stretch"]))
    calls["what"] = ""
    none: dict[str, list[Any]] = {
        "caller": [],
        "service": [],
        "operation": [],
        "stretch": [],
        "bucket": [],
        "n": [],
    }
    return Calls(
        calls=calls,
        own=pd.DataFrame({name: none[name] for name in ("service", "operation", "stretch", "bucket", "n")}),
        gaps=pd.DataFrame({name: none[name] for name in ("caller", "service", "stretch", "bucket", "n")}),
        marks=_marks(engine, rows),
        edges=pd.DataFrame({name: none[name] for name in ("caller", "service", "n")}),
        traced=False,
        by_request=by_request,
        unit=0.0,
        until=until,
    )


def _marks(engine: Any, rows: ir.Table) -> pandas.DataFrame:
    """In how many calls each mark is: service, operation, mark, stretch, n, said, callee, harm."""
    keys = ["service", "operation", "mark", "stretch"]
    grouped = rows.group_by(keys).aggregate(
        n=rows.call.nunique(), said=rows.said.min(), callee=rows.callee.max(), harm=rows.harm.max()
    )
    return engine.fetch(grouped.order_by([grouped.n.desc(), *keys]).limit(KINDS_AT_MOST * (STRETCHES + 1)))


def _histogram(engine: Any, rows: ir.Table, keys: list[str]) -> pandas.DataFrame:
    return engine.fetch(rows.group_by(keys).aggregate(n=rows.count()).order_by(keys))
