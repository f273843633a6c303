"""What is different since a moment: one bar a field or kind of message, with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.events import mask, schema
from investigator.events.instants import aware, instant, literal
from investigator.facts import contrast
from investigator.facts.places import place_of
from investigator.views import _lanes
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, plain
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    import pandas
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["field", "where", "value", "before, %", "since, %", "difference, points", "from", "to"]
TITLE = "What is different since then?"
#: Bars, the least difference in share, and the corrected p above which there is none.
SHOWN, EFFECT, SURE = 14, 0.02, 0.01
LANE_PIXELS = 30
#: The normal quantile of a 95 % interval.
Z = 1.959964


def changed(events: Events, *, onset: str | None = None, zone: str = "UTC") -> Figure:
    """What has another share since the onset than before it: fields and kinds of message, with 95 % intervals.

    A bar to the right is more since then, one to the left less. Interval of a difference of shares after Agresti and
    Caffo (2000). What is compared is as in the analysis what_changed.
    """
    if not onset:
        return _empty("No onset is known, so there is no before.")
    start = instant(onset)
    table = events.table.filter(events.table.time.notnull() & (events.table.kind != "metric"))
    rows = table.mutate(side=table.time >= literal(start))
    frame, here, there = contrast.counted(events, rows, [*contrast.fields_of(events), contrast.TEMPLATE])
    if not here or not there:
        return _empty("No lines lie on both sides of the onset.")
    judged, _ = contrast.judged(frame)
    judged = judged[(judged["effect"].abs() >= EFFECT) & (judged["q"] <= SURE)].head(SHOWN)
    if not len(judged):
        return _empty("No field and no kind of message has another share since the onset.")
    said = _said(events, judged)
    bars = [_bar(row, said) for row in judged.itertuples(index=False)]
    ends = [end for value in events.window if (end := aware(value))]
    at = TimeAxis.over(min([start, *ends]), max([start, *ends]), zone)
    first = bars[0]
    told = f"Since {at.clock(start)} {{}} is {'more' if first['effect'] > 0 else 'less'} frequent: {first['there']} % before, {first['here']} % since."
    made = figure(
        title=told.format(inert(first["label"], at_most=60)),
        subtitle=f"{here:,} lines since beside {there:,} before, times {inert(at.zone)}; the thin line is where the difference lies with 95 %.",
        alt=told.format(plain(first["label"], at_most=60)),
        table_title="What is different",
        columns=COLUMNS,
        rows=[
            [
                bar["field"],
                bar["place"],
                bar["value"],
                bar["there"],
                bar["here"],
                bar["points"],
                bar["low"],
                bar["high"],
            ]
            for bar in bars
        ],
    )
    _draw(made, bars)
    return made


def _empty(sentence: str) -> Figure:
    return nothing(TITLE, sentence, axis="difference", columns=COLUMNS, table_title="What is different")


def _said(events: Events, judged: pandas.DataFrame) -> dict[str, str]:
    """One message of each kind that differs, without its numbers."""
    names = sorted({str(value) for value in judged.loc[judged["field"] == contrast.TEMPLATE, "value"]})
    if not names:
        return {}
    table = events.table.filter(events.table.name.isin(names))
    frame = events.engine.fetch(
        table.group_by("name").aggregate(body=place_of(table).min() + ": " + table.body.min())
    )
    return {str(row.name): str(row.body) for row in frame.itertuples(index=False)}


def _bar(row: Any, said: dict[str, str]) -> dict[str, Any]:
    value = str(row.value)
    field = str(row.field).removeprefix(schema.ATTRIBUTE_PREFIX)
    words = mask.masked(said.get(value, value)) if field == contrast.TEMPLATE else value
    of_here, of_there = row.of_a + 2, row.of_b + 2
    here, there = (row.a + 1) / of_here, (row.b + 1) / of_there
    reach = Z * (here * (1 - here) / of_here + there * (1 - there) / of_there) ** 0.5
    return {
        "field": field,
        "place": str(row.place),
        "value": said.get(value, value) if field == contrast.TEMPLATE else value,
        "label": words if field == contrast.TEMPLATE else f"{field}={value}",
        "effect": float(row.effect),
        "here": round(100 * float(row.here), 1),
        "there": round(100 * float(row.there), 1),
        "points": round(100 * float(row.effect), 1),
        "low": round(100 * (here - there - reach), 1),
        "high": round(100 * (here - there + reach), 1),
    }


def _draw(made: Figure, bars: list[dict[str, Any]]) -> None:
    import plotly.graph_objects as go

    more = [bar["points"] > 0 for bar in bars]
    made.add_trace(
        go.Bar(
            orientation="h",
            name="difference",
            y=list(range(len(bars))),
            x=[bar["points"] for bar in bars],
            width=0.6,
            marker={
                "color": [palette.VERMILLION if each else palette.BLUE for each in more],
                "pattern": {
                    "shape": ["" if each else "/" for each in more],
                    "fgcolor": palette.GROUND,
                    "size": 7,
                    "solidity": 0.2,
                },
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [max(bar["high"] - bar["points"], 0) for bar in bars],
                "arrayminus": [max(bar["points"] - bar["low"], 0) for bar in bars],
                "color": palette.INK,
                "thickness": 1.2,
                "width": 4,
            },
            hovertext=[
                f"{inert(bar['label'], at_most=90)}<br>before {bar['there']} %, since {bar['here']} %: from {bar['low']} to {bar['high']} points"
                for bar in bars
            ],
            hoverinfo="text",
        )
    )
    labels = [bar["label"] for bar in bars]
    height = max(len(bars) * LANE_PIXELS, 84)
    _lanes.ticks(made, labels)
    reach = max(max(abs(bar["low"]), abs(bar["high"]), abs(bar["points"])) for bar in bars)
    made.update_xaxes(
        title_text="difference of shares, in points of 100",
        range=[-1.08 * reach, 1.08 * reach],
        autorange=False,
        zeroline=True,
        zerolinecolor=palette.INK_SOFT,
    )
    made.update_layout(
        height=84 + height + 60,
        margin={"l": margin_for([plain(label, at_most=30) for label in labels]), "r": 24, "t": 84, "b": 60},
        showlegend=False,
    )
