"""Times as people say them are intervals that hold every way in which they can be read, and say what was assumed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.errors import MomentError
from investigator.headings import headings
from investigator.natural_times import Beginning, beginning, parse

BASE = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)  # a Wednesday
TICK = timedelta(microseconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("yesterday 5pm", "2026-06-16T15:00", "2026-06-16T15:01"),
        ("Tue 14:05", "2026-06-16T12:05", "2026-06-16T12:06"),
        ("last Wednesday 9:00", "2026-06-10T07:00", "2026-06-10T07:01"),
        ("next Friday 17:00", "2026-06-19T15:00", "2026-06-19T15:01"),
        ("Sep 29 2017 08:59 CEST", "2017-09-29T06:59", "2017-09-29T07:00"),
        ("July 11, 2025, 12:42 PM BST", "2025-07-11T11:42", "2025-07-11T11:43"),
        ("Dec 30 23:59", "2025-12-30T22:59", "2025-12-30T23:00"),
        ("13:30-13:45", "2026-06-17T11:30", "2026-06-17T11:46"),
        ("~13:30-13:45", "2026-06-17T11:25", "2026-06-17T11:51"),
        ("around 14:00", "2026-06-17T11:45", "2026-06-17T12:16"),
        ("ca. 11:20 UTC", "2026-06-17T11:15", "2026-06-17T11:26"),
        ("between 9 and 9:15", "2026-06-17T07:00", "2026-06-17T07:16"),
        ("9-10am", "2026-06-17T07:00", "2026-06-17T08:01"),
        ("11-1pm", "2026-06-17T09:00", "2026-06-17T11:01"),
        ("23:50 to 0:10", "2026-06-17T21:50", "2026-06-17T22:11"),
        ("2026-06-17T16:00:00-03:30", "2026-06-17T19:30:00", "2026-06-17T19:30:01"),
        ("02:00-05:00", "2026-06-17T00:00", "2026-06-17T03:01"),
        ("early morning", "2026-06-17T02:00", "2026-06-17T07:00"),
        ("last night", "2026-06-16T18:00", "2026-06-17T04:00"),
        ("2026-06-15", "2026-06-14T22:00", "2026-06-15T22:00"),
        ("2 h ago", "2026-06-17T09:30", "2026-06-17T10:30:00.000001"),
        ("gestern 14 Uhr", "2026-06-16T12:00", "2026-06-16T12:01"),
        ("14:05 Pacific Time", "2026-06-17T21:05", "2026-06-17T21:06"),
        ("12:50 GMT+2", "2026-06-17T10:50", "2026-06-17T10:51"),
        ("2026-06-17 14:05 Berlin (12:05 UTC)", "2026-06-17T12:05", "2026-06-17T12:06"),
        ("2026-10-25 02:30 Berlin", "2026-10-25T00:30", "2026-10-25T01:31"),
        ("2026-03-29 02:30", "2026-03-29T00:30", "2026-03-29T01:31"),  # never was: before or after the jump
        ("6/7/2026 10:00 UTC", "2026-06-07T10:00", "2026-07-06T10:01"),
    ],
)  # fmt: skip
def test_what_people_say_is_an_interval(text: str, low: str, high: str) -> None:
    read = parse(text, zone_name="Europe/Berlin", reference=BASE)
    assert (read.low, read.high + TICK) == (utc(low), utc(high)), read


@pytest.mark.parametrize(
    ("text", "written", "meant", "doubt"),
    [
        ("2018-09-03 15:47 PST", "2018-09-03T23:47", "2018-09-03T22:47", "PST is not kept in Los Angeles that day, PDT is"),
        ("2022-06-02 10:00 CET", "2022-06-02T09:00", "2022-06-02T08:00", "CET is not kept in Berlin that day, CEST is"),
        ("2022-01-02 10:00 PDT", "2022-01-02T17:00", "2022-01-02T18:00", "PDT is not kept in Los Angeles that day, PST is"),
        ("2018-07-30 11:20 PST (UTC-7)", "2018-07-30T18:20", "2018-07-30T18:20", "PST is UTC-8, and UTC-7 is said"),
        ("2019-07-24 8:54 UTC+1 (Zurich time)", "2019-07-24T07:54", "2019-07-24T06:54", "clocks in Zurich were at UTC+2"),
        ("2021-05-09 12:48 UTC (6:48 PDT)", "2021-05-09T12:48", "2021-05-09T12:48", "it says two times"),
        ("2018-01-17 17:14pm PST", "2018-01-18T01:14", "2018-01-18T01:14", "pm after 17"),
        ("Sun 2021-10-30 21:33 UTC", "2021-10-30T21:33", "2021-10-30T21:33", "2021-10-30 is a Saturday"),
        ("2026-06-17 10:00 CST", "2026-06-17T16:00", "2026-06-17T15:00", "CST is the time of Chicago, Shanghai"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_held_as_written_and_as_meant(text, written, meant, doubt) -> None:
    read = parse(text, reference=BASE)
    assert (read.written, read.meant) == (utc(written), utc(meant))
    assert read.low <= min(read.written, read.meant) and max(read.written, read.meant) <= read.high
    assert any(doubt in one for one in read.doubt), read.doubt


def test_a_label_with_several_homes_is_that_of_the_place_in_hand() -> None:
    assert parse("10:00 IST", zone_name="Asia/Kolkata", reference=BASE).low == utc("2026-06-17T04:30")
    assert parse("10:00 IST", reference=BASE).width > timedelta(hours=4)


def test_a_deadline_on_a_weekday_is_the_next_one() -> None:
    assert parse("Tue 14:05 UTC", reference=BASE, ahead=True).low == utc("2026-06-23T14:05")


@pytest.mark.parametrize(
    "text", ["9", "May", "CET", "the", "-", "13:30-", "between", "a 5", "14:05 nonsense here now"]
)
def test_what_is_no_time_stays_refused(text: str) -> None:
    with pytest.raises(MomentError):
        parse(text, reference=BASE)


PLACES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("posix/", "right/"))
)


@settings(max_examples=120)
@given(st.sampled_from(PLACES), st.integers(1975, 2035), st.integers(0, 366 * 24 * 4))
def test_the_interval_of_a_wall_clock_holds_every_instant_that_shows_it(place, year, quarter) -> None:
    """In every zone and year, also in the hour that comes twice: what the wall shows is read back around the instant."""
    there = ZoneInfo(place)
    instant = datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarter)
    wall = instant.astimezone(there)
    read = parse(f"{wall:%Y-%m-%d %H:%M} {place}")
    assert read.low <= instant <= read.high
    twin = wall.replace(fold=1 - wall.fold).astimezone(UTC)
    if twin.astimezone(there).replace(tzinfo=None) == wall.replace(tzinfo=None):
        assert read.low <= twin <= read.high


DOCUMENT = """# 2021-10-30, queue stuck

