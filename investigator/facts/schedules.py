"""When what repeats comes next: crontab's five fields, systemd's calendar, words for every day, a rule of repetition."""

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

    `schedule` is crontab's, what `fields_of` reads, or RRULE:... of a calendar's entry whose first time is `first`.
    """
    place = moment.zone(zone or "UTC")
    if schedule.upper().startswith("RRULE:"):
        return _by_rule(schedule[6:], after, place, first) if first else None
    fields = fields_of(schedule)[0].split()
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


#: Five fields of a crontab, whole.
_FIVE = re.compile(
    r"(?i)(?:(?:\*|\?|[\d*/,-]+|[a-z]{3}(?:[-,][a-z]{3})*)(?:/\d+)?\s+){4}(?:\*|\?|[\d*/,-]+|[a-z]{3}(?:[-,][a-z]{3})*)(?:/\d+)?"
)
#: systemd.time(7): weekdays, a date, a clock, a zone; only the clock must be there.
_CALENDAR = re.compile(
    r"(?i)(?:(?P<days>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:(?:\.\.|,|-)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)*)\s+)?(?:\*-(?P<month>\*|\d{1,2})-(?P<day>\*|\d{1,2})\s+)?"
    r"(?P<hour>\*|\d{1,2}(?:/\d+)?):(?P<minute>\d{1,2}(?:/\d+)?)(?::\d{1,2})?(?:\s+(?P<zone>UTC|[A-Za-z]+/[\w/+-]+))?"
)
_EVERY_DAY = r"(?:every day|each day|daily|nightly|täglich|jeden tag|tous les jours|chaque jour|cada día|todos los días|diario|ogni giorno|dagelijks|elke dag|todos os dias)"
_DAILY = re.compile(
    rf"(?i){_EVERY_DAY}\D{{0,6}}(\d{{1,2}})[:.h](\d{{2}})|(\d{{1,2}})[:.h](\d{{2}})\D{{0,8}}{_EVERY_DAY}"
)


def fields_of(text: str) -> tuple[str, str]:
    """A schedule as crontab's five fields, and the zone that it names; empty where it is none.

    Read are a crontab's own fields and nicknames, a systemd timer's OnCalendar, and a clock with a word for every day.
    """
    text = text.strip().strip("`'\"").strip()
    zone = ""
    if found := re.match(r"(?:CRON_)?TZ=(\S+)\s+(.*)", text):
        zone, text = found[1], found[2]
    nick = _NICKNAMES.get("@" + text.lower().lstrip("@"))
    if nick or _FIVE.fullmatch(text):
        return nick or " ".join(text.split()), zone
    if found := _CALENDAR.fullmatch(text):
        days = ",".join(
            "-".join(day[:3].upper() for day in re.split(r"\.\.|-", part))
            for part in (found["days"] or "*").split(",")
        )
        hour = re.sub(r"^0*(\d+)/", r"\1-23/", found["hour"])
        minute = re.sub(r"^0*(\d+)/", r"\1-59/", found["minute"])
        return f"{minute} {hour} {found['day'] or '*'} {found['month'] or '*'} {days}", found["zone"] or zone
    if found := _DAILY.search(text):
        hour, minute = found[1] or found[3], found[2] or found[4]
        return f"{minute} {hour} * * *", zone
    return "", ""


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
