"""What is full, what lags, and which work waits longer than before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import words
from investigator.events.instants import instant, literal
from investigator.facts import bins, discovery, failures, metrics, traces
from investigator.facts import calls as called
from investigator.facts.coverage import coverage_of
from investigator.facts.places import place_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from datetime import datetime

    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 30
#: What lines say when something is full or refuses for want of room.
FULL = (
    r"(?i)(^|[^a-z])((queue|pool|buffer|disk|heap|table|backlog) (is |was |has been )?(full|exhausted|overflow(ed|ing)?)"
    r"|(pool|connections?|threads?|workers?|memory|quota|descriptors) exhausted|out of (memory|disk|space|connections)"
    r"|no (free|available|idle) (connections?|workers?|threads?|slots?)|no space left|too many (connections|requests|open files)"
    r"|(messages?|requests?|events?|items?) (were |was )?(discarded|dropped|rejected|shed)|rate.?limit(ed|ing)?|throttl(ed|ing)"
    r"|[a-z]{3,} (is |was |are |has been )?full *([,.;:!)]|$)|back.?pressure|overload(ed)?|saturated|circuit.?breaker|oom.?kill(ed|er)?)([^a-z]|$)"
)
#: A level in a line: depth 9800 of 10000.
LEVEL = r"(?i)(?:depth|used|usage|size|length|in use|busy|active)\W{1,3}([0-9]{1,12})\s*(?:of|/|out of)\s*([0-9]{1,12})"
#: Metrics that tell how full something is or how far behind.
GAUGES = (
    r"(?i)cpu|memory|heap|(^|[^a-z])mem([^a-z]|$)|disk|queue|backlog|pending|(^|[^a-z])lag([^a-z]|$)|depth|in.?flight|pool|"
    r"connections|threads|saturation|utili[sz]ation|throttl|waiting|age.of.oldest|oldest"
)
FILLED, MORE, LEAST = 0.9, 1.2, 3
#: A wait between two steps grew when its median is so many times what it was.
LONGER = 2.0
#: Somebody waited long from three times what 99 of 100 needed, and at least a minute more; one of a hundred is many,
#: and so many of a hundred who are still inside beyond twice as many as before.
LONG, LONG_AT_LEAST, MANY = 3.0, 60.0, 0.05
POINTS = 10


def saturation(events: Events, *, onset: str | None, like: str = "") -> Finding:
    """What ran full since the onset, which queues lag, and between which steps work waits longer.

    Lines that say so (queue full, pool exhausted, messages discarded, throttled) more often than before; levels in lines
    (depth 9800 of 10000) and metrics of fill and lag beyond 99 of 100 of their values before; and with `like`, an id,
    for each two steps of its kind's usual way the median wait of those that came before and since, and how many have
    not come out. `value`: onset, lines [{service, said, before, since} a minute], levels [{service, said, before, since}
    (greatest share)], metrics [{service, metric, before, since, ratio}], waits [{from, to, place, before, since (seconds),
    n_before, n_since, long, inside}].

    Method: saturation as one of the four golden signals (Beyer et al., Site Reliability Engineering, 2016, chapter 6).
    Limits: what has no limit in its line or metric is judged by its own past alone. Example:
    `case.find.saturation(onset="2026-06-17T07:14:07+00:00", like="DOC-4711")`.
    """
    question = "What is full, and what waits?"
    if not onset:
        return say.unanswered(question, "No onset is known, so there is no before.", say.LOAD["onset"])
    start = instant(onset)
    if not {source.kind for source in events.sources} & {"log", "metric"}:
        answer = "No logs or metrics are loaded, so it can't be said what is full."
        return say.unanswered(question, answer, say.LOAD["log"])
    engine = events.engine
    of, _ = called.stretch(events, start, None, ("log", "metric"))
    told = engine.cache(failures.lines(events, of))
    minutes = failures.lasting(engine, told, start)
    said = failures.lines_like(engine, told, FULL)
    lines = [
        {
            "service": str(row.service),
            "said": traces._text(row.body),
            "before": round(int(row.before) / minutes[0], 3),
            "since": round(int(row.since) / minutes[1], 3),
        }
        for row in said.itertuples(index=False)
        if failures.grew(int(row.before), int(row.since), minutes)
    ]
    value: dict[str, Any] = {
        "onset": start.isoformat(),
        "lines": lines[:SHOWN],
        "levels": _levels(engine, told)[:SHOWN],
        "metrics": _gauges(events, start)[:SHOWN],
        "waits": _waits(events, str(like or "").strip(), start)[:SHOWN],
    }
    some = any(value[name] for name in ("lines", "levels", "metrics", "waits"))
    spoken = told.filter(words.worded(told))
    sides = engine.fetch(spoken.group_by(side=spoken.stretch > 0).aggregate(n=spoken.count()))
    looked = len(sides) == 2 or any(source.kind == "metric" for source in events.sources)
    return Finding(
        question,
        _answer(value, looked),
        value=value,
        table=_table(value),
        evidence=_evidence(events, start, value),
        verdict="found" if some else "absent" if looked else "inconclusive",
        coverage=coverage_of(events, control=looked),
    )


def example() -> list[dict[str, Any]]:
    """Lines of a queue that runs full from 2026-03-04 09:30:05 UTC on, every ten seconds for an hour."""
    onset = datetime(2026, 3, 4, 9, 30, 5, tzinfo=UTC)
    return [
        {
            "time": onset + timedelta(seconds=10 * step),
            "source": "worker",
            "kind": "log",
            "severity_number": 13 if step > 0 else 9,
            "body": "queue full, message discarded" if step > 0 else f"took message {step}",
        }
        for step in range(-180, 181)
    ]


def _levels(engine: Any, told: Any) -> list[dict[str, Any]]:
    """Lines that tell how much of how much: where the greatest share since is near the limit, and was not before."""
    import ibis

    rows = told.filter(told.body.re_search(LEVEL))
    used = rows.body.re_extract(LEVEL, 1).try_cast("float64")
    limit = rows.body.re_extract(LEVEL, 2).try_cast("float64")
    rows = rows.mutate(
        share=ibis.ifelse(limit > 0, used / limit, ibis.null("float64")), late=rows.stretch > 0
    )
    grouped = rows.group_by("service").aggregate(
        body=rows.body.max(),
        before=ibis.ifelse(rows.late, ibis.null("float64"), rows.share).quantile(0.99),
        since=ibis.ifelse(rows.late, rows.share, ibis.null("float64")).max(),
    )
    frame = engine.fetch(grouped.order_by("service"))
    out = []
    for row in frame.itertuples(index=False):
        before = float(row.before) if row.before is not None and row.before == row.before else 0.0
        if (
            row.since is not None
            and row.since == row.since
            and row.since >= FILLED
            and row.since > MORE * before
        ):
            item = {"service": str(row.service), "said": traces._text(row.body)}
            out.append({**item, "before": round(before, 4), "since": round(float(row.since), 4)})
    return sorted(out, key=lambda item: (-item["since"], item["service"]))


def _gauges(events: Events, start: datetime) -> list[dict[str, Any]]:
    """Metrics of fill and lag that are beyond nearly all of their values before, the most first."""
    import numpy as np

    table = traces.whole(events)
    rows = table.filter((table.kind == "metric") & table.time.notnull() & table.value.notnull())
    rows = rows.filter(rows.name.re_search(GAUGES))
    if events.window[1] is not None:
        rows = rows.filter(rows.time < literal(events.window[1]))
    width = metrics.spacing(events, rows)
    frame, width, _ = metrics.binned(events, rows, seconds=width, most=2_000)
    begin = int((start - bins.ORIGIN).total_seconds())
    out = []
    for key, part in frame.groupby("key", sort=True):
        starts = part["bin"].to_numpy("int64") * width
        values = part["value"].to_numpy("float64")
        before, since = values[starts + width <= begin], values[starts >= begin]
        if len(before) < POINTS or len(since) < LEAST:
            continue
        was, now = float(np.median(before)), float(np.median(since))
        if now <= float(np.quantile(before, 0.99)) or now <= MORE * was:
            continue
        out.append(
            {
                "service": traces._text(part["step"].iloc[0]),
                "metric": traces._text(part["metric"].iloc[0]),
                "labels": str(key).split("\x1f", 2)[-1],
                "before": float(f"{was:.4g}"),
                "since": float(f"{now:.4g}"),
                "ratio": round(now / was, 2) if was > 0 else None,
            }
        )
    return sorted(
        out, key=lambda item: (-(item["ratio"] or 1e9), item["service"], item["metric"], item["labels"])
    )


def _waits(events: Events, like: str, start: datetime) -> list[dict[str, Any]]:
    """Between each two steps of the usual way: the median wait before and since, who waited long, who is still inside."""
    import ibis

    if not like:
        return []
    model = discovery.discovered(events, like, onset=start.isoformat())
    steps = [step for step in model.steps if not step.optional]
    if len(steps) < 2:
        return []
    rows = traces.first_times(events, like)
    cells = {}
    for number, step in enumerate(steps):
        mine = ibis.or_(*((rows.step == place) & (rows.name == name) for place, name in step.activities))
        cells[f"at_{number}"] = ibis.ifelse(mine, rows.time, ibis.null("timestamp")).min()
    each = events.engine.cache(rows.group_by("id").aggregate(**cells))
    pairs = list(range(1, len(steps)))
    whole: dict[str, Any] = {}
    for number in pairs:
        came, went = each[f"at_{number - 1}"], each[f"at_{number}"]
        wait = went.delta(came, unit="second").cast("float64")
        for side, here in (("before", came < literal(start)), ("since", came >= literal(start))):
            told = ibis.ifelse(here, wait, ibis.null("float64"))
            whole[f"{side}_{number}"] = told.median()
            whole[f"n_{side}_{number}"] = told.count()
            whole[f"inside_{side}_{number}"] = (here & went.isnull()).fill_null(False).cast("int64").sum()
            if side == "before":
                whole[f"most_{number}"] = told.quantile(0.99)
    found = events.engine.fetch(each.aggregate(**whole)).iloc[0]
    limits = {number: LONG * _number(found[f"most_{number}"]) + LONG_AT_LEAST for number in pairs}
    over: dict[str, Any] = {}
    for number in pairs:
        came, went = each[f"at_{number - 1}"], each[f"at_{number}"]
        long = (came >= literal(start)) & (went.delta(came, unit="second") > limits[number])
        over[f"over_{number}"] = long.fill_null(False).cast("int64").sum()
    late = events.engine.fetch(each.aggregate(**over)).iloc[0]
    out = []
    for number in pairs:
        n_before, n_since = int(found[f"n_before_{number}"]), int(found[f"n_since_{number}"])
        inside, stood = int(found[f"inside_since_{number}"] or 0), int(found[f"inside_before_{number}"] or 0)
        was, now = _number(found[f"before_{number}"]), _number(found[f"since_{number}"])
        long = int(late[f"over_{number}"] or 0)
        longer = n_since >= LEAST and now >= LONGER * max(was, 1.0)
        stuck = inside / max(n_since + inside, 1) > 2 * stood / max(n_before + stood, 1) + MANY
        if n_before < LEAST or not (
            longer or (inside >= LEAST and stuck) or long >= max(LEAST, MANY / 5 * n_since)
        ):
            continue
        out.append(
            {
                "from": steps[number - 1].name,
                "to": steps[number].name,
                "place": steps[number].place,
                "before": was,
                "since": now if n_since else None,
                "n_before": n_before,
                "n_since": n_since,
                "long": long,
                "inside": inside,
            }
        )
    return sorted(
        out, key=lambda item: (-item["inside"] - item["long"], -(item["since"] or 0.0), item["from"])
    )


def _number(cell: Any) -> float:
    return float(cell) if cell is not None and cell == cell else 0.0


def _table(value: dict[str, Any]) -> pandas.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for item in value["waits"]:
        rows.append(
            (
                "wait",
                item["place"],
                f"from {item['from']} to {item['to']}",
                _lasting(item["before"]),
                _waited(item),
            )
        )
    for item in value["levels"]:
        rows.append(
            (
                "level",
                item["service"],
                say.quote(item["said"]),
                f"{item['before']:.0%}",
                f"{item['since']:.0%}",
            )
        )
    for item in value["lines"]:
        rows.append(
            (
                "says so",
                item["service"],
                say.quote(item["said"]),
                f"{item['before']:g} a minute",
                f"{item['since']:g} a minute",
            )
        )
    for item in value["metrics"]:
        name = f"{item['metric']} {item['labels']}".strip()
        rows.append(("metric", item["service"], name, f"{item['before']:g}", f"{item['since']:g}"))
    return say.table(["what", "service", "which", "before", "since"], rows)


def _lasting(seconds: float) -> str:
    return say.span(timedelta(seconds=seconds))


def _waited(item: dict[str, Any]) -> str:
    came = _lasting(item["since"]) if item["since"] is not None else "none came through"
    long = f", {item['long']:,} far longer" if item["long"] else ""
    return f"{came}{long}, {item['inside']:,} still inside" if item["inside"] else f"{came}{long}"


def _evidence(events: Events, start: datetime, value: dict[str, Any]) -> pandas.DataFrame | None:
    """The first lines since the onset that say that something is full."""
    services = sorted({item["service"] for name in ("lines", "levels") for item in value[name]})
    if not services:
        return None
    table = traces.whole(events)
    rows = table.filter(
        (table.kind == "log") & (table.time >= literal(start)) & place_of(table).isin(services)
    )
    rows = rows.filter(rows.body.re_search(FULL) | rows.body.re_search(LEVEL))
    rows = rows.order_by([rows.time, rows.evidence, rows.unit, rows.body]).limit(100)
    frame = events.fetch(
        rows.select("time", "source", "service", "severity_text", "body", "evidence", "unit", "units")
    )
    return frame if len(frame) else None


def _answer(value: dict[str, Any], looked: bool) -> str:
    if not looked:
        return "Nothing was written on both sides of the onset, so it can't be said what filled up."
    parts = []
    if value["waits"]:
        wait = value["waits"][0]
        way = f"between {wait['from']} and {wait['to']}"
        was = f"usual is {_lasting(wait['before'])}"
        told = [f"{wait['inside']:,} still wait"] if wait["inside"] else []
        told += [f"{wait['long']:,} waited far longer than usual"] if wait["long"] else []
        if told:
            parts.append(f"{' and '.join(told)} {way} ({was})")
        else:
            parts.append(
                f"the way {way} takes {_lasting(wait['since'] or 0)}, before {_lasting(wait['before'])}"
            )
    if value["levels"]:
        level = value["levels"][0]
        parts.append(
            f"{level['service']} is {level['since']:.0%} full ({say.quote(level['said'], 50)}), before at most {level['before']:.0%}"
        )
    elif value["lines"]:
        line = value["lines"][0]
        parts.append(
            f"{line['service']} says {say.quote(line['said'], 60)} {line['since']:g} times a minute, before {line['before']:g}"
        )
    if value["metrics"]:
        top = value["metrics"][0]
        more = len(value["metrics"]) - 1
        rest = f" and {say.count(more, 'more metric')}" if more else ""
        parts.append(
            f"{top['service']} {top['metric']} went from {top['before']:g} to {top['since']:g}{rest}"
        )
    if not parts:
        return f"Nothing ran full and nothing waits longer since {say.at(instant(value['onset']))}, as far as lines and metrics tell."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
