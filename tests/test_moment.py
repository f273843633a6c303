"""A time is an interval with a zone and a doubt; and the one clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from investigator.errors import MomentError
from investigator.moment import Clock, Moment, Skew, before, duration, local, localised, show
from investigator.natural_times import parse

instants = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))
widths = st.timedeltas(timedelta(0), timedelta(days=2))
moments = st.builds(lambda low, width: Moment(low, low + width), instants, widths)
BASE = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


def close(low: int, width: int) -> Moment:
    return Moment(BASE + timedelta(seconds=low), BASE + timedelta(seconds=low + width))


near = st.builds(close, st.integers(0, 60), st.integers(0, 60))


@given(near, near)
def test_of_two_moments_at_most_one_is_before_the_other(a: Moment, b: Moment) -> None:
    assert before(a, b) == "unknown" or before(b, a) == "unknown"


@given(near, near)
def test_certain_means_that_the_intervals_are_disjoint(a: Moment, b: Moment) -> None:
    assert (before(a, b) == "certain") == (a.high < b.low)


@given(near)
def test_a_moment_is_not_before_itself(a: Moment) -> None:
    assert before(a, a) == "unknown"


@given(near, near)
def test_likely_means_that_the_middle_is_earlier(a: Moment, b: Moment) -> None:
    if before(a, b) == "likely":
        assert a.middle < b.middle


skews = st.builds(
    lambda offset, spread: Skew(timedelta(seconds=offset), timedelta(seconds=spread)),
    st.integers(-90, 90),
    st.integers(0, 60),
)


@given(near, near, skews)
def test_a_skew_makes_no_order_surer(a: Moment, b: Moment, skew: Skew) -> None:
    strength = ("unknown", "likely", "certain")
    assert strength.index(before(a, b, skew=skew)) <= strength.index(before(a, b))


@given(near, near, skews)
def test_with_a_skew_at_most_one_is_before_the_other(a: Moment, b: Moment, skew: Skew) -> None:
    assert before(a, b, skew=skew) == "unknown" or before(b, a, skew=-skew) == "unknown"


@given(st.integers(-90, 90), st.integers(0, 60), st.integers(1, 200))
def test_what_a_skew_could_reverse_is_not_certain(offset: int, spread: int, apart: int) -> None:
    """Were b's clock ahead by any amount within the estimate, the true order must be the certain one."""
    skew = Skew(timedelta(seconds=offset), timedelta(seconds=spread))
    if before(close(0, 0), close(apart, 0), skew=skew) == "certain":
        assert apart > offset + spread


@pytest.mark.parametrize(
    "a, b, order",
    [
        (close(0, 10), close(11, 5), "certain"),
        (close(0, 10), close(10, 10), "likely"),
        (close(0, 10), close(4, 10), "unknown"),
        (close(0, 0), close(0, 0), "unknown"),
        (close(30, 0), close(0, 10), "unknown"),
    ],
)
def test_before_by_example(a: Moment, b: Moment, order: str) -> None:
    assert before(a, b) == order


@given(moments, st.text(max_size=20), st.lists(st.text(max_size=9), max_size=2))
def test_a_moment_survives_json(moment: Moment, text: str, doubt: list[str]) -> None:
    said = Moment(moment.low, moment.high, "Europe/Berlin", tuple(doubt), text)
    assert Moment.from_json(said.to_json()) == said


@given(instants)
def test_what_is_shown_in_utc_is_read_back_as_the_same_second(instant: datetime) -> None:
    read = parse(show(instant, seconds=True))
    assert read.low <= instant <= read.high + timedelta(microseconds=1)
    assert read.width < timedelta(seconds=1)


@given(instants)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
def test_an_iso_text_in_a_zone_holds_its_instant(instant: datetime) -> None:
    from zoneinfo import ZoneInfo

    there = instant.astimezone(ZoneInfo("Europe/Berlin"))
    read = parse(f"{there:%Y-%m-%d %H:%M} Europe/Berlin")
    assert read.low <= instant <= read.high
    assert parse(there.isoformat(timespec="microseconds")).low == instant


