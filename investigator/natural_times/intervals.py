"""The interval that the parts of a time allow: every reading of its day and its zone, and what was assumed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from investigator import moment, zones
from investigator.errors import MomentError
from investigator.moment import MICROSECOND, Moment
from investigator.natural_times.parts import End, Parts, refuse
from investigator.natural_times.vocabulary import DAY, MINUTE, PARTS


def interval(cut: Parts, text: str, zone_name: str, when: datetime, *, ahead: bool = False) -> Moment:
    if cut.fixed is not None:
        return cut.fixed
    first, last = cut.ends[0], cut.ends[-1]
    if last is not first:
        if last.day is None and last.weekday is None:
            last.day, last.other_day = first.day, first.other_day
            last.weekday, last.weekday_word = first.weekday, first.weekday_word
        elif first.day is None and first.weekday is None:
            first.day, first.other_day = last.day, last.other_day
        first.said = first.said or list(last.said)
        last.said = last.said or list(first.said)
        if last.half and not first.half and first.hour is not None and first.hour <= 12:
            first.half = last.half if (first.hour % 12, first.minute) <= ((last.hour or 0) % 12, last.minute) else (
                "a" if last.half == "p" else "p"
            )  # fmt: skip
    found = _one(first, text, zone_name, when, ahead=ahead)
    if last is not first:
        until = _one(last, text, zone_name, when, ahead=ahead)
        doubt = list(dict.fromkeys([*found.doubt, *until.doubt]))
        if until.written < found.written:
            until = _shifted(until, DAY)
            doubt.append("it ends before it starts: read as the next day")
        low, high = min(found.low, until.low), max(found.high, until.high)
        found = Moment(low, high, found.zone, tuple(doubt), text, found.readings)
    if cut.around:
        off = _off(first)
        found = _wider(found, off, off, f"around: read as up to {moment.duration(off)} off")
    if cut.nearly == "before":
        found = _wider(
            found, timedelta(minutes=15), timedelta(0), "shortly before: read as up to 15 min before"
        )
    elif cut.nearly == "after":
        found = _wider(
            found, timedelta(0), timedelta(minutes=15), "shortly after: read as up to 15 min after"
        )
    return found


def _one(end: End, text: str, zone_name: str, when: datetime, *, ahead: bool) -> Moment:
    """One end as a moment: every reading of its day and its zone lies in the interval."""
    local = _reference_zone(end, zone_name)
    today = when.astimezone(moment.zone(local)).date()
    doubt = list(end.day_doubt)
    day = end.day
    if end.weekday is not None:
        if day is None:
            day = _weekday(end, today)
            if not ahead and not end.weekday_word and day == today and end.hour is not None:
                wall = datetime.combine(day, datetime.min.time()) + timedelta(
                    hours=end.hour, minutes=end.minute
                )
                if wall.replace(tzinfo=moment.zone(local)) > when:
                    day -= timedelta(days=7)
            doubt.append(f"the {day:%A} read as {day:%Y-%m-%d}")
        elif day.weekday() != end.weekday:
            doubt.append(f"{day:%Y-%m-%d} is a {day:%A}: the weekday written beside it is another")
    if day is None:
        day = today
        if end.day is None and not end.part and end.hour is None:
            refuse(text)
    days = [day, *([end.other_day] if end.other_day and end.other_day != day else [])]
    if end.loose and not end.half:
        _turned(end, day, when, local, doubt, ahead=ahead)
    start, length = _walls(end, doubt, text)
    if end.at_night and end.hour is not None and start < timedelta(hours=6):
        start += DAY
    found: list[zones.Reading] = []
    low: datetime | None = None
    high: datetime | None = None
    shown = local
    for one in days:
        wall = datetime.combine(one, datetime.min.time()) + start
        held, shown, said = zones.readings(wall, end.said, zone_name)
        ends = [reading.at for reading in held]
        if length >= timedelta(minutes=30):
            # A stretch of the wall clock: its end has readings of its own, as where clocks change on that day.
            later, _, more = zones.readings(wall + length, end.said, zone_name)
            ends = [reading.at - length for reading in later]
            said += [item for item in more if item not in said]
        found += held
        low = min([*(reading.at for reading in held), *([low] if low else [])])
        high = max(
            [
                *(at + length for at in ends),
                *(r.at + min(length, MINUTE) for r in held),
                *([high] if high else []),
            ]
        )
        doubt += [item for item in said if item not in doubt]
    assert low is not None and high is not None
    for also in end.also:
        if not any(also.low <= reading.at <= also.high for reading in found):
            found.append(zones.Reading("as written in the brackets", also.written))
            low, high = min(low, also.low), max(high, also.high + MICROSECOND)
            doubt.append(f"it says two times: {zones.both([found[0], found[-1]])}")
    named = tuple((reading.said, reading.at) for reading in found)
    return Moment(low, high - MICROSECOND, shown, tuple(doubt), text, named)  # fmt: skip


def _reference_zone(end: End, zone_name: str) -> str:
    for one in end.said:
        if one.place:
            return one.place
        if one.label:
            return zones.LABELS[one.label][0][1]
    return zone_name


def _weekday(end: End, today: date) -> date:
    assert end.weekday is not None
    back = (today.weekday() - end.weekday) % 7
    if end.weekday_word == "week after":
        return today + timedelta(days=7 - today.weekday() + end.weekday)
    if end.weekday_word in ("last", "past"):
        return today - timedelta(days=back or 7)
    if end.weekday_word == "next":
        return today + timedelta(days=(end.weekday - today.weekday()) % 7 or 7)
    return today - timedelta(days=back)


def _turned(end: End, day: date, when: datetime, zone_name: str, doubt: list[str], *, ahead: bool) -> None:
    """Which of the two hours of a dial is meant: the next of that day, or the last; of another day that of its daylight."""
    assert end.hour is not None
    place = moment.zone(zone_name)
    both = [
        datetime(day.year, day.month, day.day, end.hour % 12 + more, end.minute, tzinfo=place)
        for more in (0, 12)
    ]
    if day == when.astimezone(place).date():
        fit = [one for one in both if (one >= when if ahead else one <= when)]
    else:
        fit = both
    awake = [one for one in fit if 7 <= one.hour < 19]
    chosen = (awake or fit or both)[0 if ahead else -1]
    end.hour = chosen.hour
    doubt.append(f"the hour of a dial: read as {chosen:%H:%M}")


def _walls(end: End, doubt: list[str], text: str) -> tuple[timedelta, timedelta]:
    """Where on the day's wall clock it starts, and how long it is."""
    if end.hour is None:
        if end.part:
            low, high = PARTS[end.part]
            doubt.append(f"'{end.part}' read as {_hour(low)} to {_hour(high)}")
            return timedelta(hours=low), timedelta(hours=high - low)
        return timedelta(0), DAY
    hour = end.hour
    if end.half:
        if hour > 12:
            doubt.append(f"{end.half}m after {hour}: read as {hour}:{end.minute:02d}")
        else:
            hour = hour % 12 + (12 if end.half == "p" else 0)
    if hour == 24 and not end.minute and not end.second:
        return DAY, end.resolution
    try:
        datetime(2000, 1, 1, hour, end.minute, min(end.second, 59) if end.second == 60 else end.second)
    except ValueError as error:
        raise MomentError(f"'{text}' is no time: {error}.", "", "Correct the hour, minute or day.") from None
    return timedelta(
        hours=hour, minutes=end.minute, seconds=end.second, microseconds=end.microsecond
    ), end.resolution


def _hour(hours: float) -> str:
    whole = hours % 24
    return f"{int(whole):02d}:{round(whole % 1 * 60):02d}"


def _off(end: End) -> timedelta:
    """How far "around" may be off: people round to the hour, to five minutes, or not at all."""
    if end.hour is None:
        return timedelta(hours=1)
    if end.minute == 0:
        return timedelta(minutes=15)
    return timedelta(minutes=5) if end.minute % 5 == 0 else timedelta(minutes=2)


def _wider(found: Moment, before: timedelta, after: timedelta, why: str) -> Moment:
    return Moment(
        found.low - before, found.high + after, found.zone, (*found.doubt, why), found.text, found.readings
    )


def _shifted(found: Moment, by: timedelta) -> Moment:
    named = tuple((said, at + by) for said, at in found.readings)
    return Moment(found.low + by, found.high + by, found.zone, found.doubt, found.text, named)
