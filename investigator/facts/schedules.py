"""When what repeats comes next: crontab's five fields and nicknames, and a calendar's rule of repetition."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from investigator import moment

#: A run further ahead is of no use to who looks now.
AHEAD = timedelta(days=31)
_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = {name: n for n, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)}
_DAYS = {name: n for n, name in enumerate("SUN MON TUE WED THU FRI SAT".split())}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def following(schedule: str, after: datetime, zone: str, *, first: datetime | None = None) -> datetime | None:
    """The next time after a moment that a schedule names, in UTC; None where it names none within a month.

    `schedule` is crontab's, or RRULE:... of a calendar's entry whose first time is `first`.
    """
    place = moment.zone(zone or "UTC")
    if schedule.upper().startswith("RRULE:"):
        return _by_rule(schedule[6:], after, place, first) if first else None
    fields = _NICKNAMES.get(schedule.lower(), schedule).split()
    if len(fields) != 5:
        return None
    sets = [
        _numbers(field, low, high, names)
        for field, (low, high), names in zip(fields, _RANGES, ({}, {}, {}, _MONTHS, _DAYS), strict=True)
    ]
    if any(not numbers for numbers in sets):
        return None
    minutes, hours, days, months, weekdays = sets
    free = (fields[2][:1] in "*?", fields[4][:1] in "*?")
    there = after.astimezone(place)
    day: date = there.date()
    while day <= (there + AHEAD).date():
        in_month, in_week = (
            day.day in days,
            day.isoweekday() % 7 in weekdays or (day.isoweekday() == 7 and 7 in weekdays),
        )
        # Where both are named, either is enough: so crontab(5) has it.
        hit = (in_month and in_week) if any(free) else (in_month or in_week)
        if day.month in months and hit:
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=place).astimezone(UTC)
                    if at > after:
                        return at
        day += timedelta(days=1)
    return None


def _numbers(field: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    """The numbers that one field of a crontab names; none where it is no such field."""
    out: set[int] = set()
    for part in field.upper().split(","):
        match = re.fullmatch(r"(\*|\?|(\w+)(?:-(\w+))?)(?:/(\d+))?", part)
        if match is None:
            return set()
        first, last = low, high
        if match[2]:
            ends = [
                names.get(word, int(word) if word.isdigit() else -1)
                for word in (match[2], match[3] or match[2])
            ]
            if min(ends) < low or max(ends) > high:
                return set()
            first, last = ends[0], high if match[4] and not match[3] else ends[1]
        out |= set(range(first, last + 1, max(int(match[4] or 1), 1)))
    return out


def _by_rule(rule: str, after: datetime, place: object, first: datetime) -> datetime | None:
    from dateutil.rrule import rrulestr

    start = first.astimezone(place).replace(tzinfo=None)  # type: ignore[arg-type]
    # Its end is said in UTC, and all is reckoned on the clock of the wall.
    rule = re.sub(r"(?i)(UNTIL=\d{8}(?:T\d{6})?)Z", r"\1", rule)
    try:
        found = rrulestr(rule, dtstart=start).after(after.astimezone(place).replace(tzinfo=None))  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError):
        return None
    if found is None:
        return None
    at: datetime = found.replace(tzinfo=place).astimezone(UTC)
    return at if at - after <= AHEAD else None
