"""When what repeats comes next, by crontab's rules and by those of calendars."""

from datetime import UTC, datetime

import pytest

from investigator.facts.schedules import fields_of, following

AFTER = datetime(2026, 3, 27, 15, 30, tzinfo=UTC)  # a Friday; clocks in Lisbon go forward on the 29th


@pytest.mark.parametrize(
    ("schedule", "zone", "at"),
    [
        ("15 4 * * *", "UTC", "2026-03-28T04:15"),
        ("0 11 * * 1", "UTC", "2026-03-30T11:00"),
        ("0 11 * * MON-FRI", "Europe/Lisbon", "2026-03-30T10:00"),  # by summer time
        ("*/20 * * * *", "UTC", "2026-03-27T15:40"),
        ("5 16-18/2 * * *", "UTC", "2026-03-27T16:05"),
        ("0 9 1 * 7", "UTC", "2026-03-29T09:00"),  # the first of a month, or a Sunday
        ("0 9 1 4 *", "UTC", "2026-04-01T09:00"),
        ("@daily", "Asia/Kolkata", "2026-03-27T18:30"),
        ("@reboot", "UTC", None),
        ("61 4 * * *", "UTC", None),
        ("0 0 24 12 *", "UTC", None),  # further ahead than anybody looks
    ],
)
def test_a_crontab_says_when_it_runs_next(schedule: str, zone: str, at: str | None) -> None:
    found = following(schedule, AFTER, zone)
    assert (found.strftime("%Y-%m-%dT%H:%M") if found else None) == at


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ("FREQ=DAILY", "2026-03-28T07:00"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "2026-03-31T06:00"),
        ("FREQ=WEEKLY;UNTIL=20260320T000000Z", None),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31T06:00"),
        ("FREQ=SOMETIMES", None),
    ],
)
def test_a_calendar_s_rule_is_reckoned_on_the_wall_s_clock(rule: str, at: str | None) -> None:
    first = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)  # 07:00 in Lisbon
    found = following(f"RRULE:{rule}", AFTER, "Europe/Lisbon", first=first)
    assert (found.strftime("%Y-%m-%dT%H:%M") if found else None) == at


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("`*/30 * * * *`", ("*/30 * * * *", "")),
        ("@daily", ("0 0 * * *", "")),
        ("hourly", ("0 * * * *", "")),
        ("Mon..Fri *-*-* 18:00:00 Europe/Berlin", ("00 18 * * MON-FRI", "Europe/Berlin")),
        ("*-*-01 04:00", ("00 04 01 * *", "")),
        ("00/2:15", ("15 0-23/2 * * *", "")),
        ("täglich um 18.00", ("00 18 * * *", "")),
        ("CRON_TZ=Asia/Tokyo 0 6 * * *", ("0 6 * * *", "Asia/Tokyo")),
        ("sold 12 of 30 to us", ("", "")),
        ("12:30 lunch", ("", "")),
    ],
)
def test_a_schedule_is_read_as_timers_tables_and_people_write_it(text, fields):
    assert fields_of(text) == fields
