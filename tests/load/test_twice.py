"""The hour that happens twice in a log whose clock names no zone."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from investigator import moment, zones
from investigator.case import Case
from investigator.errors import MomentError
from investigator.load import finishing, times


def loaded(tmp_path, *clocks, zone="Europe/Berlin"):
    case = Case.new("INC-1", words="x", zone=zone, root=tmp_path / "cases", author="ana")
    (tmp_path / "door.log").write_text(
        "".join(f"{clock} INFO door {n} opened\n" for n, clock in enumerate(clocks))
    )
    case.add(tmp_path / "door.log", zone=zone)
    table = case.events().table
    rows = case.events().engine.fetch(table.select("body", "time", "time_low", "time_high").order_by("body"))
    return [(row.time_low.to_pydatetime().replace(tzinfo=UTC), row.time_high.to_pydatetime().replace(tzinfo=UTC)) for row in rows.itertuples()]  # fmt: skip


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_clock_in_the_hour_that_happens_twice_is_both_and_those_around_it_are_one(tmp_path):
    spans = loaded(tmp_path, "2026-10-25 01:30:00", "2026-10-25 02:30:00", "2026-10-25 03:30:00")
    wanted = [
        ("2026-10-24T23:30", "2026-10-24T23:30"),
        ("2026-10-25T00:30", "2026-10-25T01:30"),
        ("2026-10-25T02:30", "2026-10-25T02:30"),
    ]
    for (low, high), (first, last) in zip(spans, wanted, strict=True):
        assert low == at(first) and timedelta(0) <= high - at(last) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("zone", "clocks", "wanted"),
    [
        pytest.param(
            "Europe/Berlin",
            ("01:59:59", "02:00:00", "02:59:59", "03:00:00"),
            ("23:59:59", "00:00:00-01:00:00", "00:59:59-01:59:59", "02:00:00"),
            id="edges of the hour",
        ),
        pytest.param(
            "Europe/Berlin",
            ("02:10:00", "02:30:00+02:00", "02:30:00+01:00", "02:50:00"),
            ("00:10:00-01:10:00", "00:30:00", "01:30:00", "00:50:00-01:50:00"),
            id="what names its offset is one of both",
        ),
        pytest.param("UTC", ("02:30:00",), ("02:30:00",), id="a place that never turns its clocks"),
        pytest.param("America/New_York", ("02:30:00",), ("06:30:00",), id="a place that turns them on another day"),
    ],
)  # fmt: skip
def test_each_clock_of_that_night_is_as_wide_as_it_is_unknown(tmp_path, zone, clocks, wanted):
    spans = loaded(tmp_path, *(f"2026-10-25 {clock}" for clock in clocks), zone=zone)
    told = []
    for low, high in spans:
        assert timedelta(0) <= (high - low) % timedelta(minutes=30) < timedelta(seconds=1)
        whole = high.replace(microsecond=0)
        told.append(f"{low:%H:%M:%S}" + (f"-{whole:%H:%M:%S}" if whole > low else ""))
    assert told == list(wanted)


def micro(text):
    return round(at(text).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("zone", "start", "minutes"),
    [
        ("Europe/Berlin", "2026-10-25T00:00", 60),
        ("Europe/London", "2026-10-25T00:00", 60),
        ("America/New_York", "2026-11-01T05:00", 60),
        ("Australia/Sydney", "2026-04-04T15:00", 60),
        ("Australia/Lord_Howe", "2026-04-04T14:30", 30),
        ("America/St_Johns", "2026-11-01T03:30", 60),
    ],
)
def test_the_hour_that_comes_twice_is_found_where_it_touches_a_span(zone, start, minutes):
    first, length = micro(start), minutes * 60_000_000
    fold = [(first, length)]
    assert times.folds(zone, micro("2026-01-01"), micro("2026-12-31")) == fold
    assert times.folds(zone, first - 5, first) == fold and times.folds(zone, first - 5, first - 1) == []
    end = first + 2 * length
    assert times.folds(zone, end - 1, end + 5) == fold and times.folds(zone, end, end + 5) == []


def test_each_year_has_its_own_and_a_span_of_centuries_has_none():
    each = times.folds("Europe/Berlin", micro("2024-01-01"), micro("2026-12-31"))
    assert [start for start, _ in each] == [micro("2024-10-27"), micro("2025-10-26"), micro("2026-10-25")]
    assert times.folds("Asia/Tokyo", micro("2020-01-01"), micro("2026-12-31")) == []
    assert len(times.folds("Europe/Berlin", micro("1981-01-01"), micro("2040-12-31"))) == 60
    assert times.folds("Europe/Berlin", micro("1980-01-01"), micro("2040-12-31")) == []
    # A turn on the last day of a year belongs to it.
    assert times.folds("Europe/Dublin", micro("1972-01-01"), micro("1972-12-31")) == [(micro("1972-10-29T01:00"), 3_600_000_000)]  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "readings", "doubt"),
    [
        ("2026-10-25T01:59", {"as written": "2026-10-24T23:59"}, []),
        (
            "2026-10-25T02:00",
            {"as written, the first time": "2026-10-25T00:00", "the second time": "2026-10-25T01:00"},
            ["this hour happened twice"],
        ),
        ("2026-10-25T03:00", {"as written": "2026-10-25T02:00"}, []),
        (
            "2026-03-29T02:30",
            {"as written, before clocks went forward": "2026-03-29T01:30", "after they had": "2026-03-29T00:30"},
            ["02:30 never happened in Europe/Berlin that day: clocks went forward over it"],
        ),
    ],
)  # fmt: skip
def test_a_clock_at_a_place_has_the_instants_that_it_showed_it(clock, readings, doubt):
    wall = datetime.fromisoformat(clock)
    found, said = zones.at_place(wall, "Europe/Berlin")
    assert ({one.said: one.at for one in found}, said) == ({k: at(v) for k, v in readings.items()}, doubt)
    instants = sorted(at(value) for value in readings.values())
    if "never" in str(doubt):
        with pytest.raises(MomentError, match=r"2026-03-29 02:30 never happened in Europe/Berlin"):
            moment.local(wall, "Europe/Berlin")
        return
    one = moment.local(wall, "Europe/Berlin", text="then")
    assert (one.low, one.high, one.zone, one.doubt, one.text) == (
        instants[0], instants[-1], "Europe/Berlin", tuple(doubt), "then",
    )  # fmt: skip


def test_a_time_read_as_either_hour_may_have_been_the_other_and_no_more():
    fold, hour = micro("2026-10-25T00:00"), 3_600_000_000
    places = [-1, 0, hour - 1, hour, 2 * hour - 1, 2 * hour]
    whole = pa.array([fold + place for place in places])
    early, late = finishing.twice("Europe/Berlin", whole, pa.scalar(True), whole, whole)
    assert [at - fold for at in early.to_pylist()] == [-1, 0, hour - 1, 0, hour - 1, 2 * hour]
    assert [at - fold for at in late.to_pylist()] == [-1, hour, 2 * hour - 1, hour, 2 * hour - 1, 2 * hour]
    bare = pa.array([place % 2 == 0 for place in places])
    early, late = finishing.twice("Europe/Berlin", whole, bare, whole, whole)
    assert [at - fold for at in early.to_pylist()] == [-1, 0, hour - 1, 0, 2 * hour - 1, 2 * hour]
    assert [at - fold for at in late.to_pylist()] == [-1, hour, hour - 1, hour, 2 * hour - 1, 2 * hour]


def _at(text):
    return round(datetime.fromisoformat(text).timestamp()) * 1_000_000


HOUR = 3_600_000_000
YEARS = {
    ("Europe/Berlin", 2026): [
        ("2026-01-01T00:00Z", "2026-03-29T01:00Z", HOUR),
        ("2026-03-29T01:00Z", "2026-10-25T01:00Z", 2 * HOUR),
        ("2026-10-25T01:00Z", "2027-01-01T00:00Z", HOUR),
    ],
    ("America/New_York", 2024): [
        ("2024-01-01T00:00Z", "2024-03-10T07:00Z", -5 * HOUR),
        ("2024-03-10T07:00Z", "2024-11-03T06:00Z", -4 * HOUR),
        ("2024-11-03T06:00Z", "2025-01-01T00:00Z", -5 * HOUR),
    ],
    ("Australia/Lord_Howe", 2026): [
        ("2026-01-01T00:00Z", "2026-04-04T15:00Z", 11 * HOUR),
        ("2026-04-04T15:00Z", "2026-10-03T15:30Z", 21 * HOUR // 2),
        ("2026-10-03T15:30Z", "2027-01-01T00:00Z", 11 * HOUR),
    ],
    ("Asia/Kolkata", 2026): [("2026-01-01T00:00Z", "2027-01-01T00:00Z", 11 * HOUR // 2)],
    # Clocks that turned on the first day of a year.
    ("Pacific/Apia", 2011): [
        ("2011-01-01T00:00Z", "2011-04-02T14:00Z", -10 * HOUR),
        ("2011-04-02T14:00Z", "2011-09-24T14:00Z", -11 * HOUR),
        ("2011-09-24T14:00Z", "2011-12-30T10:00Z", -10 * HOUR),
        ("2011-12-30T10:00Z", "2012-01-01T00:00Z", 14 * HOUR),
    ],
}


@pytest.mark.parametrize(("zone", "year"), YEARS)
def test_the_parts_of_a_year_lie_end_to_end_with_their_offsets_to_the_second(zone, year):
    wanted = [(_at(start), _at(end), offset) for start, end, offset in YEARS[zone, year]]
    assert list(times._offsets_of(zone, year)) == wanted


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        ("2026-10-25T00:00Z", "2026-10-25T00:00Z", True),  # the hour begins first
        ("2026-10-24T23:59:59Z", "2026-10-24T23:59:59Z", False),
        ("2026-10-25T01:59:59Z", "2026-10-25T01:59:59Z", True),  # the last second of its second time
        ("2026-10-25T02:00Z", "2026-10-25T02:00Z", False),
        ("2025-12-01T00:00Z", "2026-12-01T00:00Z", True),
        ("2026-03-29T00:30Z", "2026-03-29T02:00Z", False),  # an hour that never was is none that was twice
    ],
)
def test_the_hour_that_happens_twice_is_told_where_the_times_reach_it(first, last, held):
    assert times.folds("Europe/Berlin", _at(first), _at(last)) == [(_at("2026-10-25T00:00Z"), HOUR)] * held
    assert times.folds("Asia/Kolkata", _at(first), _at(last)) == []
    assert len(times.folds("Europe/Berlin", _at("1990-01-01T00:00Z"), _at("2049-12-31T00:00Z"))) == 60
