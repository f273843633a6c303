"""What happened when, and in which source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.instants import aware
from investigator.facts.bins import bins, width_for
from investigator.facts.places import lane_name, lane_rank
from investigator.views import _lanes, _marks
from investigator.views import _palette as palette
from investigator.views._style import figure, margin_for, nothing
from investigator.views._text import inert, plain, several, some
from investigator.views._times import TimeAxis

if TYPE_CHECKING:
    import pandas
    from plotly.graph_objects import Figure

    from investigator.events.events import Events

TITLE = "What happened when, and in which source?"
COLUMNS = ["lane", "kind", "events", "errors", "first", "last", "silent"]

#: A lane with fewer events than this shows each of them.
RARE = 150
#: All errors are shown one by one where there are at most so many.
RARE_ERRORS = 150
#: The page's weight: at most so many single marks, lanes and bins in one picture.
MARKS_AT_MOST = 600
LANES_AT_MOST = 60
SERVICES_AT_MOST = 24
BINS_AT_MOST = 360
#: Lines of sources that hold several services, by one without a lane of its own or by none.
OTHERS = "other services"

LANE_PIXELS = 32


@dataclass
class _Lane:
    name: str
    kind: str
    sources: set[str] = field(default_factory=set)
    count: int = 0
    errors: int = 0
    first: datetime | None = None
    last: datetime | None = None
    others: int = 0
    silent: list[tuple[datetime, datetime, int]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.others} other lanes" if self.others else self.name


def timeline(
    events: Events,
    *,
    zone: str = "UTC",
    marks: Sequence[dict[str, Any]] | None = None,
    window: tuple[Any, Any] | None = None,
) -> Figure:
    """One lane a source, time from left to right: density for the many, single marks for the rare.

    Rotated files are one, and sources that hold several services have a lane for each service. Each lane is shaded on its own logarithmic
    scale; silences are hatched. `marks` are reference lines, {"time", "label", "kind", optional "end"}, of
    kind change, phase, deadline, onset or decision; at most eight are named.
    """
    if window is not None:
        events = events.where(window=window)
    low, high = events.window
    lanes, keyed = _lanes_of(events)
    firsts = [lane.first for lane in lanes if lane.first]
    lasts = [lane.last for lane in lanes if lane.last]
    if not firsts or not lasts:
        return nothing(
            TITLE, "No events with a time in this window.", axis="time", columns=COLUMNS, table_title="Lanes"
        )
    first, last = min(firsts), max(lasts)
    pad = max((last - first) / 100, timedelta(seconds=1))
    axis = TimeAxis.over(low or first - pad, high or last + pad, zone)
    quiet = _lanes.silent(events, axis.low, axis.high)
    for lane in lanes:
        # Of several files each may end while the service goes on in the next.
        lane.silent = quiet.get(next(iter(lane.sources)), []) if len(lane.sources) == 1 else []
    left = margin_for([plain(lane.label, at_most=30) for lane in lanes])
    placed = _marks.arranged(marks, axis, left)
    pixels = LANE_PIXELS if len(lanes) <= 16 else 26 if len(lanes) <= 32 else 21
    height = max(len(lanes) * pixels, 70)
    top = 78 + _marks.ROW * _marks.rows_of(placed)

    made = figure(
        title=TITLE,
        subtitle=f"{several(sum(lane.count for lane in lanes), 'event')}, {axis.span}. "
        "The stronger the colour, the busier: each lane on its own scale.",
        alt=_alt(lanes, quiet, placed, axis),
        table_title=f"Lanes of the timeline (times: {axis.zone})",
        columns=COLUMNS,
        rows=_rows(lanes, placed, axis),
    )
    single = _few(lanes)
    errors_single = sum(lane.errors for at, lane in enumerate(lanes) if at not in single) <= RARE_ERRORS
    dense = {at for at in range(len(lanes)) if at not in single}
    if dense:
        _draw_density(made, events, lanes, keyed, dense, axis, errors=not errors_single)
    rows = _single_rows(events, keyed, single, errors_single and any(lanes[at].errors for at in dense))
    silent_rows = [(at, lane.name, *s) for at, lane in enumerate(lanes) for s in lane.silent]
    _lanes.draw_silences(made, silent_rows, axis, thick=0.6)
    _draw_single(made, rows, dense, axis)
    _marks.draw(made, placed, axis, height=height)
    _lanes.ticks(made, [lane.label for lane in lanes])
    made.update_xaxes(**axis.layout())
    made.update_yaxes(title_text="")
    made.update_layout(
        height=top + height + 104,
        margin={"l": left, "r": 24, "t": top, "b": 104},
        legend={"y": -66 / height},
        showlegend=True,
        barmode="overlay",
        uniformtext={"minsize": 10, "mode": "hide"},
    )
    return made


def _lanes_of(events: Events) -> tuple[list[_Lane], dict[tuple[str, str | None], int]]:
    """The lanes in order, and which lane a source (and service) is in."""
    table = events.table.filter(events.table.time.notnull())
    counted = table.group_by(["source", "service", "kind"]).aggregate(
        count=lambda t: t.count(),
        errors=lambda t: (t.severity_number >= schema.ERROR).fill_null(False).cast("int64").sum(),
        first=lambda t: t.time.min(),
        last=lambda t: t.time.max(),
    )
    ordered = counted.order_by([counted["count"].desc(), "source", "service", "kind"])
    frame = events.engine.fetch(ordered.limit(20_000))
    held = dict(list(frame.groupby("source", sort=True)))
    kinds = {source: str(part.groupby("kind")["count"].sum().idxmax()) for source, part in held.items()}
    split = {
        source
        for source, part in held.items()
        if lane_rank(kinds[source]) == 4 and part["service"].replace("", None).nunique() > 1
    }
    busy = frame[frame["source"].isin(split)].groupby("service")["count"].sum()
    named = set(busy.sort_values(ascending=False, kind="stable").index[:SERVICES_AT_MOST]) - {""}
    lanes: dict[tuple[bool, int, bool, str], _Lane] = {}
    of: dict[tuple[str, str | None], tuple[bool, int, bool, str]] = {}
    for source, part in held.items():
        for row in part.itertuples(index=False):
            service = None if source not in split else row.service if row.service in named else ""
            name = lane_name(service, source) if service != "" else OTHERS
            rank = lane_rank(kinds[source])
            key = of[str(source), service] = (False, rank, service == "", name)
            _add(lanes.setdefault(key, _Lane(name, kinds[source])), row, str(source))
    if len(lanes) > LANES_AT_MOST:
        # Changes and what people said stay; of the rest, the busiest.
        weight = sorted(lanes, key=lambda key: (key[1] >= 4, -lanes[key].count, key))
        rest, last = _Lane("", "log", others=len(lanes) - LANES_AT_MOST + 1), (True, 0, True, "")
        for key in weight[LANES_AT_MOST - 1 :]:
            _add(rest, lanes.pop(key))
        lanes[last] = rest
        of = {one: key if key in lanes else last for one, key in of.items()}
    ordered_keys = sorted(lanes)
    places = {key: at for at, key in enumerate(ordered_keys)}
    return [lanes[key] for key in ordered_keys], {one: places[key] for one, key in of.items()}


def _add(lane: _Lane, row: Any, source: str = "") -> None:
    lane.sources |= {source} if source else row.sources
    lane.count += int(row.count)
    lane.errors += int(row.errors)
    first, last = aware(row.first), aware(row.last)
    lane.first = min((t for t in (lane.first, first) if t), default=None)
    lane.last = max((t for t in (lane.last, last) if t), default=None)


def _few(lanes: list[_Lane]) -> set[int]:
    """The lanes whose events are drawn one by one: the rarest, while the page has room for them."""
    out, room = set(), MARKS_AT_MOST
    for at in sorted(range(len(lanes)), key=lambda at: (lanes[at].count, at)):
        if lanes[at].count >= RARE or lanes[at].count > room:
            break
        out.add(at)
        room -= lanes[at].count
    return out


def _with_lane(table: Any, keyed: dict[tuple[str, str | None], int]) -> Any:
    """The table with `lane_service`: the service where its source has a lane a service, else empty."""
    import ibis

    split = sorted({source for source, service in keyed if service is not None})
    if not split:
        return table.mutate(lane_service=ibis.literal(""))
    kept = sorted({service for _, service in keyed if service})
    own = table.source.isin(split) & table.service.notnull() & table.service.isin(kept)
    return table.mutate(lane_service=own.ifelse(table.service, ""))


def _lane_number(source: str, service: str, keyed: dict[tuple[str, str | None], int]) -> int:
    # A service's name may be kept for one source and be among the others of a second.
    return next(keyed[key] for key in ((source, service), (source, None), (source, "")) if key in keyed)


def _draw_density(
    made: Figure,
    events: Events,
    lanes: list[_Lane],
    keyed: dict[tuple[str, str | None], int],
    dense: set[int],
    axis: TimeAxis,
    *,
    errors: bool,
) -> None:
    import numpy as np
    import plotly.graph_objects as go

    seconds = width_for(axis.low, axis.high, at_most=BINS_AT_MOST)
    table = _with_lane(events.table.filter(events.table.time.notnull()), keyed)
    sources = sorted({source for (source, _), at in keyed.items() if at in dense})
    table = table.filter(table.source.isin(sources))
    table = table.mutate(bad=(table.severity_number >= schema.ERROR).fill_null(False))
    counted = bins(replace(events, table=table), by=("source", "lane_service", "bad"), seconds=seconds)
    first = counted["start"].min()
    counted["slot"] = ((counted["start"] - first).dt.total_seconds() // seconds).astype("int64")
    counted["lane"] = [
        _lane_number(a, b, keyed) for a, b in zip(counted["source"], counted["lane_service"], strict=True)
    ]
    wide = int(counted["slot"].max()) + 1
    grid = np.zeros((2, len(lanes), wide), dtype="int64")
    np.add.at(
        grid, (counted["bad"].astype(int), counted["lane"], counted["slot"]), counted["count"].to_numpy()
    )
    origin = aware(first)
    assert origin is not None
    middle = axis.place(origin + timedelta(seconds=seconds / 2))
    for at in sorted(dense):
        whole, bad = grid[:, at].sum(axis=0), grid[1, at]
        strips = [(whole, palette.DENSITY, (-0.34, 0.34), "event")]
        if errors and bad.any():
            strips = [
                (whole, palette.DENSITY, (-0.34, 0.1), "event"),
                (bad, palette.DENSITY_OF_ERRORS, (0.14, 0.34), "error"),
            ]
        for counts, scale, (above, below), noun in strips:
            made.add_trace(
                go.Heatmap(
                    z=_shades(counts)[None, :],
                    customdata=counts.astype("int32")[None, :],
                    x0=middle,
                    dx=seconds * 1000.0,
                    y=[at + above, at + below],
                    name=inert(lanes[at].label, at_most=60),
                    colorscale=scale,
                    zmin=0,
                    zmax=255,
                    showscale=False,
                    hovertemplate=f"%{{x}}: %{{customdata:,}} {noun}s in {_width(seconds)}"
                    "<extra>%{fullData.name}</extra>",
                )
            )


def _shades(counts: Any) -> Any:
    """Counts on a logarithmic scale of a lane's own, in a byte each: 0 is none, 255 the busiest."""
    import numpy as np

    some = counts[counts > 0]
    if not len(some) or some.min() == some.max():
        return np.where(counts > 0, 110, 0).astype("uint8")
    # A steady lane, such as a metric every minute, would be all dark for saying nothing.
    steady = float(np.median(some)) == some.max()
    shade = 30 + (80 if steady else 225) * np.log(np.maximum(counts, 1)) / np.log(some.max())
    return np.where(counts > 0, np.minimum(shade, 255), 0).astype("uint8")


