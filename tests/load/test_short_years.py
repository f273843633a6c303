"""Dates of three numbers of two digits: the year's place is told by the file, by its neighbours, or asked."""

import pytest

from investigator.load.answers import Answers


def rows(dates, who="oven.Heater"):
    return "".join(
        f"{date} 09:14:0{i} INFO {who}: loaf {i} is baked\n" for i, date in enumerate(dates)
    ).encode()


def first(place):
    return f"{place.events().sort_values('time').time.iloc[0]:%Y-%m-%d}"


def test_where_nothing_tells_the_year_stands_first_and_it_is_asked(place):
    (source,) = place.add(rows(["17/06/09"] * 4)).sources
    assert first(place) == "2017-06-09" and "order" in source.asks
    assert any("day from month: read as year first" in text for text in source.doubt)


@pytest.mark.parametrize(
    "dates",
    [["26/06/28", "26/06/30"], ["17/06/09", "17/06/10", "17/06/11"]],
    ids=["none else is past", "years"],
)
def test_the_file_itself_tells_it(place, dates):
    (source,) = place.add(rows(dates)).sources
    assert "order" not in source.asks and first(place)[:2] == "20" and first(place)[2:4] == dates[0][:2]


def test_where_only_one_order_keeps_to_few_years_that_is_said(place):
    text = "stamp,oven\n" + "".join(f"{d} 09:14,oven {d}\n" for d in ("10-11-12", "10-12-01", "11-01-02"))
    (source,) = place.add(text.encode(), name="oven.csv").sources
    assert first(place) == "2010-11-12"
    assert any("read as year first, as only so they lie in one or two years" in d for d in source.doubt)


def test_neighbours_tell_it(place):
    place.add(b"2009-06-17T09:10:00Z ramp 3 sticks\n2009-06-17T09:20:00Z ramp 3 moves\n", name="ferry.log")
    (source,) = place.add(rows(["17/06/09"] * 4), name="deck.log").sources
    assert first(place)[:4] == "2009" and "order" not in source.asks


@pytest.mark.parametrize("order, day", [("ymd", "2017-06-09"), ("dmy", "2009-06-17")])
def test_an_answer_settles_it_and_its_doubt_is_gone(place, order, day):
    said = Answers(orders={"raw.log": order})
    (source,) = place.add(rows(["17/06/09"] * 4), name="raw.log", answers=said).sources
    assert first(place) == day and "order" not in source.asks
    assert not any("nothing tells" in text for text in source.doubt)


def test_lines_that_write_the_day_in_another_way_keep_their_times(place):
    place.add(rows(["17/06/09"] * 4) + b"170609 091409 148 WARN oven.Door: door 2 is open\n")
    assert place.events().time.notna().all()
