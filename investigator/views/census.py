"""Where every thing of a kind is: one bar for each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.facts.decide import DISPOSITIONS, FINE, dispositions_of
from investigator.views import _lanes
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, plain, some

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["where it is", "how many", "share, %"]
LANE_PIXELS = 34


def census(events: Events, *, like: str) -> Figure:
    """How many like this one are available, hidden, missing or unknown: each counted once.

    What is fine is blue, what is not is hatched, and what can't be told is grey.
    """
    name = inert(like, at_most=48)
    title = f"Where are all those like {name}?"
    if not events.sources or not str(like or "").strip():
        return _empty(title)
    each = dispositions_of(events, str(like))
    counted = events.engine.fetch(
        each.group_by("disposition").aggregate(n=each.count()).order_by("disposition")
    )
    found = {str(row.disposition): int(row.n) for row in counted.itertuples(index=False)}
    total = sum(found.values())
    if not total:
        return _empty(title)
    rows: list[list[Any]] = [
        [where, found[where], round(100.0 * found[where] / total, 1)]
        for where in DISPOSITIONS
        if found.get(where)
    ]
    bad = sorted((row for row in rows if row[0] not in (*FINE, "unknown")), key=lambda row: -row[1])
    parts = [f"{row[1]:,} {row[0]}" for row in bad]
    if found.get("unknown"):
        parts.append(f"{found['unknown']:,} unknown")
    told = f"Of {total:,} like {{}}: {some(parts, at_most=5) or 'none is known to be lost or hidden'}."
    made = figure(
        title=told.format(name),
        subtitle="Each is counted once, by all that is said about it.",
        alt=told.format(plain(like, at_most=48)),
        table_title="Where they are",
        columns=COLUMNS,
        rows=rows,
    )
    _draw(made, rows)
    return made


def _empty(title: str) -> Figure:
    return nothing(
        title, "No id like it is known here.", axis="how many", columns=COLUMNS, table_title="Where they are"
    )


def _draw(made: Figure, rows: list[list[Any]]) -> None:
    import plotly.graph_objects as go

    shades = [
        palette.BLUE if row[0] in FINE else "#9aa3ab" if row[0] == "unknown" else palette.VERMILLION
        for row in rows
    ]
    made.add_trace(
        go.Bar(
            orientation="h",
            name="how many",
            y=list(range(len(rows))),
            x=[row[1] for row in rows],
            width=0.6,
            marker={
                "color": shades,
                "pattern": {
                    "shape": ["/" if shade == palette.VERMILLION else "" for shade in shades],
                    "fgcolor": palette.GROUND,
                    "size": 7,
                    "solidity": 0.2,
                },
            },
            text=[f"{row[1]:,}" for row in rows],
            textposition="outside",
            cliponaxis=False,
            hovertext=[f"{row[0]}: {row[1]:,} ({row[2]} %)" for row in rows],
            hoverinfo="text",
        )
    )
    height = max(len(rows) * LANE_PIXELS, 84)
    _lanes.ticks(made, [row[0] for row in rows])
    made.update_xaxes(title_text="how many", range=[0, 1.14 * max(row[1] for row in rows)], autorange=False)
    made.update_layout(
        height=84 + height + 60,
        margin={"l": margin_for([row[0] for row in rows]), "r": 24, "t": 84, "b": 60},
        showlegend=False,
    )