On the next day it was found.

## Timeline

All times in PST (the ones below, too)

### 2021-10-31 ca. 21:30 - first alert

    12:00 in code is no time

### 21:45

- 22:10: restarted the workers @dana
- 5 of them stayed away
- 00:05 - back to normal

| Day | Date (2021) | Time (CET) | Event |
|-----|-------------|------------|-------|
| Mon | Nov 1 | 9:15 | looked at it again |

```
23:00 nothing here
```
"""


def test_the_times_of_a_document_are_read_with_what_stands_around_them() -> None:
    found = headings(DOCUMENT, reference=BASE)
    assert [(h.line, h.what) for h in found] == [
        (9, "first alert"),
        (13, ""),
        (15, "restarted the workers @dana"),
        (17, "back to normal"),
        (21, "looked at it again"),
    ]
    assert [h.when.meant for h in found] == [
        utc("2021-11-01T04:30"), utc("2021-11-01T04:45"), utc("2021-11-01T05:10"), utc("2021-11-01T07:05"),
        utc("2021-11-01T08:15"),
    ]  # fmt: skip
    assert found[0].when.written == utc("2021-11-01T05:30")  # PST as written, in the last week of summer time
    assert "zone as line 7 states: PST" in found[0].when.doubt
    assert "no day: read as 2021-10-31, the day of line 9" in found[1].when.doubt
    assert "its clock went back over midnight: read as the day after" in found[3].when.doubt
    assert found[4].when.doubt == ("no year: read as 2021", "zone as line 19 states: CET")


def test_a_document_without_day_or_zone_says_so() -> None:
    (found,) = headings("- 10:45 - deployed\n- see above", zone_name="Europe/Berlin", reference=BASE)
    assert found.when.low == utc("2026-06-17T08:45")
    assert found.when.doubt == ("no zone: read as Europe/Berlin", "no day: read as the day of the reference")


@settings(max_examples=60)
@given(st.text(alphabet="0123456789:-–/. amptouTZCES(),|\n#*", max_size=80))
def test_any_document_is_read_without_an_error(text: str) -> None:
    for heading in headings(text, reference=BASE):
        assert heading.when.low <= heading.when.written <= heading.when.high


NOTED = datetime(2026, 6, 17, 12, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "written", "rest"),
    [
        ("2 h ago kiln lit", "2026-06-17T10:40", "kiln lit"),
        ("vor 10 min Presse gestoppt", "2026-06-17T12:30", "Presse gestoppt"),
        ("1h 30m ago: kiln lit", "2026-06-17T11:10", "kiln lit"),
        ("forty-five minutes ago kiln lit", "2026-06-17T11:55", "kiln lit"),
        ("nearly thirty minutes ago kiln lit", "2026-06-17T12:10", "kiln lit"),
        ("three quarters of an hour ago kiln lit", "2026-06-17T11:55", "kiln lit"),
        ("vor gut zweieinhalb Stunden Presse an", "2026-06-17T10:10", "Presse an"),
        ("vor einer Dreiviertelstunde Presse an", "2026-06-17T11:55", "Presse an"),
        ("28.11.2025 14:05 kiln lit", "2025-11-28T13:05", "kiln lit"),
        ("[09:30] kiln lit", "2026-06-17T07:30", "kiln lit"),
        ("at 09:30 - kiln lit", "2026-06-17T07:30", "kiln lit"),
        ("0930 kiln lit", "2026-06-17T07:30", "kiln lit"),
        ("noon kiln lit", "2026-06-17T10:00", "kiln lit"),
        ("half past nine kiln lit", "2026-06-17T07:30", "kiln lit"),
        ("um Viertel vor zehn Presse an", "2026-06-17T07:45", "Presse an"),
        ("Mo., 15.06., 9.05 Uhr: Presse an", "2026-06-15T07:05", "Presse an"),
    ],
)
def test_a_note_may_begin_with_a_time_however_people_write_it(text, written, rest):
    found = beginning(text, zone_name="Europe/Berlin", reference=NOTED)
    assert found.time is not None and found.time.written == utc(written)
    assert text[found.stop :] == rest


@pytest.mark.parametrize(
    "text", ["9:75 kiln lit", "at 27:15 kiln lit", "30.02.2026 10:00 kiln lit", "05/06/2026 14:05 kiln lit",
             "1430 bricks counted", "a few minutes ago kiln lit", "seventy minutes ago kiln lit",
             "not long ago the kiln went out", "vor einer Weile ging der Ofen aus", "vor nicht ganz einer Stunde ging er aus", "last night the kiln went out", "10:1 is the ratio"],
)  # fmt: skip
def test_what_begins_like_a_time_and_is_none_is_said(text):
    found = beginning(text, zone_name="Europe/Berlin", reference=NOTED)
    assert found.time is None and found.refused and not found.stop


@pytest.mark.parametrize(
    "text",
    [
        "40 bricks",
        "3.11.2 is out",
        "half the bricks",
        "now it burns",
        "2h later it burnt",
        "vor dem Umbau brannte er",
    ],
)
def test_a_number_or_a_word_that_begins_a_sentence_is_no_time(text):
    assert beginning(text, zone_name="Europe/Berlin", reference=NOTED) == Beginning()


def test_a_clock_that_is_to_come_was_of_the_day_before_where_midnight_has_just_passed():
    found = beginning("23:50 lit", zone_name="Europe/Berlin", reference=utc("2026-06-16T22:10"))
    assert found.time is not None and found.time.written == utc("2026-06-16T21:50")
    assert "read as the day before" in found.time.doubt
