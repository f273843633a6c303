"""Lanes: which rows a picture has, in which order, and the silences on them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware
from investigator.facts.silences import silences
from investigator.views import _palette as palette
from investigator.views._text import inert, plain
from investigator.views._times import TimeAxis, milliseconds

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events


def tick(label: str) -> str:
    """A lane's label as plotly shows it, short enough for the margin: its middle goes, names differ at the ends."""
    text = plain(label, at_most=400)
    return inert(text if len(text) <= 30 else f"{text[:12]}\u2026{text[-17:]}")


def ticks(figure: Figure, labels: list[str]) -> None:
    """One labelled lane a row, the first one on top."""
    figure.update_yaxes(
        type="linear",
        range=[len(labels) - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(len(labels))),
        ticktext=[tick(label) for label in labels],
        tickfont={"color": palette.INK, "size": 12},
        showgrid=False,
        ticks="",
        fixedrange=True,
    )


def silent(events: Events, low: datetime, high: datetime) -> dict[str, list[tuple[datetime, datetime, int]]]:
    """The silences of each source that touch a window: from, to, events expected; a few hundred at most."""
    out: dict[str, list[tuple[datetime, datetime, int]]] = {}
    found = silences(events)
    touching = found[(found["to"] > low) & (found["from"] < high)] if len(found) else found
    for row in (
        touching.sort_values("expected", ascending=False)
        .head(200)
        .sort_values(["source", "from"])
        .itertuples()
    ):
        start, end = row[2].to_pydatetime(warn=False), row[3].to_pydatetime(warn=False)
        out.setdefault(row.source, []).append((start, end, int(row.expected)))
    return out


def draw_silences(
    figure: Figure, where: list[tuple[int, str, datetime, datetime, int]], axis: TimeAxis, *, thick: float
) -> None:
    """Silences as hatched grey spans: (lane, source, from, to, expected events)."""
    import plotly.graph_objects as go

    if not where:
        return
    cut = [(lane, name, max(start, axis.low), min(end, axis.high), n) for lane, name, start, end, n in where]
    figure.add_trace(
        go.Bar(
            orientation="h",
            name="silence",
            y=[lane for lane, *_ in cut],
            base=[axis.place(start) for _, _, start, _, _ in cut],
            x=[milliseconds(end - start) for _, _, start, end, _ in cut],
            width=thick,
            marker={
                "color": "#f1f3f4",
                "line": {"color": "#9aa3ab", "width": 1},
                "pattern": {"shape": "/", "fgcolor": "#9aa3ab", "size": 6, "solidity": 0.18},
            },
            text=["silent"] * len(cut),
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": 11, "color": palette.INK},
            hovertext=[
                f"{inert(name, at_most=60)} is silent from {axis.clock(start)} to {axis.clock(end)} "
                f"{inert(axis.zone)}<br>about {n:,} events were to be expected"
                for _, name, start, end, n in where
            ],
            hoverinfo="text",
            legendrank=900,
        )
    )


def words(found: list[tuple[datetime, datetime, int]], axis: TimeAxis) -> str:
    """Silences as a table's cell: 09:10 to 09:40."""
    return "; ".join(f"{axis.clock(start)} to {axis.clock(end)}" for start, end, _ in found)


def said(silences_by_source: dict[str, list[tuple[datetime, datetime, int]]], axis: TimeAxis) -> str:
    """Silences as a sentence for those who can't see them."""
    parts = [f"{plain(name, at_most=60)} {words(found, axis)}" for name, found in silences_by_source.items()]
    return f"Silent: {'; '.join(parts[:6])}." if parts else ""


def hover(row: Any, axis: TimeAxis) -> str:
    """An event under the pointer: when, what, where it is written down."""
    from investigator.events import schema
    from investigator.views._text import wrapped

    head = f"{axis.text(aware(row.time), fraction=True)} {axis.zone}"
    words = [plain(row.service, at_most=40), plain(row.kind, at_most=20)]
    if row.severity_number == row.severity_number and row.severity_number is not None:
        words.append(schema.severity_name(int(row.severity_number)))
    middle = ", ".join(inert(word) for word in words if word)
    return f"{head}<br>{middle}<br>{wrapped(row.body)}<br>{inert(row.origin, at_most=120)}"
