"""Times as people and old programs write them inside a line, made into the text that loading reads.

`find` looks for the first time in a line and gives where it stands, and the time as `2026-06-17 09:14:07.120 CEST`, or
as `06-17 09:14:07` where it names no year. Zones stay as they are written: what they mean is told later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from investigator import moment, months, zones
from investigator.sources._format import Readable
from investigator.sources._spellings import HALF, iso, parse

#: How loading reads what has no year, after the year it puts before it.
WITHOUT_YEAR = ("%Y %m-%d %H:%M:%S.%f", "%Y %m-%d %H:%M:%S", "%Y %m-%d %H:%M")
WITH_OFFSET = tuple(f"{form} %z" for form in WITHOUT_YEAR)

_WORD = r"[A-Za-zÀ-ÿ]{3,10}"
_MONTH = rf"(?P<month>{_WORD})\.?"
_DAY_NAME = r"(?:(?:[A-Za-zÀ-ÿ]{2,10})\.?,? +)?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,:](?P<fraction>\d{1,9}))?)?"
_HALF = r"(?:[ \u202f\u00a0]?(?P<half>[AaPp]\.?[ \u202f\u00a0]?[Mm])\b\.?)?"
_ZONE = r"(?: ?(?P<zone>Z\b|[+-]\d{2}:?\d{2}\b|\(?(?:UTC?|GMT|[A-Z]{2,4}T|MESZ|MEZ|MSK|МСК)\b\)?(?:[+-]\d{1,2}(?::?\d{2})?\b)?))?"
#: What may stand behind a clock and is part of the time, as RE2 looks for it: a half of the day, a zone, its place.
BEHIND_CLOCK = (
    r"(?: ?[AaPp](?:[Mm]\b|\. ?[Mm]\.))?"
    r"(?: ?\((?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?\)| ?(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?)?"
    rf"(?: ?(?:Z|(?:{'|'.join(sorted(zones.LABELS))})\b|[+-]\d{{2}}:?\d{{2}}))?(?:\[[A-Za-z_]+/[A-Za-z_/+-]+\])?"
)
_AT = r"(?:,? +(?:at|@|um|à|a las|alle|às|om|-) +|,? +|T)"
_BEGINS = r"^[\s*•\-\u2013+>\[(]{0,6}"
_PATTERNS = tuple(
    re.compile(text)
    for text in (
        # 2026-06-17 09:14:07,120 and 2026/06/17 9:14, with any zone
        rf"(?<![\d.])(?P<year>(?:19|20)\d\d)[-/.](?P<number>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[T _]+| - |-){_CLOCK}{_HALF}{_ZONE}",
        # 20260617 09:14:07.120, 20260617-091407 and 20260617T091407Z
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<number>0[1-9]|1[0-2])(?P<day>[0-3]\d)[ ._:T-]+(?P<hour>[0-2]\d):?(?P<minute>[0-5]\d):?"
        rf"(?P<second>[0-5]\d)(?:[.,](?P<fraction>\d{{1,9}}))?{_ZONE}",
        # the day of the year: 2026-168T09:14:07
        rf"(?<!\d)(?P<year>(?:19|20)\d\d)[-./]?(?P<ordinal>[0-3]\d\d)[T ]{_CLOCK}{_ZONE}",
        # 17/Jun/2026:09:14:07 +0200 and 17-Jun-2026 09:14:07
        rf"(?<!\d)(?P<day>\d{{1,2}})[-/]{_MONTH}[-/](?P<year>(?:19|20)\d\d)[: ,T]+{_CLOCK}{_HALF}{_ZONE}",
        # 17/Jun/26 9:14 AM, as Jira writes it
        rf"(?<!\d)(?P<day>\d{{1,2}})[-/]{_MONTH}[-/](?P<short>\d\d)[ ,T]+{_CLOCK}{_HALF}{_ZONE}",
        # Wed Jun 17 09:14:07 CEST 2026, and Jun 17 2026 09:14:07
        rf"{_DAY_NAME}{_MONTH} +(?P<day>\d{{1,2}}) {_CLOCK}{_HALF}{_ZONE} (?P<year>(?:19|20)\d\d)\b(?: (?P<after>[+-]\d{{4}})\b)?",
        rf"{_DAY_NAME}{_MONTH} +(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<year>(?:19|20)\d\d){_AT}{_CLOCK}{_HALF}{_ZONE}",
        # Wed, 17 Jun 2026 09:14:07 +0200, and 17. Juni 2026 um 09:14
        rf"{_DAY_NAME}(?<!\d)(?P<day>\d{{1,2}})\.? +(?:de +)?{_MONTH} +(?:de +)?(?P<year>(?:19|20)\d\d){_AT}{_CLOCK}{_HALF}{_ZONE}",
        # 17.06.2026 09:14:07 and 06/17/2026 09:14:07 PM: which is the day is told from all of them
        rf"(?<![\d.])(?P<one>\d{{1,2}})(?P<between>[./-])(?P<two>\d{{1,2}})(?P=between)(?P<year>(?:19|20)\d\d)(?:,? +| - |T|:|-){_CLOCK}{_HALF}{_ZONE}",
        # 17 Jun 09:14:07.120 and 17. Juni 09:14:07
        rf"{_DAY_NAME}(?<![\d:.])(?P<day>\d{{1,2}})\.? +{_MONTH} +{_CLOCK}{_HALF}{_ZONE}",
        # Jun 17 09:14:07, Jun-17 09:14:07.120, and août 17 09:14:07
        rf"{_DAY_NAME}{_MONTH}[ -]+(?P<day>\d{{1,2}})\.?,? +{_CLOCK}{_HALF}{_ZONE}",
        # [06.17 09:14:07], 17.06. 09:14:07 and 06-17 09:14:07.120: which is the day is told from all of them, too
        r"(?<![\d.:/-])(?P<one>[0-3]?\d)(?P<between>[./-])(?P<two>[0-3]?\d)\.?[ T](?P<hour>[0-2]\d):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)"
        r"(?:[.,](?P<fraction>\d{1,9}))?",
        # TAI64N: @40000000 and the rest of a label of 24 or 16 hex digits
        r"@(?P<tai>4[0-9a-f]{15})(?P<nano>[0-9a-f]{8})?\b",
        # an epoch of seconds, milliseconds, microseconds or nanoseconds
        r"(?<![\w.:/=-])(?P<epoch>1[0-9]{9}(?:\.\d{1,9})?|1[0-9]{12}|1[0-9]{15}|1[0-9]{18})(?![\w.:/-])",
        # 2026-06-17-09.14.07.123000+120, as DB2 writes it, minutes from UTC behind it
        r"(?<![\d.])(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)[-T ](?P<hour>[0-2]\d)\.(?P<minute>[0-5]\d)\.(?P<second>[0-5]\d)"
        rf"(?:\.(?P<fraction>\d{{1,9}}))?(?:(?P<minutes>[+-]\d{{3}})(?!\d)|{_ZONE})",
        # 06/17-09:14:07.123456: a month, a day and a clock joined
        r"(?<![\d./-])(?P<number>0[1-9]|1[0-2])/(?P<day>[0-3]\d)-(?P<hour>[0-2]\d):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)"
        r"(?:[.,](?P<fraction>\d{1,9}))?",
        # 03NOV26 16:12:10: a day, a month's letters and a short year joined
        rf"(?<!\w)(?P<day>\d{{1,2}})(?P<month>[A-Za-z]{{3}})(?P<short>\d\d)[ T:]+{_CLOCK}{_ZONE}",
        # At the beginning of a line or a list's entry: 17MAY26 0610Z, 170610ZMAY26, 20260517 0610, 20260517061000, 17/05 6:10 pm
        rf"{_BEGINS}(?P<day>\d{{1,2}}) ?(?P<month>[A-Za-z]{{3}}) ?(?P<short>\d\d)[ T]+(?P<hour>[0-2]\d)(?P<minute>[0-5]\d) ?(?P<zone>Z\b)?(?![\w:])",
        rf"{_BEGINS}(?P<day>[0-3]\d)(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<zone>Z)?(?P<month>[A-Z]{{3}})(?P<short>\d\d)\b",
        rf"{_BEGINS}(?P<year>20\d\d)(?P<number>0[1-9]|1[0-2])(?P<day>[0-3]\d) (?P<hour>[0-2]\d)(?P<minute>[0-5]\d) ?(?P<zone>Z\b)?(?![\w:])",
        rf"{_BEGINS}(?P<year>20\d\d)(?P<number>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)"
        rf"(?P<second>[0-5]\d)(?:[.,]?(?P<fraction>\d{{1,6}}))?(?!\d){_ZONE}(?!.{{0,80}}\d:\d\d)",
        rf"{_BEGINS}(?P<one>[0-3]?\d)(?P<between>[./])(?P<two>[0-3]?\d)\.?,? +{_CLOCK}{_HALF}{_ZONE}",
        # There, too, with a year of two digits, or points in the clock: - 17/05/26 06:10, 17.05.26 06.10.07
        rf"{_BEGINS}(?:{_WORD}\.?,? )?(?P<one>[0-3]?\d)(?P<between>[./])(?P<two>[0-3]?\d)(?P=between)(?:(?P<short>\d\d)|(?P<year>(?:19|20)\d\d))(?:,? +| - |T)"
        rf"(?P<hour>\d{{1,2}})(?P<mark>[:.])(?P<minute>\d\d)(?:(?P=mark)(?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,9}}))?)?(?![\d.]\d){_HALF}{_ZONE}",
        # and the day of a year with points in the clock: 2026/168 09.14.07 UT
        r"(?<!\d)(?P<year>(?:19|20)\d\d)[-./]?(?P<ordinal>[0-3]\d\d)[T ](?P<hour>\d\d)\.(?P<minute>\d\d)\.(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
        rf"{_ZONE}",
    )
)
#: Leap seconds between TAI and UTC since 2017, and where TAI64 begins.
_TAI = (1 << 62) + 37


@dataclass(frozen=True)
class Found:
    """A time in a line: where it stands, which of the ways it is written in, and the time as text."""

    start: int
    end: int
    way: int
    time: str
    has_year: bool = True
    away: str = ""  # how far it says that it is from UTC, where it names no year: +0200


_DIGIT = re.compile(r"\d")


def find(line: str, *, within: int = 120, day_first: bool | None = None) -> Found | None:
    """The first time in the beginning of a line; None where there is none."""
    head = line[: within + 60]
    best: Found | None = None
    if not _DIGIT.search(head):
        return None
    for way, pattern in enumerate(_PATTERNS):
        if best is not None and best.start == 0:
            break
        for match in pattern.finditer(head):
            if match.start() > within or (best is not None and match.start() >= best.start):
                break
            text = _text(match, way, day_first)
            if text:
                start = match.start()
                best = Found(
                    start, match.end(), way, text[0], text[1], "" if text[1] else _away(match, text[0])
                )
                break
    return best


def _away(match: re.Match[str], time: str) -> str:
    """How far from UTC a time without a year says that it is; nothing where its word means several zones, or is not kept
    in that part of the year."""
    zone = (match.groupdict().get("zone") or "").strip(" ()")
    if not zone:
        return ""
    if zone in ("Z", "UTC", "GMT"):
        return "+0000"
    if offset := re.fullmatch(r"([+-]\d\d):?(\d\d)", zone):
        return offset[1] + offset[2]
    minutes = zones.ONE_MEANING.get(zone)
    if minutes is None:
        return ""
    place = zones.LABELS[zone][0][1]
    day = datetime(2026, int(time[:2]), min(int(time[3:5]), 28), 12, tzinfo=moment.zone(place))
    if day.utcoffset() != timedelta(minutes=minutes):
        return ""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


#: What may come behind a clock and still be part of it: a half of the day, a zone, a year.
_AFTER_CLOCK = re.compile(
    r"[\s,]*(?:[AaPp]\.? ?[Mm]\.?|[^\x00-\x7f.]{1,3}\.?[^\x00-\x7f.]{0,9}\.?|\(?[A-Z]{1,5}(?:[+-]\d{1,2}(?::?\d\d)?)?\)?|[+-]\d\d:?\d\d"
    r"|(?:19|20)\d\d|\[[A-Za-z_]+/[A-Za-z_/]+\])"
)
#: Java writes the place of a clock behind its offset.
_PLACE = re.compile(r"\[[A-Z][A-Za-z_]+/[A-Za-z_/+-]+\]")
#: An hour whose minutes come behind its word: 7 h 05.
_HOUR_GOES_ON = re.compile(r"(?i)\d ?(?:h|uhr|heures?|uur) [0-5]\d$")
#: The word for an hour behind its clock, and its zone: 09:14 Uhr (MESZ).
_HOUR_WORD = re.compile(r" ?(?:Uhr|uur|hrs?|h)\b(?: ?\(?(?P<zone>[A-Z]{3,4})\b\)?)?")
_CLOCK_SOON = re.compile(
    r"(?i)^.{0,44}?(?:\d{1,2} ?(?:[:.h時时点시] ?\d{2}|(?:h(?:eures?)?|uhr|uur)\b)|\d,? (?:à |a |at |um |alle |às )?(?:minuit|midnight|mitternacht|medianoche|mezzanotte|midi|noon|mittag))"
)
WORDS_AT_MOST = 9  # of a time at the beginning of a line


def found_in(line: str, *, within: int = 120, day_first: bool | None = None) -> Found | None:
    """As `find`; where that finds none at the very beginning, a time there in any other spelling that cells have."""
    best = find(line, within=within, day_first=day_first)
    if best is None or best.start > 1:
        spelled = _spelled(line[:120], day_first)
        digits = spelled is not None and line[spelled.start : spelled.end].isdigit()
        if spelled is None or (digits and best is not None):
            return best  # digits alone are a number where a time stands beside them
        best = spelled
    if word := _HOUR_WORD.match(line, best.end):
        zone = word["zone"] if word["zone"] in zones.ONE_MEANING and best.time[-1:].isdigit() else ""
        return replace(best, end=word.end(), time=f"{best.time} {zone}".rstrip())
    place = _PLACE.match(line, best.end)
    return replace(best, end=place.end()) if place else best


def _spelled(line: str, first: bool | None) -> Found | None:
    """A time that a line begins with, however it is written: as short as it may be, with its half of the day and zone."""
    start = len(line) - len(line.lstrip("[(<"))
    text = line[start:]
    if not text[:1].isalnum() or not any(c.isdigit() for c in text[:20]) or not _CLOCK_SOON.match(text):
        return None
    found, end = None, 0
    closed = re.match(r"[^\])>]{6,60}(?=[\])>])", text) if start else None
    ends = [closed.end()] if closed else [m.start() for m in re.finditer(r"[\s|;]|$", text)][:WORDS_AT_MOST]
    for stop in ends:
        if _HOUR_GOES_ON.search(text[: stop + 3]) and len(text) >= stop + 3:
            continue
        said = parse(text[:stop].rstrip(" ,;:|-"))
        if said is not None and said.clock is not None:
            found, end = said, stop
            break
    if found is None:
        return None
    for stop in () if closed else [m.start() for m in re.finditer(r"\s|$", text[end : end + 30])][1:5]:
        more = text[end : end + stop]
        said = parse(text[: end + stop]) if _AFTER_CLOCK.fullmatch(more) else None
        if said is not None and (
            HALF.fullmatch(more.strip()) or replace(said, weekday=found.weekday) != found
        ):
            found, end = said, end + stop
            break
    order = "" if found.day("") else next((o for o in _orders(first) if found.day(o)), "")
    time, day = iso(found, order), found.day(order)
    if time is None or day is None:
        return None
    written = len(text[:end].rstrip(" ,;:|-"))
    shown = f"{time} {found.unknown}".strip()
    return Found(start, start + written, len(_PATTERNS), shown, day[0] is not None)


def _orders(first: bool | None) -> tuple[str, ...]:
    return ("dmy", "mdy", "ymd") if first else ("mdy", "dmy", "ymd")


#: A day as two numbers with its clock, with a year or without one.
_TWO_NUMBERS = re.compile(
    rb"(?<![\d./:-])((\d{1,2})([./-])(\d{1,2}))(?:\3((?:19|20)?\d\d))?\.?(?:,? {1,2}| - |T|:|-)\d{1,2}[:.h]\d\d"
)
#: Days that lie so much closer together in one order than in the other are of that order.
CLOSER = 8


def day_first(lines: list[str]) -> bool | None:
    """Whether in dates of two numbers the day comes first; None where nothing tells. A point between them says so, too."""
    days = _days(line[:300].encode() for line in lines)
    told = _told(days)
    return told if told is not None else True if any(point for _, _, point, _ in days) else None


def day_first_in(content: Readable, lines: list[str]) -> tuple[bool | None, str]:
    """The same over a whole file, and what is doubtful about it.

    A number above twelve tells; else that the days of a log follow each other in one order, and lie months apart in the
    other; else the point between them.
    """
    days = _days(line.encode() for line in lines)
    if content.order or not days:
        return (content.order == "dmy" if content.order else None), ""
    told = _told(days)
    if told is None and not content.codec:
        days = _days(content.again().blocks())
        told = _told(days)
    if told is not None:
        return told, ""
    spans = [_span(days, first=first) for first in (True, False)]
    doubt = "in its dates nothing tells day from month: read as {} first"
    if min(spans) * CLOSER < max(spans):
        first = spans[0] < spans[1]
        return first, f"{doubt.format('day' if first else 'month')}, as they follow each other so"
    first = any(point for _, _, point, _ in days)
    return first, doubt.format("day" if first else "month")


def dates_in(content: Readable) -> list[str]:
    """The different dates of two numbers and a year that stand before a clock anywhere in a file."""
    days = set() if content.codec else _days(content.blocks())
    return sorted(f"{one}/{two}/{year} 12:00" for one, two, point, year in days if year and not point)


def _days(blocks: Iterable[bytes]) -> set[tuple[int, int, bool, int]]:
    """The different days: their two numbers, whether a point stands between these, and the year (0 for none)."""
    return {
        (int(match[2]), int(match[4]), match[3] == b".", int(match[5] or 0))
        for block in blocks
        for match in _TWO_NUMBERS.finditer(block)
    }


def _told(days: set[tuple[int, int, bool, int]]) -> bool | None:
    over = {one > two for one, two, _, _ in days if max(one, two) > 12 >= min(one, two)}
    return over.pop() if len(over) == 1 else None


def _span(days: set[tuple[int, int, bool, int]], *, first: bool) -> int:
    """How many days lie between the first and the last, in one of the two orders."""
    told = [year * 372 + (two * 31 + one if first else one * 31 + two) for one, two, _, year in days]
    return max(told) - min(told)


def _text(match: re.Match[str], way: int, first: bool | None) -> tuple[str, bool] | None:
    said = match.groupdict()
    if said.get("tai"):
        seconds = int(said["tai"], 16) - _TAI
        if not 0 < seconds < 1 << 33:
            return None
        fraction = f".{int(said['nano'], 16):09d}" if said.get("nano") else ""
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}{fraction}Z", True
    if said.get("epoch"):
        whole, _, part = said["epoch"].partition(".")
        digits = (whole + part)[:19].ljust(19, "0")
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(digits) // 1000)
        shown = len(whole) - 10 or len(part)
        fraction = f".{digits[10 : 10 + shown]}" if shown else ""
        return f"{moment:%Y-%m-%d %H:%M:%S}{fraction}Z", True
    year = int(said["year"]) if said.get("year") else None
    if said.get("short"):
        year = 2000 + int(said["short"])
    if said.get("ordinal"):
        if not 1 <= int(said["ordinal"]) <= 366 or year is None:
            return None
        date = datetime(year, 1, 1) + timedelta(days=int(said["ordinal"]) - 1)
        number, day = date.month, date.day
    elif said.get("one"):
        one, two = int(said["one"]), int(said["two"])
        leads = first if first is not None else said["between"] == "."
        day, number = (one, two) if leads else (two, one)
        if number > 12:
            day, number = number, day
    else:
        known = int(said["number"]) if said.get("number") else months.number(said.get("month") or "")
        if known is None:
            return None
        number, day = known, int(said["day"])
    hour, minute, second = int(said["hour"]), int(said["minute"]), said.get("second")
    half = re.sub(r"[^apm]", "", (said.get("half") or "").lower())
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        datetime(year or 2000, number, day, hour, minute, min(int(second or 0), 59))
    except ValueError:
        return None
    clock = f"{hour:02d}:{minute:02d}" + (f":{second}" if second else "")
    clock += f".{said['fraction']}" if said.get("fraction") else ""
    zone = (said.get("zone") or said.get("after") or "").strip("()")
    zone = {"UT": "UTC", "МСК": "MSK"}.get(zone, zone)
    if said.get("minutes"):
        off = int(said["minutes"])
        zone = f"{'-' if off < 0 else '+'}{abs(off) // 60:02d}:{abs(off) % 60:02d}"
    if away := re.fullmatch(r"(?:UTC|GMT)([+-])(\d{1,2}?):?(\d{2})?", zone):
        zone = f"{away[1]}{int(away[2]):02d}:{away[3] or '00'}"
    if year is None:
        return f"{number:02d}-{day:02d} {clock}", False
    return f"{year}-{number:02d}-{day:02d} {clock}" + (
        "" if not zone else zone if zone == "Z" else f" {zone}"
    ), True
