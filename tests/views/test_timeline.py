"""A lane a source: density for the many, single marks for the rare."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from worlds import at, event

import investigator as inv
from investigator.events import Events


def lanes(figure: Any) -> list[str]:
    return list(figure.layout.yaxis.ticktext)


def traces(figure: Any, kind: str) -> list[Any]:
    return [trace for trace in figure.data if trace.type == kind]


def test_changes_come_first_then_logs_by_name(incident: Events) -> None:
    assert lanes(inv.show.timeline(incident)) == ["deploys", "flags", "search", "storage"]


def test_the_table_holds_what_the_engine_counts(incident: Events) -> None:
    table = inv.show.timeline(incident).layout.meta["table"]
    assert table["columns"] == ["lane", "kind", "events", "errors", "first", "last", "silent"]
    assert table["rows"][1:] == [
        ["flags", "flag", 1, 0, "2026-06-17 08:38:20", "2026-06-17 08:38:20", ""],
        ["search", "log", 2520, 0, "2026-06-17 07:00:00", "2026-06-17 10:59:55", "09:00 to 09:30"],
        ["storage", "log", 2077, 20, "2026-06-17 07:00:00", "2026-06-17 10:59:52", ""],
    ]


def test_the_shaded_bins_add_up_to_the_events_of_their_lane(incident: Events) -> None:
    figure = inv.show.timeline(incident)
    summed = {trace.name: int(trace.customdata.sum()) for trace in traces(figure, "heatmap")}
    assert summed == {"search": 2520, "storage": 2077}


def test_an_empty_bin_has_no_shade_and_the_busiest_the_darkest(incident: Events) -> None:
    for trace in traces(inv.show.timeline(incident), "heatmap"):
        shades, counts = trace.z[0], trace.customdata[0]
        assert (shades[counts == 0] == 0).all() and (shades[counts > 0] > 0).all()
        assert shades.max() == shades[counts.argmax()]


def test_rare_events_and_rare_errors_stand_alone_with_their_origin(incident: Events) -> None:
    marks = {
        trace.name: trace for trace in traces(inv.show.timeline(incident, zone="Europe/Berlin"), "scatter")
    }
    assert set(marks) == {"deploy", "flag change", "error"}
    assert list(marks["deploy"].x) == ["2026-06-17T10:30:00.000"]
    assert "4.2.0" in marks["deploy"].hovertext[0] and "000000000000:" in marks["deploy"].hovertext[0]
    assert len(marks["error"].x) == 20 and set(marks["error"].y) == {3}


def test_many_errors_become_a_strip_of_their_own() -> None:
    rows = [event(n, "storage", f"no {n}", severity_number=17 if n % 2 else 9) for n in range(2000)]
    figure = inv.show.timeline(Events.from_frame(pd.DataFrame(rows)))
    assert [int(trace.customdata.sum()) for trace in traces(figure, "heatmap")] == [2000, 1000]
    assert not traces(figure, "scatter")


def test_a_silence_is_a_hatched_span_that_says_from_when_to_when(incident: Events) -> None:
    (silent,) = traces(inv.show.timeline(incident), "bar")
    assert silent.marker.pattern.shape == "/"
    assert list(silent.base) == ["2026-06-17T09:00:00.000"] and list(silent.x) == [30 * 60 * 1000.0]
    assert silent.hovertext[0].startswith("search is silent from 09:00 to 09:30 UTC")
    assert "Silent: search 09:00 to 09:30." in inv.show.timeline(incident).layout.meta["alt"]


def test_a_window_narrows_the_picture_and_is_its_axis(incident: Events) -> None:
    figure = inv.show.timeline(incident, window=("2026-06-17T08:00:00+00:00", "2026-06-17T08:35:00+00:00"))
    assert list(figure.layout.xaxis.range) == ["2026-06-17T08:00:00.000", "2026-06-17T08:35:00.000"]
    assert lanes(figure) == ["deploys", "search", "storage"]
    assert figure.layout.xaxis.title.text == "time, UTC"


def test_the_axis_names_the_zone_and_its_offset(one: Events) -> None:
    figure = inv.show.timeline(one, zone="Europe/Berlin")
    assert figure.layout.xaxis.title.text == "time, Europe/Berlin (UTC+02:00)"
    assert figure.data[0].x[0] == "2026-06-17T09:00:00.000"


def test_a_source_that_holds_several_services_has_a_lane_for_each() -> None:
    rows = [event(n, "all.log", f"said {n}", service=["api", "worker", None][n % 3]) for n in range(900)]
    figure = inv.show.timeline(Events.from_frame(pd.DataFrame(rows)))
    assert lanes(figure) == ["api", "worker", "other services"]
    assert [row[2] for row in figure.layout.meta["table"]["rows"]] == [300, 300, 300]


def test_a_service_is_one_lane_over_the_files_it_was_cut_into_and_over_lines_and_spans() -> None:
    rows = [
        event(n, f"10_0{n // 300}_log.csv.gz", f"said {n}", service=["cart", "till"][n % 2])
        for n in range(900)
    ]
    rows += [
        event(n, "10_00_trace.csv.gz", "GET /", service=["cart", "till"][n % 2]) | {"kind": "span"}
        for n in range(600)
    ]
    rows += [event(n, f"relay.log{'.1' if n < 200 else ''}", f"sent {n}") for n in range(400)]
    figure = inv.show.timeline(Events.from_frame(pd.DataFrame(rows)))
    assert lanes(figure) == ["cart", "relay.log", "till"]
    assert [row[2] for row in figure.layout.meta["table"]["rows"]] == [750, 400, 750]
    shaded = {trace.name: int(trace.customdata.sum()) for trace in traces(figure, "heatmap")}
    assert shaded == {"cart": 750, "relay.log": 400, "till": 750}


def test_fifty_lanes_are_fifty_labelled_rows_and_the_picture_grows(fifty: Events, one: Events) -> None:
    figure = inv.show.timeline(fifty)
    assert len(lanes(figure)) == 50 and figure.layout.height > 50 * 20
    assert figure.layout.height > inv.show.timeline(one).layout.height


def test_two_hundred_lanes_keep_the_changes_and_sum_the_quiet_ones() -> None:
    rows = [event(n, f"s{n % 200:03d}", f"said {n}") for n in range(400)]
    rows.append({"time": at(1), "source": "deploys", "kind": "deploy", "service": None, "body": "4.2"})
    figure = inv.show.timeline(Events.from_frame(pd.DataFrame(rows)))
    assert len(lanes(figure)) == 60
    assert (lanes(figure)[0], lanes(figure)[-1]) == ("deploys", "142 other lanes")
    assert sum(row[2] for row in figure.layout.meta["table"]["rows"]) == 401


MARKS = [
    {"time": at(600 * n).isoformat(), "label": f"change number {n} of the platform", "kind": "change"}
    for n in range(1, 13)
] + [
    {"time": at(5000).isoformat(), "label": "onset", "kind": "onset"},
    {"time": at(90_000).isoformat(), "label": "deadline", "kind": "deadline"},
]


def test_at_most_eight_marks_are_named_and_the_others_are_thin_lines(incident: Events) -> None:
    figure = inv.show.timeline(incident, marks=MARKS)
    named = [note.text for note in figure.layout.annotations]
    assert len(named) == 8
    assert "onset 08:23" in named and "deadline 08:00 \u2192" in named
    assert len(figure.layout.shapes) == 13  # the deadline lies after the axis: an arrow, and no line
    assert len([row for row in figure.layout.meta["table"]["rows"] if row[1].startswith("mark: ")]) == 14


def test_named_marks_do_not_overlap(incident: Events) -> None:
    from investigator.views import _marks
    from investigator.views._times import TimeAxis

    axis = TimeAxis.over(at(0), at(14_400), "UTC")
    placed = [mark for mark in _marks.arranged(MARKS, axis, 100) if mark.row >= 0]
    room = 960 - 100 - 24
    boxes = []
    for mark in placed:
        x = min((mark.time - at(0)).total_seconds() / 14_400, 1) * room
        wide = 6.0 * len(f"{mark.label} 08:00")
        boxes.append((mark.row, x - wide, x) if mark.right else (mark.row, x, x + wide))
    for number, (row, low, high) in enumerate(boxes):
        assert not [b for b in boxes[number + 1 :] if b[0] == row and b[1] < high and low < b[2]]


def test_a_mark_with_an_end_is_a_span(incident: Events) -> None:
    mark = {"time": at(60).isoformat(), "end": at(120).isoformat(), "label": "monitoring", "kind": "phase"}
    rect, line = inv.show.timeline(incident, marks=[mark]).layout.shapes
    assert (rect.type, rect.x0, rect.x1) == ("rect", "2026-06-17T07:01:00.000", "2026-06-17T07:02:00.000")
    assert line.line.dash == "dashdot"


@pytest.mark.parametrize("severity, name", [(9, "event"), (13, "warning"), (17, "error"), (None, "event")])
def test_a_marks_symbol_says_its_severity(severity: int | None, name: str) -> None:
    frame = pd.DataFrame([event(0, "a", "b", severity_number=severity)])
    assert [trace.name for trace in inv.show.timeline(Events.from_frame(frame)).data] == [name]


def test_long_names_of_lanes_lose_their_middle_because_they_differ_at_the_ends() -> None:
    names = [f"exports/production/2026-06/chat-{day}.json" for day in ("16", "17")]
    frame = pd.DataFrame([event(n, name, "x") for n, name in enumerate(names)])
    ticks = lanes(inv.show.timeline(Events.from_frame(frame)))
    assert ticks == [f"exports/prod\u20266-06/chat-{day}.json" for day in ("16", "17")]


def test_a_steady_lane_is_not_darker_than_a_busy_hour() -> None:
    rows = [event(60 * n + k, "metric", "x") for n in range(600) for k in range(3)]
    (strip,) = traces(inv.show.timeline(Events.from_frame(pd.DataFrame(rows))), "heatmap")
    assert strip.z.max() <= 110
