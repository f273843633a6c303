"""Which kinds of message there are: all lines put into templates, and which are new, gone, more or fewer."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import schema
from investigator.events.instants import instant, literal
from investigator.facts import bins, templates, traces
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 60
#: Of the first so many, the values of their variable parts are told.
TOLD, VALUES, LOOKED_AT = 8, 5, 200
#: So many lines of a template are looked at for these values, spread evenly; all lines are counted.
LINES_AT_MOST = 10_000
NAMES_AT_MOST = 50_000
#: More or fewer: by so much, and less likely than one in a million by chance (Poisson).
TIMES, CHANCE = 3.0, 13.8
RARE = 3
#: A burst: a minute with so many times the messages of a usual minute with any.
BURST = 10.0
#: Regular: the count of a minute goes with that of so many minutes before.
REGULAR, PERIODS = 0.6, 24


def patterns(events: Events, *, onset: str | None = None, baseline_hours: float | None = None) -> Finding:
    """All messages put into templates; with an `onset` which are new, vanished, surged or faded since.

    Every line counts. A template's id is the hash of its text, so it is the same in every run and on every machine;
    a variable part is `<*>`. With an onset the baseline is everything before it, or its last `baseline_hours`, and
    what is expected goes by the rate; new and vanished come first, by how many came or stayed away. Without one the
    rare come first. `value`: lines, templates (how many), kinds {new, vanished, surged, faded}, listed [{rank, id,
    template, change, count, expected, first, last, sources, severity, example, burst {at, count} or null, every
    (minutes, where regular) or null, variables [{type, distinct, top [[value, count]], low, high}]}].

    Method: see `facts/templates.py`. Limits: only the first line of a message, and of that 1,000 characters; words
    that vary in fewer than three forms stay apart. Example: `case.find.patterns(onset="2026-06-17T07:14:00+00:00")`.
    """
    question = "Which kinds of message are there, and what changed in them?"
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded, so no message is known.", say.LOAD["any"])
    table = traces.whole(events) if onset else events.table
    told = ("metric", "deploy", "flag", *traces.PEOPLE_KINDS)
    table = table.filter(~table.kind.isin(told) & ~table["source"].isin(_tables(events)) & (table.body != ""))
    start = instant(onset) if onset else None
    low, high = events.window
    if start is not None:
        if baseline_hours:
            low = start - timedelta(hours=float(baseline_hours))
        known = table.filter(table.time.notnull())
        if low is not None and low < start:
            known = known.filter(known.time >= literal(low))
        if high is not None and high > start:
            known = known.filter(known.time < literal(high))
        table = known
    named = _named(events, table, start)
    if not len(named):
        answer = "No message is in this selection."
        return say.unanswered(question, answer, say.LOAD["log"], coverage=coverage_of(events))
    mined = templates.mined(
        (str(r.source), str(r.name), traces._text(r.body), int(r.n)) for r in named.itertuples(index=False)
    )
    items = _listed(named, mined)
    blind = []
    if len(named) >= NAMES_AT_MOST:
        blind.append(f"There are more than {NAMES_AT_MOST:,} forms of message; the rarest are left out.")
    if start is not None:
        span = _span(named)
        if span is None or span[0] >= start or span[1] < start:
            answer = f"Nothing is loaded from {'before' if span and span[0] >= start else 'after'} {say.at(start)}."
            missing = "No logs from both sides of the onset: inv add CASE logs/, of the day before and the day itself."
            return say.unanswered(question, answer, missing, coverage=coverage_of(events))
        _changes(items, start, span)
        changed = [item for item in items if item["change"]]
        order = {"new": 0, "vanished": 0, "surged": 1, "faded": 1}
        changed.sort(key=lambda i: (order[i["change"]], -max(i["count"], i["expected"] or 0), i["template"]))
        shown = changed[:SHOWN]
    else:
        shown = sorted(
            items,
            key=lambda i: (
                i["count"] > RARE,
                -i["count"] if i["count"] > RARE else i["count"],
                i["template"],
            ),
        )
        shown = shown[:SHOWN]
    evidence = _examples(events, table, shown)
    _rhythm(events, table, shown)
    fewer = _variables(events, table, shown[:TOLD])
    if fewer:
        blind.append(
            f"The variable parts of {say.count(fewer, 'frequent template')} are told by {LINES_AT_MOST:,} lines each."
        )
    for item in items:
        del item["names"], item["before"], item["lines"]
    kinds = {
        kind: sum(1 for item in items if item["change"] == kind)
        for kind in ("new", "vanished", "surged", "faded")
    }
    listed = [{"rank": rank, **item} for rank, item in enumerate(shown, 1)]
    value = {
        "lines": int(named["n"].sum()),
        "templates": len(mined),
        "kinds": kinds if onset else {},
        "listed": listed,
    }
    return Finding(
        question,
        _answer(value, onset),
        value=value,
        table=say.table(
            ["rank", "change", "template", "count", "expected", "first", "last", "severity", "id"],
            (
                (i["rank"], i["change"] or ("rare" if i["count"] <= RARE else ""), say.quote(i["template"], 140)[1:-1],
                 i["count"], i["expected"], i["first"], i["last"], i["severity"], i["id"])
                for i in listed
            ),
        ),
        evidence=evidence,
        verdict="found" if listed else "absent",
        coverage=coverage_of(events, control=True, blind=tuple(blind), counts=True),
    )  # fmt: skip


def _tables(events: Events) -> list[str]:
    """The sources that are tables: their rows have columns; a line of a file that nobody recognised has only its text."""
    rows = events.table.filter(events.table.kind == "record")
    if not any(source.kind == "record" for source in events.sources):
        return []
    each = rows.group_by("source").aggregate(most=rows.attributes.length().max()).order_by("source")
    return [
        str(row.source)
        for row in events.engine.fetch(each).itertuples(index=False)
        if row.most and row.most > 0
    ]


def _named(events: Events, table: ir.Table, start: datetime | None) -> pandas.DataFrame:
    """How often each form of message comes in each source: source, name, n, before, first, last, severity, body."""
    early = table.time < literal(start) if start is not None else table.body.isnull()
    grouped = table.group_by(["source", "name"]).aggregate(
        n=table.count(),
        before=early.sum(),
        first=table.time.min(),
        last=table.time.max(),
        severity=table.severity_number.max(),
        body=table.body.min(),
    )
    ordered = grouped.order_by([grouped.n.desc(), grouped["source"], grouped.name]).limit(NAMES_AT_MOST)
    return events.engine.fetch(ordered)


def _span(named: pandas.DataFrame) -> tuple[datetime, datetime] | None:
    low, high = say.aware(named["first"].min()), say.aware(named["last"].max())
    return None if low is None or high is None else (low, high)


def _listed(named: pandas.DataFrame, mined: list[templates.Template]) -> list[dict[str, Any]]:
    """One item a template, its names' numbers added up."""
    of = {name: template for template in mined for name in template.names}
    parts: dict[str, list[Any]] = defaultdict(list)
    for row in named.itertuples(index=False):
        parts[of[str(row.name)].id].append(row)
    out = []
    for template in mined:
        rows = parts[template.id]
        if not rows:
            continue  # its names all went to another template of equal text
        firsts = [row.first for row in rows if row.first == row.first and row.first is not None]
        lasts = [row.last for row in rows if row.last == row.last and row.last is not None]
        severe = [
            int(row.severity) for row in rows if row.severity is not None and row.severity == row.severity
        ]
        count, before = sum(int(row.n) for row in rows), sum(int(row.before or 0) for row in rows)
        top = max(rows, key=lambda row: (int(row.n), str(row.name)))
        out.append(
            {
                "id": template.id,
                "template": template.text,
                "change": "",
                "count": count,
                "lines": count,
                "expected": None,
                "before": before,
                "first": say.iso(min(firsts)) if firsts else None,
                "last": say.iso(max(lasts)) if lasts else None,
                "sources": sorted({str(row.source) for row in rows}),
                "severity": schema.severity_name(max(severe)) if severe else "",
                "example": traces._text(top.body).split("\n", 1)[0],
                "burst": None,
                "every": None,
                "variables": [],
                "names": list(template.names),
            }
        )
    return out


