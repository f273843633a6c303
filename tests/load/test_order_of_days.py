"""Day and month of a log are told over the whole file, with a year or without one; what tells nothing is said."""

import pytest

import investigator as inv


def log(days, text="{}. 03:{:02d}:17 quay> landed {}"):
    return "\n".join(text.format(day, n % 60, n) for day in days for n in range(150)).encode() + b"\n"


def days_of(place):
    return sorted({(at.month, at.day) for at in place.events().time})


def doubts(report):
    return " | ".join(doubt for source in report.sources for doubt in source.doubt)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("{d}.{m} 03:{n:02d}:17 quay> landed {n}", True),
        ("{d}.{m}. 03:{n:02d}:17 gate 4 opened for {n}", True),
        ("{d}/{m} 03:{n:02d}:17 ward: bed {n} given", True),
        ("{m}.{d} 03:{n:02d}:17 press> sheet {n} out", False),
        ("{m}-{d} 03:{n:02d}:17 till {n} closed", False),
    ],
)
def test_a_day_above_twelve_far_below_tells_the_order_of_all(place, text, first):
    # The first 400 lines hold the 7th to the 9th alone.
    lines = [text.format(d=f"{day:02d}", m="05", n=n % 60) for day in range(7, 16) for n in range(150)]
    report = place.add("\n".join(lines).encode() + b"\n", name="a.log")
    assert days_of(place) == [(5, day) for day in range(7, 16)]
    assert len(place.events()) == len(lines) and "tells day from month" not in doubts(report)


@pytest.mark.parametrize("between", [".", "/", "-"])
def test_days_that_follow_each_other_are_not_read_as_months(place, between):
    lines = [
        f"{day:02d}{between}05 03:{n % 60:02d}:17 crane 2 lifts {n}"
        for day in range(3, 9)
        for n in range(100)
    ]
    report = place.add("\n".join(lines).encode() + b"\n", name="a.log")
    assert days_of(place) == [(5, day) for day in range(3, 9)]
    assert "nothing tells day from month: read as day first" in doubts(report)


def test_one_day_alone_is_read_by_its_mark_and_said(place):
    report = place.add(log(["03.05"]), name="a.log")
    assert days_of(place) == [(5, 3)]
    assert "nothing tells day from month: read as day first" in doubts(report)


@pytest.mark.parametrize(
    ("head", "days"),
    [("fecha,hora,cosa", "fecha"), ("Datum;Zeit;Was", "language"), ("when,at,what", "nothing tells")],
)
def test_the_language_of_a_header_or_days_that_lie_together_tell_day_from_month(tmp_path, head, days):
    mark = ";" if ";" in head else ","
    rows = [
        ("05/05/2026", "18:00"),
        ("06/05/2026", "07:35"),
        ("06/05/2026", "12:50"),
        ("08/05/2026", "22:00"),
    ]
    (tmp_path / "works.csv").write_text(
        "\n".join([head, *(mark.join((*one, "mill stopped")) for one in rows)]) + "\n"
    )
    events = inv.read(str(tmp_path / "works.csv"))
    found = events.fetch(events.table.order_by("time"))
    assert [t.day for t in found.time] == [5, 6, 6, 8] and {t.month for t in found.time} == {5}
    assert any("day first" in doubt for doubt in events.sources[0].doubt)
