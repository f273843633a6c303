"""What we have: a bar a source, its silences, and what could not be read."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

import investigator as inv
from investigator.events import Events


def test_a_source_is_a_bar_from_its_first_event_to_its_last(incident: Events) -> None:
    figure = inv.show.coverage(incident, zone="Europe/Berlin")
    assert list(figure.layout.yaxis.ticktext) == ["deploys", "flags", "search", "storage", "documents"]
    bars = next(trace for trace in figure.data if trace.name == "events")
    assert list(bars.y) == [2, 3] and bars.base[0] == "2026-06-17T09:00:00.000"
    moments = next(trace for trace in figure.data if trace.name == "a moment")
    assert list(moments.y) == [0, 1]


def test_a_source_without_times_is_named_with_its_rows(incident: Events) -> None:
    figure = inv.show.coverage(incident)
    assert figure.layout.meta["table"]["rows"][-1] == ["documents", "record", 1, "", "", "", 1, 0]
    assert "rows without a time" in [note.text for note in figure.layout.annotations]
    only = Events.from_frame(pd.DataFrame({"body": ["a row"], "kind": ["record"]}))
    assert inv.show.coverage(only).layout.meta["table"]["rows"] == [["frame", "record", 1, "", "", "", 1, 0]]


def test_a_silence_is_hatched_and_stands_in_the_table(incident: Events) -> None:
    figure = inv.show.coverage(incident)
    (silent,) = [trace for trace in figure.data if trace.name == "silence"]
    assert silent.marker.pattern.shape == "/" and list(silent.y) == [2]
    assert figure.layout.meta["table"]["rows"][2][5] == "09:00 to 09:30"
    assert "Silent: search 09:00 to 09:30." in figure.layout.meta["alt"]


def test_what_could_not_be_read_is_said_beside_the_bar(incident: Events) -> None:
    sources = tuple(
        replace(s, rejected=12, units=5000) if s.name == "search" else s for s in incident.sources
    )
    figure = inv.show.coverage(replace(incident, sources=sources))
    assert "2,520, 12 not read" in [note.text for note in figure.layout.annotations]
    assert figure.layout.meta["table"]["rows"][2][6:] == [5000, 12]
    assert "Not everything could be read in search (12)." in figure.layout.meta["alt"]


def test_a_window_is_a_frame_and_every_source_stays_whole(incident: Events) -> None:
    narrow = incident.where(window=("2026-06-17T08:00:00+00:00", "2026-06-17T09:00:00+00:00"))
    figure, whole = inv.show.coverage(narrow), inv.show.coverage(incident)
    assert figure.layout.meta["table"] == whole.layout.meta["table"]
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1) == ("2026-06-17T08:00:00.000", "2026-06-17T09:00:00.000")