def _single_rows(
    events: Events, keyed: dict[tuple[str, str | None], int], single: set[int], with_errors: bool
) -> pandas.DataFrame:
    """The events that are drawn one by one, with their lane: at most so many as the page has room for."""
    import ibis

    table = _with_lane(events.table.filter(events.table.time.notnull()), keyed)
    wanted = ibis.literal(False)
    whole = sorted({source for (source, service), at in keyed.items() if at in single and service is None})
    if whole:
        wanted = wanted | table.source.isin(whole)
    for (source, service), at in sorted(keyed.items(), key=lambda item: item[1]):
        if at in single and service is not None:
            wanted = wanted | ((table.source == source) & (table.lane_service == service))
    if with_errors:
        wanted = wanted | (table.severity_number >= schema.ERROR).fill_null(False)
    picked = table.filter(wanted)
    picked = picked.mutate(body=picked.body.substr(0, 400))
    names = ["time", "source", "service", "lane_service", "kind", "severity_number", "name", "body"]
    picked = picked.order_by([picked[name] for name in schema.ORDER])
    frame = events.fetch(
        picked.select(*names, "evidence", "unit", "units").limit(MARKS_AT_MOST + RARE_ERRORS), limit=None
    )
    frame["lane"] = [
        _lane_number(a, b, keyed) for a, b in zip(frame["source"], frame["lane_service"], strict=True)
    ]
    return frame