def test_an_hour_that_happened_twice_is_both_of_them() -> None:
    twice = local(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")
    assert (twice.low, twice.high) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert twice.doubt == ("this hour happened twice",)


def test_an_hour_that_never_was_is_refused() -> None:
    with pytest.raises(MomentError, match=r"2026-03-29 02:30 never happened in Europe/Berlin"):
        local(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")


@pytest.mark.parametrize(
    "text, low, width",
    [
        ("14:05", "2026-06-17T12:05:00", 60),
        ("14:05:09", "2026-06-17T12:05:09", 1),
        ("today 18:00 Berlin", "2026-06-17T16:00:00", 60),
        ("tomorrow 9:00", "2026-06-18T07:00:00", 60),
        ("17.6.2026 6:30 pm", "2026-06-17T16:30:00", 60),
        ("12:00 am", "2026-06-16T22:00:00", 60),
        ("2026-06-17 18:00 America/New_York", "2026-06-17T22:00:00", 60),
        ("2026-06-17T16:00:00Z", "2026-06-17T16:00:00", 1),
        ("2026-06-17T16:00:00+05:30", "2026-06-17T10:30:00", 1),
        ("2026-06-17T16:00:00-0330", "2026-06-17T19:30:00", 1),
    ],
)
def test_times_as_people_write_them(text: str, low: str, width: int) -> None:
    read = parse(text, zone_name="Europe/Berlin", reference=BASE)
    assert read.low == datetime.fromisoformat(low).replace(tzinfo=UTC)
    assert read.width + timedelta(microseconds=1) == timedelta(seconds=width)


def test_a_zone_that_was_only_implied_is_a_doubt() -> None:
    assert parse("14:05", zone_name="Europe/Berlin", reference=BASE).doubt == (
        "no zone: read as Europe/Berlin",
    )
    assert parse("14:05 UTC", reference=BASE).doubt == ()


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "is no time that I understand"),
        ("soon", "'soon' is no time that I understand"),
        ("25:00", "'25:00' is no time"),
        ("2026-02-30 10:00", "names no day"),
        ("10:00 Atlantis/Poseidonis", "There is no time zone named 'Atlantis/Poseidonis'"),
    ],
)
def test_what_is_no_time_is_refused(text: str, said: str) -> None:
    with pytest.raises(MomentError, match=said):
        parse(text, reference=BASE)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_clear_error(text: str) -> None:
    try:
        assert parse(text, reference=BASE).low <= parse(text, reference=BASE).high
    except MomentError as error:
        assert error.do


def test_a_moment_without_a_zone_or_backwards_is_refused() -> None:
    with pytest.raises(MomentError, match=r"A moment needs a time with a zone; low is"):
        Moment(datetime(2026, 1, 1), BASE)
    with pytest.raises(MomentError, match=r"can't end .* before it starts"):
        Moment(BASE, BASE - timedelta(seconds=1))


@pytest.mark.parametrize(
    "seconds, said",
    [(0, "0 s"), (40, "40 s"), (725, "12 min"), (17_460, "4 h 51"), (180_000, "2 d 2 h"), (-60, "-1 min")],
)
def test_a_duration_in_the_two_units_that_matter(seconds: int, said: str) -> None:
    assert duration(timedelta(seconds=seconds)) == said


def test_the_clock_stands_still_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781697600")
    assert clock.now() == clock.now() == datetime(2026, 6, 17, 12, 0, tzinfo=UTC)
    assert abs(clock.wall() - datetime.now(UTC)) < timedelta(minutes=1)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("value", ["noon", "nan", "1e300"])
def test_a_frozen_clock_that_is_no_number_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(MomentError, match=f"SOURCE_DATE_EPOCH is '{value}', which is no time"):
        Clock().now()


def test_a_held_clock_gives_the_held_time_and_lets_go() -> None:
    clock = Clock()
    with clock.held(BASE):
        assert clock.now() == BASE
    assert clock.now() != BASE


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("at 2026-06-17 07:14:07 UTC.", "at 2026-06-17 09:14:07 Berlin."),
        ("silent from 2026-06-17 07:10 to 07:40 UTC", "silent from 2026-06-17 09:10 to 09:40 Berlin"),
        ("2026-06-17 07:43:25 UTC; then 07:43:26 UTC", "2026-06-17 09:43:25 Berlin; then 09:43:26 Berlin"),
        ("2026-06-16 21:50 to 22:10 UTC", "2026-06-16 23:50 to 2026-06-17 00:10 Berlin"),
        ("at 07:14 UTC, of no known day", "at 07:14 UTC, of no known day"),
        ("it says 2026-06-17T16:00:00Z", "it says 2026-06-17T16:00:00Z"),
        ("at 2026-06-17 27:99 UTC", "at 2026-06-17 27:99 UTC"),
    ],
)
def test_a_sentence_speaks_in_the_zone_of_its_reader(said, shown):
    assert localised(said, "Europe/Berlin") == shown
    assert localised(said, "UTC") == said
