"""Events a minute, one small picture a group."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import at, event

import investigator as inv
from investigator.errors import ParameterError
from investigator.events import Events


def names(figure: object) -> list[str]:
    return [row[0] for row in figure.layout.meta["table"]["rows"]]  # type: ignore[attr-defined]


def test_a_group_has_a_picture_the_largest_first(incident: Events) -> None:
    figure = inv.show.rates(incident)
    assert names(figure) == ["search", "storage"]
    assert [note.text for note in figure.layout.annotations] == ["search", "storage"]
    assert figure.layout.title.text == "How many events a minute, by service?"
    assert figure.layout.yaxis.title.text == "a minute"


def test_a_rate_is_events_a_minute_whatever_the_width(incident: Events) -> None:
    for seconds in (60, 600):
        figure = inv.show.rates(incident, seconds=seconds)
        assert figure.data[0].dx == seconds * 1000.0
        assert figure.data[0].y[1] == pytest.approx(12, abs=0.01)


def test_the_drawn_rates_add_up_to_the_counts_of_the_table(incident: Events) -> None:
    figure = inv.show.rates(incident, seconds=60)
    for trace, row in zip(
        [t for t in figure.data if t.name == "all events"], figure.layout.meta["table"]["rows"], strict=True
    ):
        assert trace.y[:-1].sum() == pytest.approx(row[1])


def test_errors_lie_over_their_group_alone(incident: Events) -> None:
    figure = inv.show.rates(incident, seconds=60)
    (errors,) = [trace for trace in figure.data if trace.name == "errors"]
    assert errors.yaxis == "y2" and errors.fillpattern.shape == "/"
    assert errors.y[:-1].sum() == pytest.approx(20)


def test_the_table_says_when_it_was_most(incident: Events) -> None:
    table = inv.show.rates(incident, by="source", zone="Europe/Berlin").layout.meta["table"]
    assert table["columns"] == ["source", "events", "errors", "mean a minute", "most a minute", "when most"]
    assert table["title"] == "Rates by source (times: Europe/Berlin)"
    assert table["rows"][1][:3] == ["storage", 2077, 20]


def test_beyond_twelve_groups_the_rest_are_one(fifty: Events) -> None:
    figure = inv.show.rates(fifty)
    assert len(names(figure)) == 13 and names(figure)[-1] == "others (38)"
    assert sum(row[1] for row in figure.layout.meta["table"]["rows"]) == 12_000


def test_events_without_a_group_are_shown_as_such_and_a_group_named_others_is_not_the_rest() -> None:
    rows = [event(n, "a", "b", service=[None, "", "others"][n % 3]) for n in range(30)]
    figure = inv.show.rates(Events.from_frame(pd.DataFrame(rows)))
    assert sorted((row[0], row[1]) for row in figure.layout.meta["table"]["rows"]) == [
        ("no service", 20),
        ("others", 10),
    ]


def test_a_line_for_every_mark_in_every_picture(incident: Events) -> None:
    marks = [{"time": at(5000).isoformat(), "label": "onset", "kind": "onset"}]
    figure = inv.show.rates(incident, marks=marks)
    assert [shape.xref for shape in figure.layout.shapes] == ["x", "x2"]
    assert "Marked: onset 08:23." in figure.layout.title.subtitle.text


def test_a_column_that_is_none_is_refused(incident: Events) -> None:
    with pytest.raises(ParameterError, match=r"Rates can't be grouped by 'colour'. There are: source, kind"):
        inv.show.rates(incident, by="colour")
    with pytest.raises(ParameterError, match=r"A bin can't be 0 seconds wide"):
        inv.show.rates(incident, seconds=0)


def test_bins_are_never_finer_than_the_picture_needs(many_days: Events) -> None:
    assert len(inv.show.rates(many_days, seconds=1).data[0].y) <= 1300


@pytest.fixture
def many_days() -> Events:
    return Events.from_frame(pd.DataFrame([event(n * 86_400, "a", "b") for n in range(30)]))
