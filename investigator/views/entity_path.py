"""The path of one document through every step, and a healthy one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.entities import mentions
from investigator.events.instants import aware
from investigator.facts.comparison import Difference, compare
from investigator.facts.places import place_of
from investigator.facts.traces import PEOPLE_KINDS, Occurrence
from investigator.moment import duration
from investigator.views import _lanes
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, lines, plain, several
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    import pandas
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

COLUMNS = ["id", "step", "time", "after", "severity", "body", "origin"]

#: A path with more points than twice this shows its first and its last so many.
ENDS = 150
LANE_PIXELS = 40

#: Where the elapsed axis is linear before it turns logarithmic, in seconds: what is quicker is one moment.
FLOOR = 0.1
_TICKS = (0, 0.1, 1, 10, 60, 600, 3600, 36_000, 86_400, 864_000, 8_640_000)
_TICK_WORDS = ("0", "0.1 s", "1 s", "10 s", "1 min", "10 min", "1 h", "10 h", "1 d", "10 d", "100 d")


@dataclass
class _Path:
    identifier: str
    rows: pandas.DataFrame  # in order of time, with `step`
    count: int

    @property
    def start(self) -> datetime:
        first = aware(self.rows["time"].iloc[0])
        assert first is not None
        return first

    def elapsed(self, row: Any) -> float:
        return (aware(row.time) - self.start).total_seconds()  # type: ignore[operator]


def entity_path(events: Events, *, entity: str, beside: str | None = None, zone: str = "UTC") -> Figure:
    """One lane a step, and one line through them: where a document went, and where it stopped.

    Alone it stands on the clock. Beside a healthy one both start at zero and time is logarithmic: the first
    steps take milliseconds, the last ones hours, and the two ran on different days. The first difference is
    marked.
    """
    if not str(entity or "").strip():
        return _empty("Which path did it take?", "No id was given to follow.")
    title = f"Which path did {inert(entity, at_most=48)} take?"
    path = _path(events, entity)
    if path is None:
        return _empty(title, f"No event with a time mentions {inert(entity, at_most=48)} here.")
    other = _path(events, beside) if beside and beside != entity else None
    if other is None:
        made = _alone(path, title, zone)
    else:
        title = f"Where does {inert(entity, at_most=48)} leave the path of {inert(beside, at_most=48)}?"
        made = _compared(events, path, other, title, zone)
    if beside and beside != entity and other is None:
        made.layout.title.subtitle.text += f" Nothing here mentions {inert(beside, at_most=48)}, to compare."
    return made


def _empty(title: str, sentence: str) -> Figure:
    return nothing(title, sentence, axis="time", columns=COLUMNS, table_title="Events of the path")


def _path(events: Events, identifier: str) -> _Path | None:
    found = mentions(events, identifier)
    found = found.filter(found.time.notnull() & (found.kind != "record"))
    names = [
        "time",
        "source",
        "kind",
        "service",
        "severity_number",
        "name",
        "body",
        "evidence",
        "unit",
        "units",
    ]
    # One event may mention an id twice in the index (as two kinds): it is one point.
    found = (
        found.mutate(body=found.body.substr(0, 400), step=place_of(found)).select(*names, "step").distinct()
    )
    count = int(events.fetch(found.count()))
    if not count:
        return None
    order = ["time", "evidence", "unit", "name", "body"]
    first = events.fetch(found.order_by([found[name] for name in order]).limit(2 * ENDS), limit=None)
    if count > 2 * ENDS:
        import pandas as pd

        last = events.fetch(found.order_by([found[name].desc() for name in order]).limit(ENDS), limit=None)
        first = pd.concat([first.head(ENDS), last.iloc[::-1]], ignore_index=True)
    return _Path(identifier, first, count)


def _alone(path: _Path, title: str, zone: str) -> Figure:
    last = aware(path.rows["time"].iloc[-1])
    assert last is not None
    pad = max((last - path.start) / 40, timedelta(seconds=0.5))
    axis = TimeAxis.over(path.start - pad, last + pad, zone)
    steps = _steps(path)
    made = _framed(
        title,
        f"{_counted(path)}, {axis.text(path.start)} to {axis.text(last)} {inert(axis.zone)}.",
        f"{plain(path.identifier, at_most=48)} passes "
        f"{several(len(steps), 'step')} in {duration(last - path.start)}: "
        f"{', '.join(plain(name, at_most=40) for name in steps[:12])}.",
        [path],
        steps,
        axis,
    )
    _draw(
        made,
        path,
        [axis.place(t.to_pydatetime(warn=False)) for t in path.rows["time"]],
        steps,
        axis,
        quiet=False,
    )
    made.update_xaxes(**axis.layout())
    return made


def _compared(events: Events, path: _Path, other: _Path, title: str, zone: str) -> Figure:
    low, high = min(path.start, other.start), max(_end(path), _end(other))
    axis = TimeAxis.over(low, high, zone)
    steps = _steps(other, path)
    sentence, at, mark = _difference(events, path, other)
    made = _framed(
        title,
        lines(sentence),
        f"{plain(path.identifier, at_most=48)} ({several(path.count, 'event')}) beside "
        f"{plain(other.identifier, at_most=48)} ({several(other.count, 'event')}). {sentence}",
        [path, other],
        steps,
        axis,
    )
    places = {}
    for one, quiet in ((other, True), (path, False)):
        places[one.identifier] = [_place(one.elapsed(row)) for row in one.rows.itertuples(index=False)]
        _draw(made, one, places[one.identifier], steps, axis, quiet=quiet)
    longest = max(max(found) for found in places.values())
    shown = [n for n, value in enumerate(_TICKS) if _place(value) <= longest + 0.35]
    made.update_xaxes(
        type="linear",
        autorange=False,
        range=[-0.12, longest + 0.35],
        tickmode="array",
        tickvals=[_place(_TICKS[n]) for n in shown],
        ticktext=[_TICK_WORDS[n] for n in shown],
        title_text="time since its own first event (logarithmic)",
    )
    if mark is not None:
        owner, row_at = mark
        row = owner.rows.iloc[row_at]
        x, y = places[owner.identifier][row_at], steps.index(row["step"])
        made.add_annotation(
            text=f"first difference<br>{inert(at, at_most=64)}",
            x=x,
            y=y,
            ax=0,
            ay=-34 if y else 40,
            align="left",
            xanchor="right" if x > 0.6 * longest else "left",
            showarrow=True,
            arrowhead=0,
            arrowwidth=1.4,
            arrowcolor=palette.VERMILLION,
            standoff=9,
            bgcolor="rgba(255,255,255,0.94)",
            bordercolor=palette.VERMILLION,
            borderwidth=1,
            borderpad=4,
            font={"size": 12, "color": palette.INK},
        )
        made.add_shape(
            type="circle",
            xref="x",
            yref="y",
            xsizemode="pixel",
            ysizemode="pixel",
            xanchor=x,
            yanchor=y,
            x0=-9,
            x1=9,
            y0=-9,
            y1=9,
            line={"color": palette.VERMILLION, "width": 2},
        )
    return made


def _difference(events: Events, path: _Path, other: _Path) -> tuple[str, str, tuple[_Path, int] | None]:
    """The first difference in a sentence, in a few words, and at which point of whose path.

    It is the one that `compare_entities` finds: both take it from `facts.comparison`.
    """
    compared = compare(events, path.identifier, healthy=other.identifier)
    found = compared.difference
    if found is None:
        apart = sum(mark.mark != "same" for mark in compared.moves)
        said = f"{several(apart, 'step')} that only some of their kind have" if apart else "the same steps"
        return f"No difference on the way that most take: {said}.", "", None
    here, there = inert(path.identifier, at_most=48), inert(other.identifier, at_most=48)
    after = f", after {_said(found.after)}," if found.after else ""
    instead = f"; instead it has {_said(found.instead)}" if found.instead else ""
    if found.expected is None:
        assert found.instead is not None
        sentence = f"First difference: {here}{after} has what {there} has not: {_said(found.instead)}."
        words = f"only {plain(path.identifier, at_most=28)} has this: {plain(found.instead.activity[0], at_most=24)}"
        return sentence, words, _point(path, found.instead)
    if found.late:
        sentence = f"First difference: {here}{after} comes late to {_said(found.expected)}{instead}."
    else:
        sentence = (
            f"First difference: {here}{after} lacks {_said(found.expected)}, which {there} has{instead}."
        )
    return sentence, _short(path, found), _point(other, found.expected)


def _short(path: _Path, found: Difference) -> str:
    assert found.expected is not None
    name = plain(path.identifier, at_most=28)
    verb = "is late to" if found.late else "lacks"
    return f"{name} {verb} {plain(found.expected.body, at_most=40)}"


def _said(step: Occurrence | None) -> str:
    return f"{inert(step.activity[0], at_most=40)} \u201c{inert(step.body, at_most=64)}\u201d" if step else ""


def _point(path: _Path, wanted: Occurrence) -> tuple[_Path, int] | None:
    keys = zip(path.rows["step"], path.rows["name"], strict=True)
    return next(((path, at) for at, key in enumerate(keys) if key == wanted.activity), None)


def _steps(*paths: _Path) -> list[str]:
    """The steps in the order in which the first path meets them, then the next one's."""
    return list(dict.fromkeys(str(name) for path in paths for name in path.rows["step"]))


