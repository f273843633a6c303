"""The path of one document, and where it leaves a healthy one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from worlds import at, event

import investigator as inv
from investigator.events import Events


@pytest.fixture
def paths() -> Events:
    steps = [(0, "upload", "received {}"), (0.25, "storage", "put {}"), (3, "scan", "{} is clean")]
    rows = [event(when, where, what.format("DOC-1")) for when, where, what in steps]
    rows += [event(7200 + when, where, what.format("DOC-47")) for when, where, what in steps]
    rows += [event(4, "indexer", "indexed DOC-1"), event(3600, "filing", "filed DOC-1")]
    rows += [event(7290, "indexer", "gave up on DOC-47", severity_number=17)]
    rows += [event(5, "upload", "received DOC-471")]
    return Events.from_frame(pd.DataFrame(rows))


def test_alone_a_path_stands_on_the_clock_with_a_lane_a_step(paths: Events) -> None:
    figure = inv.show.entity_path(paths, entity="DOC-47", zone="Europe/Berlin")
    (line,) = figure.data
    assert figure.layout.title.text == "Which path did DOC-47 take?"
    assert list(figure.layout.yaxis.ticktext) == ["upload", "storage", "scan", "indexer"]
    assert line.x[0] == "2026-06-17T11:00:00.000" and list(line.y) == [0, 1, 2, 3]
    assert line.mode == "lines+markers"
    assert figure.layout.xaxis.title.text == "time, Europe/Berlin (UTC+02:00)"


def test_the_id_is_a_whole_word(paths: Events) -> None:
    assert [row[5] for row in inv.show.entity_path(paths, entity="DOC-471").layout.meta["table"]["rows"]] == [
        "received DOC-471"
    ]


def test_beside_a_healthy_one_both_start_at_zero_and_steps_follow_the_healthy(paths: Events) -> None:
    figure = inv.show.entity_path(paths, entity="DOC-47", beside="DOC-1")
    quiet, line = figure.data
    assert (quiet.name, line.name) == ("DOC-1", "DOC-47")
    assert quiet.x[0] == line.x[0] == 0.0
    assert (quiet.line.dash, line.line.dash) == ("dot", "solid") and quiet.line.width < line.line.width
    assert list(figure.layout.yaxis.ticktext) == ["upload", "storage", "scan", "indexer", "filing"]
    assert "since its own first event" in figure.layout.xaxis.title.text


def test_the_first_difference_is_marked_and_said(paths: Events) -> None:
    figure = inv.show.entity_path(paths, entity="DOC-47", beside="DOC-1")
    (note,) = figure.layout.annotations
    assert note.text == "first difference<br>DOC-47 lacks indexed DOC-1"
    assert (note.x, note.y) == (figure.data[0].x[3], 3)
    assert figure.layout.title.subtitle.text.replace("<br>", " ") == (
        "First difference: DOC-47, after scan \u201cDOC-47 is clean\u201d, lacks indexer "
        "\u201cindexed DOC-1\u201d, which DOC-1 has; instead it has indexer \u201cgave up on DOC-47\u201d."
    )
    assert "First difference" in figure.layout.meta["alt"]


def test_what_only_this_one_has_is_a_difference_too() -> None:
    rows = [event(t, "a", f"did {'abc'[t]} {name}") for name in ("DOC-1", "DOC-2", "DOC-3") for t in (0, 1)]
    rows.append(event(3, "b", "failed DOC-1", severity_number=17))
    figure = inv.show.entity_path(Events.from_frame(pd.DataFrame(rows)), entity="DOC-1", beside="DOC-2")
    assert figure.layout.annotations[0].text == "first difference<br>only DOC-1 has this: b"
    assert (
        "DOC-1, after a \u201cdid b DOC-1\u201d, has what DOC-2 has not"
        in figure.layout.title.subtitle.text.replace("<br>", " ")
    )


def test_the_first_difference_is_the_one_that_the_analysis_finds(paths: Events) -> None:
    from investigator.facts.comparison import compare

    found = compare(paths, "DOC-47", healthy="DOC-1").difference
    assert found is not None and found.expected is not None
    figure = inv.show.entity_path(paths, entity="DOC-47", beside="DOC-1")
    assert found.expected.body in figure.layout.title.subtitle.text


def test_what_comes_again_is_a_point_and_no_line_to_and_fro() -> None:
    steps = ["upload", "search", "search", "search"]
    rows = [event(600 * n, step, f"{step} DOC-1") for n, step in enumerate(steps)]
    line, again = inv.show.entity_path(Events.from_frame(pd.DataFrame(rows)), entity="DOC-1").data
    assert (line.mode, list(line.y)) == ("lines+markers", [0, 1])
    assert (again.mode, again.name, list(again.y)) == ("markers", "DOC-1, again", [1, 1])


def test_what_people_wrote_about_it_stands_beside_the_line() -> None:
    rows = [event(n, "a", f"{'xyz'[n]} DOC-1") for n in range(3)]
    rows.append({**event(60, "ticket", "where is DOC-1?"), "kind": "ticket"})
    line, people = inv.show.entity_path(Events.from_frame(pd.DataFrame(rows)), entity="DOC-1").data
    assert (line.mode, len(line.x)) == ("lines+markers", 3)
    assert (people.mode, people.name, list(people.y)) == ("markers", "DOC-1, as people wrote", [1])


def test_equal_paths_have_no_difference() -> None:
    rows = [event(t, "a", f"did {t} {name}") for name in ("DOC-1", "DOC-2") for t in (0, 1)]
    figure = inv.show.entity_path(Events.from_frame(pd.DataFrame(rows)), entity="DOC-1", beside="DOC-2")
    assert figure.layout.title.subtitle.text == "No difference on the way that most take: the same steps."
    assert not figure.layout.annotations


def test_the_table_names_the_origin_of_every_point(paths: Events) -> None:
    table = inv.show.entity_path(paths, entity="DOC-47", beside="DOC-1").layout.meta["table"]
    assert table["columns"] == ["id", "step", "time", "after", "severity", "body", "origin"]
    assert table["rows"][3] == [
        "DOC-47",
        "indexer",
        "2026-06-17 09:01:30.000",
        "2 min",
        "error",
        "gave up on DOC-47",
        "000000000000:9",
    ]
    assert len(table["rows"]) == 9


def test_an_id_that_nothing_mentions_is_said(paths: Events) -> None:
    figure = inv.show.entity_path(paths, entity="DOC-9")
    assert figure.layout.annotations[0].text == "No event with a time mentions DOC-9 here."
    assert inv.show.entity_path(paths, entity="").layout.annotations[0].text == "No id was given to follow."


@pytest.mark.parametrize("beside", [None, "", "DOC-9"])
def test_without_a_healthy_one_the_path_stands_alone(paths: Events, beside: Any) -> None:
    figure = inv.show.entity_path(paths, entity="DOC-47", beside=beside)
    assert [trace.name for trace in figure.data] == ["DOC-47"]
    assert ("Nothing here mentions DOC-9" in figure.layout.title.subtitle.text) == (beside == "DOC-9")


def test_a_long_path_shows_its_ends_and_says_so() -> None:
    rows = [event(n, "a", f"DOC-1 again {n}") for n in range(1000)]
    figure = inv.show.entity_path(Events.from_frame(pd.DataFrame(rows)), entity="DOC-1")
    once, again = figure.data
    assert len(once.x) + len(again.x) == 300
    assert again.x[-1] == at(999).replace(tzinfo=None).isoformat(timespec="milliseconds")
    assert "The first and last 150 of 1,000 events" in figure.layout.title.subtitle.text


def test_a_row_of_a_table_is_no_step() -> None:
    rows = [event(0, "a", "DOC-1"), {**event(1, "documents", "DOC-1"), "kind": "record"}]
    figure = inv.show.entity_path(Events.from_frame(pd.DataFrame(rows)), entity="DOC-1")
    assert list(figure.layout.yaxis.ticktext) == ["a"]
