"""Which kinds of message came when: one row a kind, time from left to right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import mask, schema
from investigator.events.instants import aware, instant
from investigator.facts import bins
from investigator.moment import duration
from investigator.views import _lanes, _marks
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, plain, several
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["kind of message", "lines", "errors", "first", "last", "since the onset"]
TITLE = "Which kinds of message came when?"
#: Kinds that are shown, and bins of time.
SHOWN, BINS = 24, 240
LANE_PIXELS = 24


def kinds(events: Events, *, onset: str | None = None, zone: str = "UTC") -> Figure:
    """One row a kind of message, the stronger the colour the more; new ones, those that stopped and failures on top.

    A kind is a message without its numbers and ids. With an onset the rows are ordered by what changed at it.
    """
    table = events.table.filter(events.table.time.notnull() & ~events.table.kind.isin(["metric", "record"]))
    span = events.engine.fetch(table.aggregate(low=table.time.min(), high=table.time.max())).iloc[0]
    low, high = aware(span["low"]), aware(span["high"])
    if low is None or high is None:
        return nothing(
            TITLE, "No message has a time here.", axis="time", columns=COLUMNS, table_title="Kinds of message"
        )
    start = instant(onset) if onset else None
    pad = max((high - low) / 100, timedelta(seconds=1))
    axis = TimeAxis.over(low - pad, high + pad, zone)
    seconds = bins.width_for(low, high, at_most=BINS)
    found = _counted(events, table, seconds, start)
    shown = found[:SHOWN]
    first_bin = min(min(kind["bins"]) for kind in shown)
    wide = max(max(kind["bins"]) for kind in shown) - first_bin + 1
    told = _told(found, axis, start)
    marks = _marks.arranged(
        [{"time": start, "label": "onset", "kind": "onset"}] if start and low <= start <= high else [],
        axis,
        70,
    )
    made = figure(
        title=told,
        subtitle=f"The {len(shown)} that tell most of {several(len(found), 'kind')}, counted every {duration(timedelta(seconds=seconds))}; each row on its own scale.",
        alt=told,
        table_title=f"Kinds of message (times: {axis.zone})",
        columns=COLUMNS,
        rows=[
            [
                kind["body"],
                kind["count"],
                kind["errors"],
                axis.text(kind["first"]),
                axis.text(kind["last"]),
                kind["change"],
            ]
            for kind in shown
        ],
    )
    labels = [kind["label"] for kind in shown]
    left = margin_for([plain(label, at_most=30) for label in labels])
    _draw(made, shown, axis, first_bin, wide, seconds)
    height = max(len(shown) * LANE_PIXELS, 60)
    top = 84 + _marks.ROW * _marks.rows_of(marks)
    _marks.draw(made, marks, axis, height=height)
    _lanes.ticks(made, labels)
    made.update_xaxes(**axis.layout())
    made.update_layout(
        height=top + height + 70, margin={"l": left, "r": 24, "t": top, "b": 70}, showlegend=False
    )
    return made


def _counted(events: Events, table: Any, seconds: int, start: Any) -> list[dict[str, Any]]:
    """Every kind with its bins, those that changed most at the onset first, else failures and the rarest."""
    rows = table.mutate(bin_=bins.bin_number(table.time, seconds))
    bad = (rows.severity_number >= schema.ERROR).fill_null(False).cast("int64")
    rows = rows.mutate(bad=bad)
    grouped = rows.group_by(["name", "bin_"]).aggregate(
        n=rows.count(), bad=rows.bad.sum(), first=rows.time.min(), last=rows.time.max(), body=rows.body.min()
    )
    frame = events.engine.fetch(grouped.order_by(["name", "bin_"]).limit(200_000))
    out: dict[str, dict[str, Any]] = {}
    edge = int((start - bins.ORIGIN).total_seconds() // seconds) if start else None
    for row in frame.itertuples(index=False):
        name = str(row.name or "")
        kind = out.setdefault(
            name,
            {
                "name": name,
                "bins": {},
                "count": 0,
                "errors": 0,
                "first": aware(row.first),
                "last": aware(row.last),
                "body": str(row.body or ""),
                "before": 0,
                "since": 0,
            },
        )
        kind["bins"][int(row.bin_)] = int(row.n)
        kind["count"] += int(row.n)
        kind["errors"] += int(row.bad)
        kind["last"] = aware(row.last)
        kind["body"] = min(kind["body"], str(row.body or ""))
        if edge is not None:
            kind["before" if int(row.bin_) < edge else "since"] += int(row.n)
    for kind in out.values():
        kind["label"] = mask.masked(kind["body"]) or kind["name"]
        kind["change"] = _change(kind) if edge is not None else ""
    order = {"new": 0, "stopped": 1, "": 2}
    return sorted(
        out.values(),
        key=lambda kind: (
            order[kind["change"]],
            not kind["errors"],
            -kind["count"],
            kind["label"],
            kind["name"],
        ),
    )


def _change(kind: dict[str, Any]) -> str:
    if kind["since"] >= 3 and not kind["before"]:
        return "new"
    return "stopped" if kind["before"] >= 10 and not kind["since"] else ""


def _told(found: list[dict[str, Any]], axis: TimeAxis, start: Any) -> str:
    failing = sum(1 for kind in found if kind["errors"])
    if start is None:
        fail = f"{failing:,} of them with errors" if failing else "none of them with errors"
        return f"There {'is' if len(found) == 1 else 'are'} {several(len(found), 'kind')} of message, {fail}."
    new = sum(kind["change"] == "new" for kind in found)
    gone = sum(kind["change"] == "stopped" for kind in found)
    return f"At {axis.clock(start)} {several(new, 'kind')} of message began and {gone:,} stopped, of {len(found):,}."


def _draw(
    made: Figure, shown: list[dict[str, Any]], axis: TimeAxis, first: int, wide: int, seconds: int
) -> None:
    import numpy as np
    import plotly.graph_objects as go

    counts = np.zeros((len(shown), wide), dtype="int64")
    for place, kind in enumerate(shown):
        for number, n in kind["bins"].items():
            counts[place, number - first] = n
    most = np.maximum(counts.max(axis=1, keepdims=True), 1)
    shade = np.where(counts > 0, 40 + 215 * np.log1p(counts) / np.log1p(most), 0).astype("uint8")
    made.add_trace(
        go.Heatmap(
            z=shade,
            customdata=counts.astype("int32"),
            x0=axis.place(bins.bin_start(first, seconds) + timedelta(seconds=seconds / 2)),
            dx=seconds * 1000.0,
            y=list(range(len(shown))),
            text=[inert(kind["label"], at_most=90) for kind in shown],
            colorscale=palette.DENSITY,
            zmin=0,
            zmax=255,
            ygap=2,
            showscale=False,
            name="lines",
            hovertemplate="%{x}: %{customdata:,} lines<extra></extra>",
        )
    )
