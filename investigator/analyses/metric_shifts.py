"""Which metrics changed, how, and when: over all series at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import instant, literal
from investigator.facts import bins, metrics, series, traces
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 60
#: A moment is worth a word from so many times what is rare on.
UNUSUAL = 1.5
#: A level differs when it moved by so many median deviations.
MOVED = 3.0
#: How far before the onset that people name a metric may have moved.
EARLIER = timedelta(minutes=30)
#: A series that says nothing for the last part of the time stopped.
SILENT = 0.05

UNITS = (
    ("_seconds", "s"), ("_ms", "ms"), ("_milliseconds", "ms"), ("_bytes", "bytes"), ("_percent", "%"), ("_ratio", "ratio"),
)  # fmt: skip


def metric_shifts(events: Events, *, onset: str | None = None, service: str | None = None) -> Finding:
    """Metrics that shifted, spiked, settled at another level, drifted or stopped, the most unusual first.

    Each series (metric, service, labels) is looked at beside its neighbours, the same time of other days, and the
    stretch before; counters are taken as what they grow by in a second. With an onset only what moved from half an hour before it
    on counts. `value`: looked_at, flat, too_short, series [{rank, service, metric, labels, unit, change (shift,
    spike, level, trend, stopped), direction (up, down), onset [from, to], before, after, score, counter}].

    Method: see `events/series.py`; a score of 1 is what one value of a hundred reaches. Limits: less than 20 points
    are too short; at most 500 series and 4,000 points each, wider bins where there are more. Example:
    `case.find.metric_shifts(onset="2026-06-17T07:14:00+00:00")`.
    """
    import numpy as np

    question = "Which metrics changed, and when?"
    if not any(source.kind == "metric" for source in events.sources):
        return say.unanswered(question, "No metrics are loaded.", say.LOAD["metric"])
    table = events.table.filter(
        (events.table.kind == "metric") & events.table.time.notnull() & events.table.value.notnull()
    )
    if service:
        table = table.filter(table.service == str(service))
    frame, width, more = metrics.binned(events, table)
    if not len(frame):
        answer = "No metric has a value in this selection."
        return say.unanswered(question, answer, say.LOAD["metric"], coverage=coverage_of(events))
    start = instant(onset) if onset else None
    first, last = int(frame["bin"].min()), int(frame["bin"].max())
    per_day = 86_400 // width
    found, flat, short = [], 0, 0
    for key, part in frame.groupby("key", sort=True):
        values = np.full(last - first + 1, np.nan)
        values[part["bin"].to_numpy() - first] = part["value"].to_numpy()
        one = part.iloc[0]
        known = {
            "service": traces._text(one["step"]),
            "metric": traces._text(one["metric"]),
            "labels": traces._text(key).split("\x1f", 2)[-1],
        }
        if np.isfinite(values).sum() < series.LEAST:
            short += 1
            continue
        told = _judged(values, first, width, per_day, start)
        if told is None:
            flat += 1
        elif told["change"]:
            found.append({**known, "unit": _unit(known["metric"]), **told})
    found.sort(key=lambda item: (-item["score"], item["service"], item["metric"], item["labels"]))
    value: dict[str, Any] = {
        "looked_at": int(frame["key"].nunique()),
        "flat": flat,
        "too_short": short,
        "series": [{"rank": rank, **item} for rank, item in enumerate(found[:SHOWN], 1)],
    }
    blind = []
    if short:
        blind.append(
            f"{say.count(short, 'series has', 'series have')} fewer than {series.LEAST} points: too few to say."
        )
    if more:
        blind.append(f"Only the {metrics.SERIES} series with the most points are looked at.")
    evidence = _evidence(events, table, value["series"])
    sources = [source.name for source in events.sources if source.kind == "metric"]
    return Finding(
        question,
        _answer(value, start),
        value=value,
        table=say.table(
            ["rank", "service", "metric", "labels", "change", "onset", "until", "before", "after", "unit", "score"],
            (
                (s["rank"], s["service"], s["metric"], s["labels"], f"{s['change']} {s['direction']}".strip(),
                 s["onset"][0], s["onset"][1], s["before"], s["after"], s["unit"], s["score"])
                for s in value["series"]
            ),
        ),
        evidence=evidence,
        verdict="found" if found else "absent" if value["looked_at"] > short else "inconclusive",
        coverage=coverage_of(events, sources=sources, control=value["looked_at"] > short, blind=tuple(blind)),
    )  # fmt: skip


def _judged(
    values: np.ndarray, first: int, width: int, per_day: int, start: datetime | None
) -> dict[str, Any] | None:
    """The most unusual moment of a series, and what kind of change it is; None for a flat one."""
    import numpy as np

    values, counter = _counted(values, width)
    step = _step_of(values)
    values = values[::step] if step > 1 else values
    width, per_day = width * step, max(per_day // step, 0)
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < series.LEAST or float(np.nanmax(values)) == float(np.nanmin(values)):
        return None
    silent = len(values) - 1 - int(known[-1])
    score = series.scores(values, per_day=per_day)
    origin = bins.bin_start(0, 1)
    begin = origin + timedelta(seconds=first * (width // step))
    if start is not None:
        allowed = int(((start - EARLIER) - begin).total_seconds() // width)
        score[: max(allowed, 0)] = 0.0
    base = {"counter": counter}
    if silent >= 10 and silent > SILENT * len(values):
        at = begin + timedelta(seconds=int(known[-1]) * width)
        if start is None or at >= start - EARLIER:
            last = float(np.median(values[known[-20:]]))
            return {**base, "change": "stopped", "direction": "", "score": round(float(silent / len(values) * 100), 2),
                    "onset": [at.isoformat(), (at + timedelta(seconds=2 * width)).isoformat()],
                    "before": say.rounded(last), "after": None}  # fmt: skip
    moment = int(np.argmax(score))
    nothing = {
        **base,
        "change": "",
        "direction": "",
        "score": 0.0,
        "onset": [None, None],
        "before": None,
        "after": None,
    }
    filled = np.interp(np.arange(len(values)), known, values[known])
    rest = filled - series.seasonal(filled, per_day)
    wide = max(5, len(values) // series.STRETCHES[1])
    before, after = rest[max(moment - wide, 0) : moment], rest[moment : moment + wide]
    noise = series.noise(rest) or float(rest.std()) / 100 or 1.0  # without noise any move is one
    strength = max(float(score[moment]), _beyond(rest, moment, wide, noise))
    if strength < UNUSUAL:
        return nothing
    kind, peak = "spike", float(rest[moment])
    low, high = moment, moment
    level = float(np.median(before)) if len(before) else float(np.median(rest))
    if len(after) >= 3 and abs(float(np.median(after)) - level) > MOVED * noise:
        settled = (
            abs(float(np.median(rest[moment:])) - level) > MOVED * noise and len(rest) - moment > 2 * wide
        )
        kind, peak = "level" if settled else "shift", float(np.median(after))
    half = (level + peak) / 2
    beyond = (lambda x: x > half) if peak > level else (lambda x: x < half)
    for place in range(max(moment - wide, 1), min(moment + wide, len(rest))):
        if beyond(rest[place]) and not beyond(rest[place - 1]):
            low, high = place - 1, place
            break
    if _drifts(rest):
        kind = "trend"
    shown = filled[max(low - wide, 0) : low + 1], filled[high : high + (wide if kind != "spike" else 3)]
    return {
        **base,
        "change": kind,
        "direction": "up" if peak > level else "down",
        "score": round(strength, 2),
        "onset": [
            (begin + timedelta(seconds=low * width)).isoformat(),
            (begin + timedelta(seconds=(high + 1) * width)).isoformat(),
        ],
        "before": say.rounded(float(np.median(shown[0]))) if len(shown[0]) else None,
        "after": say.rounded(float(np.median(shown[1]))) if len(shown[1]) else None,
    }


def _beyond(rest: np.ndarray, moment: int, wide: int, noise: float) -> float:
    """How far the level after a moment is outside all that was usual before, in tens of its noise; at most 10."""
    import numpy as np

    before, after = rest[:moment], rest[moment : moment + wide]
    if len(before) < series.LEAST or len(after) < 3:
        return 0.0
    low, high = np.quantile(before, [0.01, 0.99])
    level = float(np.median(after))
    return min(max(level - float(high), float(low) - level, 0.0) / noise / 10, 10.0)


def _counted(values: np.ndarray, width: int) -> tuple[np.ndarray, bool]:
    """A counter as what it grows by in a second; anything else as it is."""
    import numpy as np

    known = np.flatnonzero(np.isfinite(values))
    steps = np.diff(values[known])
    if len(steps) < series.LEAST or (steps > 0).mean() < 0.5 or (steps >= 0).mean() < 0.99:
        return values, False
    out = np.full(len(values), np.nan)
    out[known[1:]] = np.where(steps >= 0, steps, values[known[1:]]) / (np.diff(known) * width)
    return out, True


def _step_of(values: np.ndarray) -> int:
    """Every how many bins the series has a value."""
    import numpy as np

    gaps = np.diff(np.flatnonzero(np.isfinite(values)))
    step = int(np.median(gaps)) if len(gaps) else 1
    regular = len(gaps) > 0 and bool((gaps % max(step, 1) == 0).mean() > 0.99)
    return step if step > 1 and regular and np.flatnonzero(np.isfinite(values))[0] % step == 0 else 1


def _drifts(rest: np.ndarray) -> bool:
    """Whether it goes one way the whole time: the medians of twelve stretches do (Mann 1945, Kendall)."""
    import numpy as np

    if len(rest) < 60:
        return False
    medians = np.array([np.median(part) for part in np.array_split(rest, 12)])
    pairs = np.sign(np.subtract.outer(medians, medians))[np.tril_indices(12, -1)]
    return abs(float(pairs.mean())) >= 0.9


def _unit(metric: str) -> str:
    name = metric.lower().removesuffix("_total").removesuffix("_sum")
    return next((unit for end, unit in UNITS if name.endswith(end)), "")


def _evidence(events: Events, table: ir.Table, listed: list[dict[str, Any]]) -> pandas.DataFrame | None:
    """The values around the onset of the first few series."""
    import ibis

    near = [
        (table.name == item["metric"])
        & (table.time >= literal(instant(item["onset"][0])))
        & (table.time <= literal(instant(item["onset"][1])))
        for item in listed[:5]
    ]
    if not near:
        return None
    rows = (
        table.filter(ibis.or_(*near))
        .order_by([table.time, table.evidence, table.unit, table.name])
        .limit(100)
    )
    return events.fetch(
        rows.select("time", "source", "service", "name", "value", "evidence", "unit", "units")
    )


def _answer(value: dict[str, Any], start: datetime | None) -> str:
    since = f" from {say.at(start - EARLIER)} on" if start is not None else ""
    looked = say.count(value["looked_at"], "series", "series")
    if not value["series"]:
        return f"No metric moved in an unusual way{since}, of {looked}."
    top = value["series"][0]
    name = f"{top['service']} {top['metric']}" + (f" ({top['labels']})" if top["labels"] else "")
    unit = f" {top['unit']}" if top["unit"] else ""
    grew = " a second" if top["counter"] else ""
    if top["change"] == "stopped":
        what = f"stopped reporting after {say.at(instant(top['onset'][0]))}"
    else:
        what = (
            f"went {top['direction']} ({top['change']}) from {top['before']:g} to {top['after']:g}{unit}{grew} between "
            f"{say.at(instant(top['onset'][0]))} and {say.at(instant(top['onset'][1]), day=False)}"
        )
    more = len(value["series"]) - 1
    rest = f"; {say.count(more, 'other series', 'other series')} moved too" if more else "; no other moved"
    return f"{name} {what}{rest} (of {looked}{since})."