def _framed(
    title: str, subtitle: str, alt: str, paths: list[_Path], steps: list[str], axis: TimeAxis
) -> Figure:
    rows = [
        [
            path.identifier,
            row.step,
            axis.text(aware(row.time), fraction=True),
            _after(path.elapsed(row)),
            schema.severity_name(row.severity_number) if row.severity_number == row.severity_number else "",
            row.body,
            row.origin,
        ]
        for path in paths
        for row in path.rows.itertuples(index=False)
    ]
    made = figure(
        title=title,
        subtitle=subtitle,
        alt=alt,
        table_title=f"Events of the path (times: {axis.zone})",
        columns=COLUMNS,
        rows=rows,
    )
    height = max(len(steps) * LANE_PIXELS, 120)
    top = 84 + 18 * subtitle.count("<br>")
    left = margin_for([plain(name, at_most=30) for name in steps])
    _lanes.ticks(made, steps)
    made.update_yaxes(showgrid=True, title_text="")
    made.update_layout(
        height=height + top + 104,
        margin={"l": left, "r": 24, "t": top, "b": 104},
        legend={"y": -66 / height},
        showlegend=True,
    )
    return made


def _draw(made: Figure, path: _Path, xs: list[Any], steps: list[str], axis: TimeAxis, *, quiet: bool) -> None:
    import plotly.graph_objects as go

    places = {name: at for at, name in enumerate(steps)}
    looks = [
        palette.LOOKS[palette.look_of(row.kind, row.severity_number)]
        for row in path.rows.itertuples(index=False)
    ]
    plain_look = palette.LOOKS["event"]
    colour = "#9aa3ab" if quiet else palette.BLUE
    said = path.rows["kind"].isin(PEOPLE_KINDS).tolist()
    hovers = [
        f"{inert(path.identifier, at_most=48)}, {_after(path.elapsed(row))} after its start<br>"
        + _lanes.hover(row, axis)
        for row in path.rows.itertuples(index=False)
    ]
    name = inert(path.identifier, at_most=48)
    # What comes again, such as a search every ten minutes, is no step further: a point, not a line to and fro.
    again = path.rows.duplicated(["step", "name"]).tolist()
    classes = [
        "people" if people else "again" if repeat else "path"
        for people, repeat in zip(said, again, strict=True)
    ]
    for part in ("path", "again", "people"):
        kept = [at for at, found in enumerate(classes) if found == part]
        if not kept:
            continue
        made.add_trace(
            go.Scatter(
                mode="lines+markers" if part == "path" else "markers",
                name=name + {"path": "", "again": ", again", "people": ", as people wrote"}[part],
                x=[xs[at] for at in kept],
                y=[places[str(path.rows["step"].iloc[at])] for at in kept],
                hovertext=[hovers[at] for at in kept],
                hoverinfo="text",
                line={"color": colour, "width": 1.6 if quiet else 2.2, "dash": "dot" if quiet else "solid"},
                marker={
                    "opacity": 1,
                    "symbol": [_symbol(looks[at], quiet or part == "again") for at in kept],
                    "size": [_size(looks[at], quiet, part) for at in kept],
                    "color": [colour if looks[at] is plain_look else looks[at].colour for at in kept],
                    "line": {"color": colour if quiet else palette.GROUND, "width": 1.2 if quiet else 1},
                },
            )
        )


def _size(look: palette.Look, quiet: bool, part: str) -> int:
    if look is not palette.LOOKS["event"]:
        return look.size + 2
    return 6 if part == "again" else 7 if quiet else 8


def _symbol(look: palette.Look, hollow: bool) -> str:
    return "circle-open" if hollow and look is palette.LOOKS["event"] else look.symbol


def _counted(path: _Path) -> str:
    if len(path.rows) < path.count:
        return f"The first and last {ENDS} of {path.count:,} events"
    return several(path.count, "event")


def _end(path: _Path) -> datetime:
    last = aware(path.rows["time"].iloc[-1])
    assert last is not None
    return last


def _place(seconds: float) -> float:
    """Where an elapsed time stands: log10(1 + t / 0.1 s), linear near zero, so that zero has a place."""
    import math

    return math.log10(1 + max(seconds, 0.0) / FLOOR)


def _after(seconds: float) -> str:
    return f"{seconds:.3f} s" if seconds < 60 else duration(timedelta(seconds=seconds))
