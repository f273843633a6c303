"""How many were affected at each moment, and what was done meanwhile: the picture of the story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware
from investigator.facts import affected
from investigator.facts.bins import bin_number, bin_start, width_for
from investigator.facts.difference import deciding_difference
from investigator.moment import duration
from investigator.views import _marks
from investigator.views import _palette as palette
from investigator.views._style import figure, nothing
from investigator.views._text import inert, plain, several
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["time", "newly affected", "came back", "affected then"]
BINS_AT_MOST = 300
HEIGHT = 260


def findable(
    events: Events,
    *,
    like: str,
    onset: str | None = None,
    zone: str = "UTC",
    marks: Sequence[dict[str, Any]] | None = None,
) -> Figure:
    """How many like this one were affected at each moment: from none, to the most, to none again.

    One counts from where it left the path of a healthy one until it had what it lacked. `marks` are
    reference lines, as in `timeline`: the call, decisions, the deadline. Where nothing tells that they came back the
    line stays up, and the title says so.
    """
    title = f"How many like {inert(like, at_most=48)} were affected, and when?"
    found = deciding_difference(events, str(like)) if events.sources and str(like or "").strip() else None
    if found is None or not affected.sets_apart(found):
        return _empty(title, f"No difference tells which ids are affected like {inert(like, at_most=48)}.")
    _, decided = affected.judged(events, str(like), found, onset)
    each = affected.returned(events, str(like), found, decided)
    undated = int(events.engine.fetch(each.filter(each["at"].isnull()).count()))
    frame, seconds = _counted(events, each)
    if frame is None:
        return _empty(title, f"No id affected like {inert(like, at_most=48)} has a time.")
    last_mark = [time for mark in marks or () if (time := _time(mark))]
    low, high = frame[0][0], frame[-1][0]
    pad = max((high - low) / 12, timedelta(seconds=5 * seconds))
    # A deadline weeks away would press the story into a corner: such a mark is an arrow at the edge.
    near = [time for time in last_mark if low - 6 * pad <= time <= high + 6 * pad]
    axis = TimeAxis.over(min([low, *near]) - pad, max([high, *near]) + pad, zone)
    rows, points, now = [], [(axis.low, 0)], 0
    for start, gone, back in frame:
        now += gone - back
        rows.append([axis.text(start), gone, back, now])
        points.append((start, now))
    points.append((axis.high, now))
    most = max(point[1] for point in points)
    total = sum(gone for _, gone, _ in frame)
    told = _told(like, total, now, frame, seconds, axis, bool(affected.telling(found)))
    placed = _marks.arranged(marks, axis, 70)
    made = figure(
        title=told,
        subtitle=_subtitle(seconds, undated),
        alt=f"{_unmarked(told)} {_marks.sentence(placed, axis)}".strip(),
        table_title=f"Affected over time (times: {axis.zone})",
        columns=COLUMNS,
        rows=rows,
    )
    _draw(made, points, axis, most)
    _marks.draw(made, placed, axis, height=HEIGHT)
    top = 84 + _marks.ROW * _marks.rows_of(placed)
    made.update_layout(
        height=top + HEIGHT + 70, margin={"l": 70, "r": 24, "t": top, "b": 70}, showlegend=False
    )
    return made


def _empty(title: str, sentence: str) -> Figure:
    return nothing(title, sentence, axis="time", columns=COLUMNS, table_title="Affected over time")


def _counted(events: Events, each: ir.Table) -> tuple[list[tuple[datetime, int, int]] | None, int]:
    """How many went and came back in each bin that has any: (its start, went, came back), in order."""
    span = events.engine.fetch(
        each.aggregate(low=each["at"].min(), high=each["at"].max(), back=each.back.max())
    )
    ends = [time for value in span.iloc[0] if (time := aware(value))] if len(span) else []
    if not ends:
        return None, 1
    seconds = width_for(min(ends), max(ends), at_most=BINS_AT_MOST)
    counts: dict[int, list[int]] = {}
    for place, column in enumerate(("at", "back")):
        numbered = each.filter(each[column].notnull())
        numbered = numbered.select(bin_=bin_number(numbered[column], seconds))
        frame = events.engine.fetch(numbered.group_by("bin_").aggregate(n=numbered.count()).order_by("bin_"))
        for row in frame.itertuples(index=False):
            counts.setdefault(int(row.bin_), [0, 0])[place] = int(row.n)
    # What came back within the bin in which it went is still seen: one more bin apart would be a lie about the time.
    return [(bin_start(number, seconds), *counts[number]) for number in sorted(counts)], seconds  # type: ignore[misc]


def _told(
    like: str,
    total: int,
    left: int,
    frame: list[tuple[datetime, int, int]],
    seconds: int,
    axis: TimeAxis,
    telling: bool,
) -> str:
    first = axis.clock(frame[0][0])
    name = inert(like, at_most=48)
    head = f"From {first} on {total:,} like {name} were affected"
    if not telling:
        return f"{head}; nothing here tells when they came back."
    returned = sum(back for *_, back in frame)
    until = axis.clock(frame[-1][0] + timedelta(seconds=seconds))
    if left <= 0:
        return f"{head}; all were back by {until}."
    if not returned:
        return f"{head}; none came back."
    return f"{head}; {returned:,} came back, {left:,} did not."


def _subtitle(seconds: int, undated: int) -> str:
    said = f"How many were affected at each moment, counted every {duration(timedelta(seconds=seconds))}."
    return f"{said} {several(undated, 'more')} without a time." if undated else said


def _unmarked(text: str) -> str:
    import html

    return plain(html.unescape(text), at_most=400)


def _time(mark: dict[str, Any]) -> datetime | None:
    try:
        found = mark["time"] if isinstance(mark["time"], datetime) else datetime.fromisoformat(mark["time"])
    except (KeyError, TypeError, ValueError):
        return None
    return aware(found)


def _draw(made: Figure, points: list[tuple[datetime, int]], axis: TimeAxis, most: int) -> None:
    import plotly.graph_objects as go

    made.add_trace(
        go.Scatter(
            name="affected",
            mode="lines",
            x=[axis.place(time) for time, _ in points],
            y=[count for _, count in points],
            line={"color": palette.VERMILLION, "width": 2.2, "shape": "hv"},
            fill="tozeroy",
            fillcolor="rgba(213,94,0,0.16)",
            hovertemplate="%{x}: %{y:,} affected<extra></extra>",
        )
    )
    peak = next(time for time, count in points if count == most)
    made.add_annotation(
        text=f"{most:,}",
        x=axis.place(peak),
        y=most,
        xanchor="left",
        yanchor="bottom",
        xshift=4,
        showarrow=False,
        font={"size": 14, "color": palette.INK},
        bgcolor="rgba(255,255,255,0.85)",
    )
    made.update_xaxes(**axis.layout())
    made.update_yaxes(
        title_text="affected",
        range=[0, most * 1.18],
        autorange=False,
        nticks=5,
        fixedrange=True,
        tickformat=",d",
    )