def _changes(items: list[dict[str, Any]], start: datetime, span: tuple[datetime, datetime]) -> None:
    """Mark what is new, vanished, surged or faded; `count` becomes that of after, by the rate of before."""
    share = (span[1] - start).total_seconds() / max((start - span[0]).total_seconds(), 1.0)
    for item in items:
        after, before = item["count"] - item["before"], item["before"]
        expected = before * share
        item["count"], item["expected"] = after, round(expected, 1)
        sure = _surprise(after, expected) > CHANCE
        if before == 0:
            item["change"] = "new"
        elif after == 0:
            item["change"] = "vanished" if expected > CHANCE else ""
        elif sure and after >= TIMES * expected:
            item["change"] = "surged"
        elif sure and after * TIMES <= expected:
            item["change"] = "faded"


def _surprise(seen: float, expected: float) -> float:
    """How unlikely a count is at a rate: minus the logarithm of its likelihood ratio (Poisson)."""
    expected = max(expected, 0.5)
    return seen * math.log(seen / expected) - (seen - expected) if seen else expected


def _examples(events: Events, table: ir.Table, shown: list[dict[str, Any]]) -> pandas.DataFrame | None:
    """The first event of each template, in order of time."""
    import ibis

    names = sorted({name for item in shown for name in item["names"]})
    if not names:
        return None
    # Their times are known: nothing is to be ranked among the many.
    times = [literal(instant(at)) for at in sorted({item["first"] for item in shown if item["first"]})]
    early = table.time.isin(times) | table.time.isnull() if times else table.time.isnull()
    rows = table.filter(early & table.name.isin(names))
    order = ibis.window(
        group_by=rows.name, order_by=[rows.time.isnull(), rows.time, rows.evidence, rows.unit, rows.body]
    )
    first = rows.mutate(place_=ibis.row_number().over(order))
    first = first.filter(first.place_ == 0).order_by(["time", "evidence", "unit", "body"]).limit(200)
    columns = ("time", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    return events.fetch(first.select(*columns))


def _rhythm(events: Events, table: ir.Table, shown: list[dict[str, Any]]) -> None:
    """Bursts and regular repetition of the listed templates, by the minute."""
    import numpy as np

    of = {name: item for item in shown for name in item["names"]}
    timed = table.filter(table.time.notnull() & table.name.isin(sorted(of)))
    binned = timed.select("name", minute=bins.bin_number(timed.time, 60))
    frame = events.engine.fetch(
        binned.group_by(["name", "minute"]).aggregate(n=binned.count()).order_by(["name", "minute"])
    )
    if not len(frame):
        return
    end = int(frame["minute"].max())
    frame["id"] = [of[str(name)]["id"] for name in frame["name"]]
    by_id = {item["id"]: item for item in shown}
    for key, part in frame.groupby("id", sort=True):
        series = part.groupby("minute")["n"].sum()
        item = by_id[str(key)]
        usual, peak = float(series.median()), int(series.max())
        if len(series) >= 10 and peak >= BURST * usual:
            item["burst"] = {"at": bins.bin_start(int(series.idxmax()), 60).isoformat(), "count": peak}
        first = int(series.index.min())
        if len(series) < 6 or end - first > 100_000:
            continue
        line = np.zeros(int(series.index.max()) - first + 1)
        line[series.index.to_numpy() - first] = series.to_numpy()
        item["every"] = _period(line)


def _period(line: Any) -> int | None:
    """After how many minutes a series repeats itself, by its autocorrelation; None where it does not."""
    import numpy as np

    if len(line) < 8 or float(line.std()) == 0:
        return None
    centred = line - line.mean()
    size = 1 << (2 * len(line) - 1).bit_length()
    power = np.abs(np.fft.rfft(centred, size)) ** 2
    correlation = np.fft.irfft(power, size)[: len(line) // 3 + 1]
    correlation = correlation / correlation[0]
    peaks = [
        lag
        for lag in range(2, len(correlation) - 1)
        if correlation[lag] >= REGULAR
        and correlation[lag] >= correlation[lag - 1]
        and correlation[lag] >= correlation[lag + 1]
    ]
    return peaks[0] if peaks else None


def _variables(events: Events, table: ir.Table, shown: list[dict[str, Any]]) -> int:
    """Tell the values of the variable parts of these templates; of the frequent ones, of every so many-th line.

    Returns how many were told by fewer than all their lines.
    """
    import ibis

    shown = [item for item in shown if templates.VARIABLE in item["template"]]
    if not shown:
        return 0
    every = {item["id"]: max(1, math.ceil(item["lines"] / LINES_AT_MOST)) for item in shown}
    wanted = [
        (table.name.isin(item["names"]) & (table.unit % every[item["id"]] == 0), number)
        for number, item in enumerate(shown)
    ]
    rows = table.mutate(place_=ibis.cases(*wanted, else_=-1)).filter(lambda t: t.place_ >= 0)
    rows = events.engine.cache(rows.select("place_", line=rows.body.split("\n")[0]))
    parts = []
    for number, item in enumerate(shown):
        pattern = templates.pattern(item["template"])
        own = rows.filter(rows.place_ == number)
        for group in range(1, min(item["template"].count(templates.VARIABLE), templates.GROUPS) + 1):
            told = {"item": ibis.literal(number), "part": ibis.literal(group)}
            parts.append(own.select(**told, value=own.line.re_extract(pattern, group)))
    whole = ibis.union(*parts) if len(parts) > 1 else parts[0]
    counted = whole.group_by(["item", "part", "value"]).aggregate(n=whole.count())
    same = [counted.item, counted.part]
    rank = ibis.window(group_by=same, order_by=[counted.n.desc(), counted.value])
    ranked = counted.mutate(
        place_=ibis.row_number().over(rank),
        different=counted.value.count().over(ibis.window(group_by=same)),
    )
    top = events.engine.fetch(ranked.filter(ranked.place_ < LOOKED_AT).order_by(["item", "part", "place_"]))
    for (number, _), part in top.groupby(["item", "part"], sort=True):
        shown[int(number)]["variables"].append(_variable(part))
    return sum(1 for stride in every.values() if stride > 1)


def _variable(part: pandas.DataFrame) -> dict[str, Any]:
    values = [traces._text(value) for value in part["value"]]
    kind = templates.typed(value for value in values if value)
    numbers = [float(value.replace(",", ".")) for value in values if value] if kind == "number" else []
    whole = len(values) < LOOKED_AT
    return {
        "type": kind,
        "distinct": int(part["different"].iloc[0]),
        "top": [[value, int(n)] for value, n in zip(values[:VALUES], part["n"][:VALUES], strict=True)],
        "low": min(numbers) if numbers and whole else None,
        "high": max(numbers) if numbers and whole else None,
    }


def _answer(value: dict[str, Any], onset: str | None) -> str:
    whole = f"{say.count(value['lines'], 'message')} in {say.count(value['templates'], 'template')}"
    listed = value["listed"]
    if not onset:
        rare = [item for item in listed if item["count"] <= RARE]
        top = max(listed, key=lambda item: (item["count"], item["template"]))
        few = f"; {len(rare):,} came {RARE} times at most" if rare else ""
        return f"{whole}; the most frequent, with {top['count']:,}, is {say.quote(top['template'], 80)}{few}."
    kinds = [f"{number:,} {kind}" for kind, number in value["kinds"].items() if number]
    if not kinds:
        return f"{whole}: none is new, vanished, surged or faded since {say.at(instant(onset))}."
    top = listed[0]
    how = (
        f"with {top['count']:,}"
        if top["change"] != "vanished"
        else f"where about {top['expected']:,.0f} were expected"
    )
    return (
        f"{whole}: {say.listed(kinds)} since {say.at(instant(onset))}; first {top['change']} "
        f"{say.quote(top['template'], 80)}, {how}."
    )
