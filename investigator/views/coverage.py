"""What we have: each source from first to last event, its silences, and what could not be read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.facts.places import lane_rank
from investigator.views import _lanes
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, plain, several, some
from investigator.views._times import TimeAxis, milliseconds

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

TITLE = "What do we have, and where is it silent?"
COLUMNS = ["source", "kind", "events", "first", "last", "silent", "units", "not read"]
LANE_PIXELS = 28


def coverage(events: Events, *, zone: str = "UTC") -> Figure:
    """One bar a source, from its first event to its last; silences hatched, unread lines counted beside it.

    Each source is shown whole, whatever window is selected: the window is a frame over the bars. Sources
    without times (tables, lists) are named with their rows.
    """
    sources = sorted(events.sources, key=lambda source: (lane_rank(source.kind), source.name))
    timed = [source for source in sources if source.first and source.last]
    if not sources:
        return nothing(TITLE, "No sources were loaded.", axis="time", columns=COLUMNS, table_title="Sources")
    if not timed:
        made = nothing(
            TITLE, "No source has events with a time.", axis="time", columns=COLUMNS, table_title="Sources"
        )
        made.layout.meta["table"]["rows"] = [_row(source, [], None) for source in sources]
        return made
    low = min(source.first for source in timed if source.first)
    high = max(source.last for source in timed if source.last)
    pad = max((high - low) / 50, timedelta(seconds=1))
    axis = TimeAxis.over(low - pad, high + pad, zone)
    quiet = _lanes.silent(events, axis.low, axis.high)
    sources = [source for source in sources if source.first] + [
        source for source in sources if not source.first
    ]
    labels = [source.name for source in sources]
    made = figure(
        title=TITLE,
        subtitle=_subtitle(sources, axis),
        alt=_alt(sources, quiet, axis),
        table_title=f"Sources (times: {axis.zone})",
        columns=COLUMNS,
        rows=[_row(source, quiet.get(source.name, []), axis) for source in sources],
    )
    _draw(made, sources, axis)
    rows = [(at, source.name, *s) for at, source in enumerate(sources) for s in quiet.get(source.name, [])]
    _lanes.draw_silences(made, rows, axis, thick=0.5)
    height = max(len(labels) * LANE_PIXELS, 84)
    left = margin_for([plain(label, at_most=30) for label in labels])
    _window(made, events, axis)
    _lanes.ticks(made, labels)
    made.update_xaxes(**axis.layout())
    made.update_layout(
        height=height + 84 + 104,
        margin={"l": left, "r": 170, "t": 84, "b": 104},
        legend={"y": -66 / height},
        barmode="overlay",
        showlegend=bool(rows),
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    return made


def _draw(made: Figure, sources: list[Any], axis: TimeAxis) -> None:
    import plotly.graph_objects as go

    spans = [(at, source) for at, source in enumerate(sources) if source.first]
    long = [
        (at, source) for at, source in spans if (source.last - source.first) > (axis.high - axis.low) / 200
    ]
    short = [
        (at, source) for at, source in spans if (source.last - source.first) <= (axis.high - axis.low) / 200
    ]
    if long:
        made.add_trace(
            go.Bar(
                orientation="h",
                name="events",
                y=[at for at, _ in long],
                base=[axis.place(source.first) for _, source in long],
                x=[milliseconds(source.last - source.first) for _, source in long],
                width=0.5,
                marker={"color": [_colour(source.kind) for _, source in long], "line": {"width": 0}},
                hovertext=[_hover(source, axis) for _, source in long],
                hoverinfo="text",
                showlegend=False,
            )
        )
    if short:
        made.add_trace(
            go.Scatter(
                mode="markers",
                name="a moment",
                x=[axis.place(source.first) for _, source in short],
                y=[at for at, _ in short],
                marker={
                    "symbol": "diamond",
                    "size": 10,
                    "color": [_colour(source.kind) for _, source in short],
                },
                hovertext=[_hover(source, axis) for _, source in short],
                hoverinfo="text",
                showlegend=False,
            )
        )
    for at, source in enumerate(sources):
        said = f"{source.rows:,}"
        if source.rejected:
            said += f", {source.rejected:,} not read"
        made.add_annotation(
            text=said,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=8,
            y=at,
            yref="y",
            showarrow=False,
            font={"size": 12, "color": "#a84300" if source.rejected else palette.INK_SOFT},
        )
        if not source.first:
            made.add_annotation(
                text="rows without a time",
                x=0,
                xref="paper",
                xanchor="left",
                xshift=6,
                y=at,
                yref="y",
                showarrow=False,
                font={"size": 12, "color": palette.INK_SOFT},
            )
    made.add_annotation(
        text="events",
        x=1,
        xref="paper",
        xanchor="left",
        xshift=8,
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"size": 12, "color": palette.INK_SOFT},
    )


def _colour(kind: str) -> str:
    return {0: palette.PURPLE, 1: palette.PURPLE, 2: palette.ORANGE, 3: palette.GREEN, 5: palette.SKY}.get(
        lane_rank(kind), "#4a90bf"
    )


def _window(made: Figure, events: Events, axis: TimeAxis) -> None:
    low, high = events.window
    if low is None and high is None:
        return
    made.add_shape(
        type="rect",
        xref="x",
        yref="paper",
        x0=axis.place(max(low or axis.low, axis.low)),
        x1=axis.place(min(high or axis.high, axis.high)),
        y0=0,
        y1=1,
        layer="below",
        fillcolor="#eef3f7",
        line={"color": "#b9c1c8", "width": 1, "dash": "dot"},
    )
    made.layout.title.subtitle.text += " The shaded frame is the selected window."


def _hover(source: Any, axis: TimeAxis) -> str:
    parts = [
        f"{inert(source.name, at_most=80)} ({inert(source.kind)})",
        f"{several(source.rows, 'event')} from {axis.text(source.first)} to {axis.text(source.last)} "
        + inert(axis.zone),
    ]
    if source.rejected:
        parts.append(f"{source.rejected:,} of {source.units:,} units could not be read")
    parts += [inert(doubt, at_most=100) for doubt in source.doubt[:4]]
    return "<br>".join(parts)


def _row(source: Any, silent: list[Any], axis: TimeAxis | None) -> list[Any]:
    first, last = (axis.text(source.first), axis.text(source.last)) if axis else ("", "")
    said = _lanes.words(silent, axis) if axis else ""
    return [source.name, source.kind, source.rows, first, last, said, source.units, source.rejected]


def _subtitle(sources: list[Any], axis: TimeAxis) -> str:
    return (
        f"{several(len(sources), 'source')}, {several(sum(s.rows for s in sources), 'event')}, "
        f"{_extent(sources, axis)}."
    )


def _extent(sources: list[Any], axis: TimeAxis) -> str:
    """From the first event to the last: the axis shows a little more."""
    firsts = [s.first for s in sources if s.first is not None]
    lasts = [s.last for s in sources if s.last is not None]
    if not firsts or not lasts:
        return axis.span
    return f"{axis.text(min(firsts))} to {axis.text(max(lasts))} {moment.city(axis.zone)}"


def _alt(sources: list[Any], quiet: dict[str, Any], axis: TimeAxis) -> str:
    parts = [
        f"{several(len(sources), 'source')} from {axis.span}.",
        _lanes.said(quiet, axis) or "No silences.",
    ]
    bad = [f"{plain(s.name, at_most=60)} ({s.rejected:,})" for s in sources if s.rejected]
    parts.append(f"Not everything could be read in {some(bad)}." if bad else "Everything could be read.")
    return " ".join(parts)