def _draw_single(made: Figure, rows: pandas.DataFrame, dense: set[int], axis: TimeAxis) -> None:
    import plotly.graph_objects as go

    if not len(rows):
        return
    rows = rows.assign(
        look=[palette.look_of(k, s) for k, s in zip(rows["kind"], rows["severity_number"], strict=True)]
    )
    for name, look in palette.LOOKS.items():
        part = rows[rows["look"] == name]
        if not len(part):
            continue
        made.add_trace(
            go.Scatter(
                mode="markers",
                name=look.name,
                x=[axis.place(t.to_pydatetime(warn=False)) for t in part["time"]],
                y=[int(at) for at in part["lane"]],
                hovertext=[_lanes.hover(row, axis) for row in part.itertuples(index=False)],
                hoverinfo="text",
                marker={
                    "symbol": look.symbol,
                    "size": look.size,
                    "color": look.colour,
                    "opacity": 0.9,
                    # Errors lie on shaded lanes: a dark rim keeps them apart from the shade in a grey print.
                    "line": {"color": "#4a1e00" if name == "error" else palette.GROUND, "width": 1},
                },
            )
        )


def _rows(lanes: list[_Lane], marks: Sequence[_marks.Mark], axis: TimeAxis) -> list[list[Any]]:
    rows = [
        [
            lane.label,
            lane.kind,
            lane.count,
            lane.errors,
            axis.text(lane.first),
            axis.text(lane.last),
            _lanes.words(lane.silent, axis),
        ]
        for lane in lanes
    ]
    rows += [
        [mark.label, f"mark: {mark.kind}", None, None, axis.text(mark.time), axis.text(mark.end), ""]
        for mark in marks
    ]
    return rows


def _alt(lanes: list[_Lane], quiet: dict[str, Any], marks: Sequence[_marks.Mark], axis: TimeAxis) -> str:
    busiest = max(lanes, key=lambda lane: lane.count)
    bad = sorted((lane for lane in lanes if lane.errors), key=lambda lane: -lane.errors)
    parts = [
        f"{several(len(lanes), 'lane')} from {axis.span}; the busiest is {plain(busiest.label, at_most=60)} "
        f"with {several(busiest.count, 'event')}.",
        f"Errors in {some([f'{plain(lane.label, at_most=60)} ({lane.errors:,})' for lane in bad])}."
        if bad
        else "No errors.",
        _lanes.said(quiet, axis),
        _marks.sentence(marks, axis),
    ]
    return " ".join(part for part in parts if part)


def _width(seconds: int) -> str:
    from investigator.moment import duration

    return duration(timedelta(seconds=seconds))
