"""The pictures of those affected: how many at each moment, how far they got, and where each one is."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import at, event

import investigator as inv
from investigator.events import Events


def world(trade: tuple[str, str, str, str, str], *, back: bool) -> Events:
    """Sixty things of a trade; from the twenty-first on, twenty are refused at the desk; told again an hour later."""
    prefix, door, desk, shelf, refused = trade
    rows = []
    for n in range(60):
        one, start = f"{prefix}-{1000 + n}", n * 60
        rows.append(event(start, door, f"received {one}"))
        hurt = 20 <= n < 40
        rows.append(event(start + 5, desk, f"{refused} {one}" if hurt else f"checked {one}"))
        done = 7200 + n if hurt else start + 10
        if not hurt or back:
            rows.append(event(done, shelf, f"filed {one}"))
    rows += [event(7400 + n * 10, door, f"received {prefix}-{5000 + n}") for n in range(3)]
    return Events.from_frame(pd.DataFrame(rows))


TRADES = [
    ("CLM", "intake", "assessor", "register", "set aside"),
    ("PCL", "dock", "sorter", "van", "diverted"),
    ("SMP", "ward", "bench", "chart", "quarantined"),
]


@pytest.mark.parametrize("trade", TRADES)
def test_it_goes_from_none_to_all_that_were_affected_and_to_none_again(trade):
    figure = inv.show.findable(world(trade, back=True), like=f"{trade[0]}-1025")
    (line,) = figure.data
    assert (line.y[0], max(line.y), line.y[-1]) == (0, 20, 0)
    assert "20 like" in figure.layout.title.text and "all were back by" in figure.layout.title.text
    rows = figure.layout.meta["table"]["rows"]
    assert sum(row[1] for row in rows) == sum(row[2] for row in rows) == 20


@pytest.mark.parametrize("trade", TRADES)
def test_who_is_not_back_stays_up_and_the_title_says_so(trade):
    figure = inv.show.findable(world(trade, back=False), like=f"{trade[0]}-1025")
    assert figure.data[0].y[-1] == 20
    assert figure.layout.title.text.endswith("; none came back.")


def test_the_call_and_the_deadline_stand_on_the_same_clock():
    marks = [
        {"time": at(3600).isoformat(), "label": "the call", "kind": "phase"},
        {"time": at(9000).isoformat(), "label": "deadline", "kind": "deadline"},
    ]
    figure = inv.show.findable(world(TRADES[0], back=True), like="CLM-1025", marks=marks)
    assert [note.text for note in figure.layout.annotations][-2:] == [
        "the call 08:00",
        "deadline 09:30",
    ]
    assert "Marked: the call 08:00, deadline 09:30." in figure.layout.meta["alt"]


@pytest.mark.parametrize("trade", TRADES)
def test_the_step_where_the_affected_part_from_the_fine_is_in_the_title(trade):
    figure = inv.show.steps(world(trade, back=True), like=f"{trade[0]}-1025")
    rows = {row[0]: row[1:] for row in figure.layout.meta["table"]["rows"]}
    assert rows[trade[1]][:2] == [20, 20] and rows[trade[3]][:2] == [0, 20]
    assert rows[trade[3]][2] == rows[trade[3]][3] == 40
    assert trade[3] in figure.layout.title.text


def test_a_census_counts_each_one_once():
    figure = inv.show.census(world(TRADES[0], back=False), like="CLM-1025")
    rows = figure.layout.meta["table"]["rows"]
    assert sum(row[1] for row in rows) == 63
    assert figure.layout.title.text.startswith("Of 63 like CLM-1025: ")


def test_who_took_the_usual_way_has_no_such_picture():
    for view in (inv.show.findable, inv.show.steps):
        figure = view(world(TRADES[0], back=True), like="CLM-1001")
        assert not figure.data
        assert (
            figure.layout.annotations[0].text == "No difference tells which ids are affected like CLM-1001."
        )
