"""The deadline's slack over time: how much each plan had to spare, and when that ran out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import instant
from investigator.moment import duration
from investigator.views import _palette as palette
from investigator.views._style import figure, nothing
from investigator.views._text import inert, plain
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["time", "plan", "minutes to spare"]
PLANS_AT_MOST, HEIGHT = 6, 260
_COLOURS = (palette.BLUE, palette.ORANGE, palette.GREEN, palette.PURPLE, palette.SKY, palette.VERMILLION)
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def slack(events: Events, *, slack: Sequence[dict[str, Any]] | None = None, zone: str = "UTC") -> Figure:
    """How many minutes each plan had to spare before the deadline, as it was known at each moment.

    `slack` is what was to spare [{plan, time, minutes}], two points for each stretch between two changes; a case gives
    its own. Below zero a plan no longer reaches the deadline safely.
    """
    title, table = "How much time was there to spare?", "To spare before the deadline"
    points = [(str(one["plan"]), instant(one["time"]), float(one["minutes"])) for one in slack or ()]
    if not points:
        return nothing(title, "No deadline is known.", axis="time", columns=COLUMNS, table_title=table)
    low, high = min(time for _, time, _ in points), max(time for _, time, _ in points)
    pad = max((high - low) / 20, timedelta(seconds=30))
    axis = TimeAxis.over(low - pad, high + pad, zone)
    names = list(dict.fromkeys(name for name, _, _ in points))
    told = _told(points, names, axis)
    last = points[-1][0]
    made = figure(
        title=told.format(inert(last, at_most=40)),
        subtitle="What is left until it is due, less what the plan still needs with its doubt and buffer."
        + (f" {len(names) - PLANS_AT_MOST} more plans are in the table." if len(names) > PLANS_AT_MOST else ""),
        alt=told.format(plain(last, at_most=40)),
        table_title=f"{table} (times: {axis.zone})",
        columns=COLUMNS,
        rows=[[axis.text(time), name, round(minutes)] for name, time, minutes in points],
    )  # fmt: skip
    _draw(made, points, names[:PLANS_AT_MOST], axis)
    return made


def _told(points: list[tuple[str, datetime, float]], names: list[str], axis: TimeAxis) -> str:
    """How the plan that was there last ended, as a sentence with room for its name."""
    name, time, minutes = points[-1]
    if minutes >= 0:
        return f"At {axis.clock(time)}, {{}} had {duration(timedelta(minutes=minutes))} to spare."
    mine = [point for point in points if point[0] == name]
    since = next(when for _, when, left in mine if left < 0)
    for (_, start, before), (_, end, after) in zip(mine[::2], mine[1::2], strict=False):
        if before >= 0 > after:  # it ran out within this stretch
            since = start + (end - start) * (before / (before - after))
            break
    return f"Since {axis.clock(since)}, {{}} has had nothing to spare."


def _draw(made: Figure, points: list[tuple[str, datetime, float]], names: list[str], axis: TimeAxis) -> None:
    import plotly.graph_objects as go

    for place, name in enumerate(names):
        mine = [(time, minutes) for one, time, minutes in points if one == name]
        made.add_trace(
            go.Scatter(
                name=inert(name, at_most=40),
                mode="lines",
                x=[axis.place(time) for time, _ in mine],
                y=[minutes for _, minutes in mine],
                line={"color": _COLOURS[place], "width": 2.2, "dash": _DASHES[place]},
                hovertext=[f"{inert(name, at_most=60)}: {minutes:,.0f} min to spare" for _, minutes in mine],
                hoverinfo="text",
            )
        )
    low = min(minutes for _, _, minutes in points)
    high = max(minutes for _, _, minutes in points)
    room = max((high - low) * 0.12, 5)
    made.add_hline(y=0, line={"color": palette.INK, "width": 1})
    made.update_xaxes(**axis.layout())
    made.update_yaxes(
        title_text="minutes to spare",
        range=[min(low, 0) - room, max(high, 0) + room],
        nticks=6,
        fixedrange=True,
        tickformat=",d",
    )
    made.update_layout(
        height=84 + HEIGHT + 104,
        margin={"l": 80, "r": 24, "t": 84, "b": 104},
        legend={"y": -62 / HEIGHT},
        showlegend=True,
    )
