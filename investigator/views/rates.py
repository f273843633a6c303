"""How much of what came when, one small picture a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.errors import ParameterError
from investigator.events import schema
from investigator.events.instants import aware
from investigator.facts.bins import bins, width_for
from investigator.moment import duration
from investigator.views import _marks
from investigator.views import _palette as palette
from investigator.views._style import figure, nothing
from investigator.views._text import inert, plain, several
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

GROUPS = ("service", "source", "kind", "host", "name", "severity_text")
GROUPS_AT_MOST = 12
BINS_AT_MOST = 300
COLUMNS = ["events", "errors", "mean a minute", "most a minute", "when most"]
PANEL = 96  # pixels of one small picture
GAP = 46


def rates(
    events: Events,
    *,
    by: str = "service",
    seconds: int | None = None,
    zone: str = "UTC",
    marks: Sequence[dict[str, Any]] | None = None,
) -> Figure:
    """Events a minute, one small picture a group on one time axis, with the errors drawn over them.

    The twelve groups with the most events, and the rest as one. `by` is service, source, kind, host, name or
    severity_text, or an attribute's column; `seconds` is the width of a bin.
    """
    import numpy as np

    _known(events, by)
    title = f"How many events a minute, by {inert(by)}?"
    columns = [by, *COLUMNS]
    span = events.span()
    if span is None:
        return nothing(
            title, "No events with a time in this window.", axis="time", columns=columns, table_title="Rates"
        )
    low, high = events.window
    seconds = _wide_enough(seconds, low or span[0], high or span[1])
    axis = TimeAxis.over(low or span[0], high or span[1] + timedelta(seconds=seconds), zone)
    timed = events.table.filter(events.table.time.notnull())
    largest = _largest(events, by)
    shown = [name for name, _ in largest[:GROUPS_AT_MOST]]
    rest = len(largest) - len(shown)
    group = timed[by].nullif("")
    inside = group.isin([name for name in shown if name is not None]).fill_null(False)
    table = timed.mutate(
        group_=inside.ifelse(group, ""),
        other_=~inside & group.notnull() if None in shown else ~inside,
        bad_=(timed.severity_number >= schema.ERROR).fill_null(False),
    )
    counted = bins(replace(events, table=table), by=("other_", "group_", "bad_"), seconds=seconds)
    start = aware(counted["start"].min())
    assert start is not None
    slots = ((counted["start"] - start).dt.total_seconds() // seconds).astype("int64")
    names: list[str | None] = [*shown, *(["others"] if rest else [])]
    places = {("" if name is None else name): at for at, name in enumerate(shown)}
    panels = [
        len(shown) if other else places[name]
        for other, name in zip(counted["other_"], counted["group_"], strict=True)
    ]
    grid = np.zeros((2, len(names), int(slots.max()) + 1), dtype="int64")
    np.add.at(grid, (counted["bad_"].astype(int), panels, slots), counted["count"].to_numpy())
    labels = [f"others ({rest})" if at == len(shown) else _label(name, by) for at, name in enumerate(names)]
    made = figure(
        title=title,
        subtitle=f"{several(int(grid.sum()), 'event')}, {axis.span}. "
        f"One bin is {duration(timedelta(seconds=seconds))}; each picture has its own scale.",
        alt=_alt(labels, grid, axis),
        table_title=f"Rates by {by} (times: {axis.zone})",
        columns=columns,
        rows=_rows(labels, grid, start, seconds, axis),
    )
    _draw(made, labels, grid, start, seconds, axis, marks)
    return made


def _known(events: Events, by: str) -> None:
    there = [
        name for name in events.table.columns if name in GROUPS or name.startswith(schema.ATTRIBUTE_PREFIX)
    ]
    if by not in there:
        raise ParameterError(
            f"Rates can't be grouped by '{by}'.",
            f"There are: {', '.join(there)}.",
            "Use one of these as by=.",
        )


def _wide_enough(seconds: int | None, low: Any, high: Any) -> int:
    least = width_for(low, high, at_most=BINS_AT_MOST)
    if seconds is None:
        return least
    if seconds < 1:
        raise ParameterError(f"A bin can't be {seconds} seconds wide.", "", "Give seconds=1 or more.")
    # Narrower bins than the picture has points for would only make the page heavy.
    finest = width_for(low, high, at_most=4 * BINS_AT_MOST)
    return max(int(seconds), finest)


def _largest(events: Events, by: str) -> list[tuple[str | None, int]]:
    """Groups with their counts, the largest first; no group is None and stands last."""
    table = events.table.filter(events.table.time.notnull())
    counted = table.group_by(group_=table[by].nullif("")).aggregate(n=lambda t: t.count())
    frame = events.engine.fetch(counted.order_by([counted.n.desc(), counted.group_]).limit(100_000))
    found = [
        (None if g is None or g != g else str(g), int(n))
        for g, n in zip(frame["group_"], frame["n"], strict=True)
    ]
    named = [item for item in found if item[0] is not None]
    return named + [item for item in found if item[0] is None]


def _label(name: str | None, by: str) -> str:
    return f"no {by}" if name is None else name


def _draw(
    made: Figure, labels: list[str], grid: Any, start: Any, seconds: int, axis: TimeAxis, marks: Any
) -> None:
    import plotly.graph_objects as go

    wide = 1 if len(labels) <= 3 else 2 if len(labels) <= 8 else 3
    down = -(-len(labels) // wide)
    panel = PANEL + 40 if wide == 1 else PANEL
    inner = down * panel + (down - 1) * GAP
    placed = _marks.arranged(marks, axis, 56)
    has_errors = bool(grid[1].any())
    first_error = True
    gutter = 0.065
    width = (1 - gutter * (wide - 1)) / wide
    shapes: list[dict[str, Any]] = []
    for at, label in enumerate(labels):
        row, column = divmod(at, wide)
        suffix = "" if at == 0 else str(at + 1)
        x0 = column * (width + gutter)
        y1 = 1 - row * (panel + GAP) / inner
        y0 = y1 - panel / inner
        per_minute = grid[:, at] * 60.0 / seconds
        total, bad = per_minute.sum(axis=0), per_minute[1]
        lowest = row == down - 1 or at + wide >= len(labels)
        made.update_layout(
            {
                f"xaxis{suffix}": {
                    **axis.layout(),
                    "title": {"text": axis.title if lowest else ""},
                    "domain": [x0, x0 + width],
                    "anchor": f"y{suffix}",
                    "matches": None if at == 0 else "x",
                    "showticklabels": lowest,
                    "nticks": 12 // wide,
                },
                f"yaxis{suffix}": {
                    "domain": [max(y0, 0), min(y1, 1)],
                    "anchor": f"x{suffix}",
                    "range": [0, _top(float(total.max()))],
                    "autorange": False,
                    "nticks": 4,
                    "fixedrange": True,
                    "title": {"text": "a minute" if column == 0 else "", "standoff": 6},
                },
            }
        )
        common = {
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            "x0": axis.place(start),
            "dx": seconds * 1000.0,
        }
        made.add_trace(
            go.Scatter(
                name="all events",
                y=_packed(total),
                mode="lines",
                line={"color": palette.BLUE, "width": 1.3, "shape": "hv"},
                fill="tozeroy",
                fillcolor="rgba(86,180,233,0.28)",
                hovertemplate="%{x}: %{y:,.4~g} events a minute<extra></extra>",
                legendgroup="all",
                showlegend=at == 0 and has_errors,
                **common,
            )
        )
        if bad.any():
            made.add_trace(
                go.Scatter(
                    name="errors",
                    y=_packed(bad),
                    mode="lines",
                    line={"color": palette.VERMILLION, "width": 1.8, "shape": "hv"},
                    fill="tozeroy",
                    fillpattern={"shape": "/", "fgcolor": palette.VERMILLION, "size": 5, "solidity": 0.35},
                    fillcolor="rgba(213,94,0,0.10)",
                    hovertemplate="%{x}: %{y:,.4~g} errors a minute<extra></extra>",
                    legendgroup="errors",
                    showlegend=first_error,
                    **common,
                )
            )
            first_error = False
        made.add_annotation(
            text=inert(label, at_most=34 if wide == 3 else 60),
            x=x0,
            y=min(y1, 1),
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            yshift=4,
            showarrow=False,
            font={"size": 13, "color": palette.INK},
        )
        for mark in placed:
            if mark.outside:
                continue
            stroke = palette.STROKES[mark.kind] if mark.row >= 0 else palette.UNLABELLED
            shapes.append(
                {
                    "type": "line",
                    "xref": f"x{suffix}",
                    "yref": f"y{suffix} domain",
                    "x0": axis.place(mark.time),
                    "x1": axis.place(mark.time),
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": stroke.colour, "dash": stroke.dash, "width": stroke.width},
                }
            )
    said = _marks.sentence(placed, axis)
    if said:
        made.layout.meta["alt"] += f" {said}"
        made.layout.title.subtitle.text += f"<br>{_lines(said)}"
    extra = 18 * (made.layout.title.subtitle.text.count("<br>"))
    made.update_layout(
        shapes=shapes,
        height=inner + 108 + extra + 98,
        margin={"l": 64, "r": 24, "t": 108 + extra, "b": 98},
        legend={"y": -62 / inner},
    )


def _lines(said: str) -> str:
    from investigator.views._text import wrapped

    return wrapped(said, width=130, at_most=520)


def _packed(values: Any) -> Any:
    """A step has two ends: the last value again. Three digits are more than a small picture shows."""
    import numpy as np

    return np.append(values, values[-1]).round(3).astype("float32")


def _top(most: float) -> float:
    return most * 1.12 if most > 0 else 1.0


def _rows(labels: list[str], grid: Any, start: Any, seconds: int, axis: TimeAxis) -> list[list[Any]]:
    rows = []
    for at, label in enumerate(labels):
        total = grid[:, at].sum(axis=0)
        peak = int(total.argmax())
        rows.append(
            [
                label,
                int(total.sum()),
                int(grid[1, at].sum()),
                round(float(total.mean()) * 60 / seconds, 2),
                round(float(total[peak]) * 60 / seconds, 2),
                axis.text(start + timedelta(seconds=peak * seconds)),
            ]
        )
    return rows


def _alt(labels: list[str], grid: Any, axis: TimeAxis) -> str:
    totals = grid.sum(axis=(0, 2))
    errors = grid[1].sum(axis=1)
    worst = int(errors.argmax())
    said = (
        f"most errors in {plain(labels[worst], at_most=60)} ({int(errors[worst]):,})"
        if errors[worst]
        else "no errors"
    )
    busiest = int(totals.argmax())
    return (
        f"{several(len(labels), 'group')} from {axis.span}; the busiest is "
        f"{plain(labels[busiest], at_most=60)} "
        f"with {several(int(totals[busiest]), 'event')}; {said}."
    )
