"""The metrics that moved, each in a small picture of its own, on one clock."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import instant
from investigator.facts import bins, series
from investigator.facts import metrics as measured
from investigator.facts.traces import _text
from investigator.views import _palette as palette
from investigator.views._style import figure, nothing
from investigator.views._text import inert, plain, several
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["where", "metric", "labels", "most unusual at", "how unusual", "usual", "then"]
TITLE = "Which metrics moved, and when?"
#: Pictures, in a row, and points in each.
SHOWN, ACROSS, POINTS = 12, 3, 240
#: As far out as one value of a hundred is 1.
UNUSUAL = 1.5
PIXELS = 108


def metrics(events: Events, *, onset: str | None = None, zone: str = "UTC") -> Figure:
    """Small multiples: one line a series, the most unusual first, the onset marked in each, the unusual moment dotted.

    How unusual a moment is: `facts/series.py`, where 1 is as far out as one value of a hundred.
    """
    table = events.table.filter(
        (events.table.kind == "metric") & events.table.time.notnull() & events.table.value.notnull()
    )
    span = events.engine.fetch(table.aggregate(low=table.time.min(), high=table.time.max())).iloc[0]
    if span["low"] is None or span["low"] != span["low"]:
        return nothing(TITLE, "No metric is loaded.", axis="time", columns=COLUMNS, table_title="Metrics")
    frame, width, _ = measured.binned(events, table)
    start = instant(onset) if onset else None
    found = _judged(frame, width, start)
    low = bins.bin_start(int(frame["bin"].min()), width)
    high = bins.bin_start(int(frame["bin"].max()) + 1, width)
    axis = TimeAxis.over(low, max(high, low + timedelta(seconds=1)), zone)
    shown = found[:SHOWN]
    moved = [one for one in found if one["score"] >= UNUSUAL]
    told = _told(found, moved, axis)
    made = figure(
        title=told.format(*(inert(one["title"], at_most=44) for one in moved[:1])),
        subtitle=f"The {len(shown)} most unusual of {several(len(found), 'series', 'series')}; each has its own scale, all have one clock.",
        alt=told.format(*(plain(one["title"], at_most=44) for one in moved[:1])),
        table_title=f"Metrics (times: {axis.zone})",
        columns=COLUMNS,
        rows=[
            [
                one["step"],
                one["metric"],
                one["labels"],
                axis.text(one["at"]),
                one["score"],
                one["usual"],
                one["then"],
            ]
            for one in shown
        ],
    )
    _draw(made, shown, axis, start)
    return made


def _told(found: list[dict[str, Any]], moved: list[dict[str, Any]], axis: TimeAxis) -> str:
    if not moved:
        return f"None of {several(len(found), 'series', 'series')} moved by more than usual."
    first = moved[0]
    return f"{len(moved):,} of {several(len(found), 'series', 'series')} moved by more than usual, most {{}} at {axis.clock(first['at'])}."


def _judged(frame: Any, width: int, start: Any) -> list[dict[str, Any]]:
    """Each series with its points and its most unusual moment, from half an hour before the onset where there is one."""
    import numpy as np

    out = []
    first, last = int(frame["bin"].min()), int(frame["bin"].max())
    allowed = (
        int(((start - timedelta(minutes=30)) - bins.bin_start(first, width)).total_seconds() // width)
        if start
        else 0
    )
    for key, part in frame.groupby("key", sort=True):
        values = np.full(last - first + 1, np.nan)
        values[part["bin"].to_numpy() - first] = part["value"].to_numpy()
        score = series.scores(values, per_day=86_400 // width)
        score[: max(min(allowed, len(score)), 0)] = 0.0
        place = int(np.argmax(score))
        one = part.iloc[0]
        step, metric = _text(one["step"]), _text(one["metric"])
        out.append(
            {
                "step": step,
                "metric": metric,
                "labels": _text(key).split("\x1f", 2)[-1],
                "title": f"{step}: {metric}",
                "score": round(float(score[place]), 2),
                "place": place,
                "at": bins.bin_start(first + place, width),
                "usual": _rounded(float(np.nanmedian(values))),
                "then": _rounded(float(values[place])) if np.isfinite(values[place]) else None,
                "points": _thinned(values, first, width, place),
            }
        )
    return sorted(out, key=lambda one: (-one["score"], one["title"], one["labels"]))


def _thinned(values: Any, first: int, width: int, keep: int) -> list[tuple[Any, float]]:
    """At most so many points of a series: the highest and the lowest of each stretch, so that no peak is lost."""
    import numpy as np

    known = np.flatnonzero(np.isfinite(values))
    chosen = set(known.tolist())
    if len(known) > POINTS:
        chosen = {keep} if np.isfinite(values[keep]) else set()
        for part in np.array_split(known, POINTS // 2):
            chosen |= {int(part[np.argmax(values[part])]), int(part[np.argmin(values[part])])}
    return [(bins.bin_start(first + at, width), _rounded(float(values[at]))) for at in sorted(chosen)]


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _draw(made: Figure, shown: list[dict[str, Any]], axis: TimeAxis, start: Any) -> None:
    import plotly.graph_objects as go

    across = min(ACROSS, len(shown))
    down = math.ceil(len(shown) / across)
    gap, row = 0.035, 1 / down
    shapes, notes = [], []
    for place, one in enumerate(shown):
        number = "" if place == 0 else str(place + 1)
        left = place % across / across
        top = 1 - place // across * row
        low, high = top - row * 0.72, top - row * 0.16
        made.add_trace(
            go.Scatter(
                mode="lines",
                name=inert(one["title"], at_most=60),
                x=[axis.place(at) for at, _ in one["points"]],
                y=[value for _, value in one["points"]],
                xaxis=f"x{number}",
                yaxis=f"y{number}",
                line={"color": palette.BLUE, "width": 1.4},
                hovertemplate="%{x}: %{y}<extra></extra>",
            )
        )
        if one["score"] >= UNUSUAL and one["then"] is not None:
            made.add_trace(
                go.Scatter(
                    mode="markers",
                    name="most unusual",
                    x=[axis.place(one["at"])],
                    y=[one["then"]],
                    xaxis=f"x{number}",
                    yaxis=f"y{number}",
                    marker={
                        "color": palette.VERMILLION,
                        "symbol": "circle-open",
                        "size": 11,
                        "line": {"width": 2},
                    },
                    hovertemplate="%{x}: %{y}<extra></extra>",
                )
            )
        lowest = place + across >= len(shown)
        layout = axis.layout()
        layout["title"] = {"text": axis.title if lowest and place % across == 0 else ""}
        made.update_layout(
            {
                f"xaxis{number}": {
                    **layout,
                    "domain": [
                        left + (gap if left else 0),
                        left + 1 / across - (0.004 if place % across == across - 1 else 0),
                    ],
                    "anchor": f"y{number}",
                    "showticklabels": lowest,
                    "nticks": 4,
                    "tickangle": 0,
                },
                f"yaxis{number}": {
                    "domain": [max(low, 0), high],
                    "anchor": f"x{number}",
                    "nticks": 3,
                    "fixedrange": True,
                },
            }
        )
        notes.append(
            {
                "text": inert(f"{one['title']} {one['labels']}".strip(), at_most=42),
                "x": left + (gap if left else 0),
                "y": high,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12, "color": palette.INK},
            }
        )
        if start is not None and axis.low <= start <= axis.high:
            stroke = palette.STROKES["onset"]
            shapes.append(
                {
                    "type": "line",
                    "xref": f"x{number}",
                    "yref": f"y{number} domain",
                    "x0": axis.place(start),
                    "x1": axis.place(start),
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": stroke.colour, "dash": stroke.dash, "width": 1.2},
                }
            )
    made.update_layout(
        shapes=shapes,
        annotations=notes,
        height=84 + down * PIXELS + 74,
        margin={"l": 60, "r": 24, "t": 84, "b": 74},
        showlegend=False,
    )
