"""Times as people say them: `14:05`, `yesterday 5pm`, `Tue 14:05 CET`, `~13:30-13:45`, `early morning`; read as intervals.

A text is cut into words that mean something (a day, a clock, a zone, "around", "to"), and every way in which it can
be read stays in the interval: both hours of a fold, a label as written and as it was likely meant, the quarter of an
hour that "around" may be off. What was assumed is said in `doubt`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from investigator import moment, months, zones
from investigator.errors import MomentError
from investigator.moment import MICROSECOND, Moment

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|mär|mrz|apr(?:il)?|may|mai|june?|juni|july?|juli|"
    r"aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)(?![a-zäöü])\.?"
)
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mon montag", "tue dienstag", "wed mittwoch", "thu donnerstag", "fri freitag", "sat samstag", "sun sonntag")
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = (
    r"(?:mon(?:day|tag)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    r"dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)(?![a-z])\.?"
)
#: Words for a day, in days from the reference.
_DAYS = {
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1,
    "the day before yesterday": -2, "day before yesterday": -2,
}  # fmt: skip
#: Parts of a day, in hours from its midnight, as wide as people use the word.
PARTS = {
    "early morning": (4, 9), "early hours": (0, 6), "small hours": (0, 6), "mid-morning": (8, 11), "mid morning": (8, 11),
    "late morning": (9.5, 12.5), "morning": (5, 12), "noon": (11.75, 12.25), "midday": (11, 14),
    "early afternoon": (12, 15), "mid afternoon": (13, 16.5), "mid-afternoon": (13, 16.5), "late afternoon": (15, 18.5),
    "afternoon": (12, 18), "early evening": (17, 20), "late evening": (20, 24), "evening": (17, 24),
    "late night": (21, 28), "night": (20, 30), "tonight": (17, 30), "midnight": (-0.25, 0.25),
    "end of day": (16, 24), "eod": (16, 24), "start of day": (6, 10), "lunchtime": (11, 14), "lunch": (11, 14),
}  # fmt: skip
_PART = "|".join(sorted((name.replace(" ", r"\s+") for name in PARTS), key=len, reverse=True))
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_EDGE = r"(?![A-Za-z0-9])"

#: What a text is made of, tried in this order at each place.
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("iso", r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(T)(?=\d)|(?!\d))"),
        ("named", rf"({_MONTH})\s*(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s*(\d{{4}})(?![\d:]))?"),
        ("named_after", rf"(\d{{1,2}})(?:st|nd|rd|th)?\.?[\s/-]*(?:of\s+)?({_MONTH})(?:[\s,/-]*(\d{{4}})(?![\d:]))?"),
        ("dotted", r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2}(?![\d:]))?(?!\d)"),
        ("slashed", r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])"),
        ("ago", r"(?:about\s+|around\s+|roughly\s+)?(half\s+an|an?|\d{1,4}(?:\.\d)?)\s*(s|m|h|d|w)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?|ays?|eeks?)?\s+ago" + _EDGE),
        ("ago", r"vor\s+(\d{1,4})\s*(s|m|h|t)(?:ekunden?|inuten?|in\.?|tunden?|agen?)" + _EDGE),
        ("now", r"(?:just\s+now|right\s+now|now|jetzt)" + _EDGE),
        ("last_night", r"last\s+night" + _EDGE),
        ("weekday", rf"(?:(last|this|next|past)\s+)?({_WEEKDAY})"),
        ("day", r"(the\s+day\s+before\s+yesterday|day\s+before\s+yesterday|today|tomorrow|yesterday|heute|gestern|vorgestern|morgen)" + _EDGE),
        ("part", rf"(?:in\s+the\s+|this\s+|the\s+)?({_PART})" + _EDGE),
        ("clock", r"(\d{1,2})(?::|h)(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?m\b\.?|uhr\b)?(?!\d)"),
        ("clock", r"(\d{1,2})\.(\d{2})()()()(?=\s*uhr\b)"),
        ("clock", r"(\d{1,2})()()()\s*([ap])\.?m\b\.?"),
        ("clock", r"(\d{1,2})()()()()\s*(?:uhr|o'?clock)\b"),
        ("zulu", r"Z(?![A-Za-z])"),
        ("offset", r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?(?![\d:])"),
        ("sign", r"[+-]\d{2}(?::?\d{2})?(?![\d:])"),
        ("before", r"(?:shortly|just|right|kurz)\s+(?:before|vor)" + _EDGE),
        ("after", r"(?:shortly|just|right|kurz)\s+(?:after|nach)" + _EDGE),
        ("around", r"(?:~|≈|ca\.?|circa|approx(?:imately)?\.?|about|around|roughly|gegen|etwa|some\s+time\s+around|sometime\s+around)(?![a-z])"),
        ("from", r"(?:between|from|von|zwischen)" + _EDGE),
        ("to", r"(?:-|\u2013|\u2014|\u2192|to" + _EDGE + r"|until" + _EDGE + r"|till" + _EDGE + r"|and" + _EDGE + r"|bis" + _EDGE + r"|und" + _EDGE + r")"),
        ("filler", r"(?:,|;|\||at" + _EDGE + r"|on" + _EDGE + r"|the" + _EDGE + r"|of" + _EDGE + r"|um" + _EDGE + r"|am" + _EDGE + r"|uhr" + _EDGE + r"|in" + _EDGE + r")"),
        ("number", r"(\d{1,2})(?![\d:./])"),
    )
)  # fmt: skip
#: Names of zones, as they are written: an abbreviation in capitals, an IANA name, one in brackets, "Pacific Time".
_LABEL = re.compile(
    rf"(?:{'|'.join(sorted((*zones.LABELS, 'PT', 'ET', 'CT', 'MT'), key=len, reverse=True))})(?![A-Za-z0-9])"
)
_IANA = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Za-z][A-Za-z0-9_+-]+)+")
_BRACKET = re.compile(r"\(([^()]{1,60})\)")
_TIME_OF = re.compile(r"((?:[A-Z][A-Za-z]+\s+){1,3})(?:local\s+)?[Tt]ime(?![a-z])")
_LOCAL = re.compile(r"(?:local|our)\s+time(?![a-z])", re.IGNORECASE)
_CITY = re.compile(r"[A-Za-z][A-Za-z_]+(?:[ _][A-Za-z]+){0,2}")
_DASH = re.compile("-")
_LEAD_IN = re.compile(r"[\s,|*_`]*")


@dataclass
class _End:
    """One end of what may be a range: its day, its clock, its zone, as far as the text says them."""

    day: date | None = None
    other_day: date | None = None  # where 6/7 may be June or July
    day_doubt: tuple[str, ...] = ()
    weekday: int | None = None
    weekday_word: str = ""
    part: str = ""
    hour: int | None = None
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    half: str = ""
    resolution: timedelta = MINUTE
    bare: bool = False
    said: list[zones.Said] = field(default_factory=list)
    strict_iso: bool = False
    also: list[Moment] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return self.day is None and self.weekday is None and not self.part and self.hour is None


@dataclass
class _Cut:
    """What the words of a text say, before it is put together."""

    ends: list[_End] = field(default_factory=lambda: [_End()])
    around: bool = False
    nearly: str = ""  # before, after
    framed: bool = False  # between ... and ...
    fixed: Moment | None = None  # now, 5 minutes ago, last night
    stop: int = 0  # where the time ends in the text


def read(
    text: str, *, zone_name: str = "UTC", reference: datetime | None = None, ahead: bool = False
) -> Moment:
    """The whole text as a time; raises MomentError where it is none. `ahead`: a weekday is the next one, not the last."""
    given = text or ""
    if not given.strip() or len(given) > 200:
        _unknown(given)
    when = reference or moment.now()
    cut = _cut(given, zone_name, when, strict=True, ahead=ahead)
    if cut is None:
        _unknown(given)
    return _put_together(cut, given, zone_name, when)


def leading(
    text: str,
    *,
    zone_name: str = "UTC",
    reference: datetime | None = None,
    default: tuple[zones.Said, ...] = (),
) -> tuple[Moment, int, bool] | None:
    """The time that a text begins with, where it ends, and whether it names its day; None where it begins with none.

    `default` is the zone that the text around it states.
    """
    when = reference or moment.now()
    try:
        cut = _cut(text[:200], zone_name, when, strict=False, ahead=False)
        if cut is None or cut.stop == 0:
            return None
        for end in cut.ends:
            end.said = end.said or list(default)
        named = cut.fixed is not None or any(
            end.day is not None or end.weekday is not None for end in cut.ends
        )
        return _put_together(cut, text[: cut.stop], zone_name, when), cut.stop, named
    except MomentError:
        return None


def _unknown(text: str) -> NoReturn:
    raise MomentError(
        f"'{text}' is no time that I understand.",
        "I know 14:05, today 18:00 Berlin, yesterday 5pm, Tue 14:05 CET, ~13:30-13:45, early morning, "
        "2026-06-17 18:00 Europe/Berlin, 2026-06-17T16:00:00Z.",
        "Write it in one of these ways.",
    )


# -- cutting ------------------------------------------------------------------------------------------------------


def _cut(text: str, zone_name: str, when: datetime, *, strict: bool, ahead: bool) -> _Cut | None:
    """The words of a text; None where it holds no time, or where something in it is none and all must be."""
    out = _Cut()
    today = when.astimezone(moment.zone(zone_name)).date()
    position, good = 0, 0
    while True:
        lead = _LEAD_IN.match(text, position)
        position = lead.end() if lead else position
        if position >= len(text):
            break
        end = out.ends[-1]
        zone = _zone_at(text, position, zone_name, when, end, strict=strict)
        if zone is not None:
            position = zone
            good = position
            continue
        name, match = _word_at(text, position)
        if match is None:
            break
        if (
            name == "sign"
            and match[0].startswith("-")
            and not (end.hour is not None and _is_offset(match, text, end))
        ):
            name, match = "to", _DASH.match(text, position) or match
        taken = _take(name, match, text, out, today, when, ahead=ahead)
        if not taken:
            break
        position = match.end()
        if name not in ("to", "from", "filler", "around", "before", "after", "number") or (
            name == "number" and (out.framed or len(out.ends) > 1)
        ):
            good = position
    out.stop = good
    if len(out.ends) > 1 and out.ends[-1].empty:
        out.ends.pop()
        if strict:
            return None
    if strict and position < len(text):
        return None
    if out.fixed is None and all(end.empty for end in out.ends):
        return None
    clocked = any(end.hour is not None and not end.bare for end in out.ends)
    if any(end.bare for end in out.ends) and not (clocked or out.framed or (out.around and strict)):
        return None
    if len(out.ends) > 1 and any(end.empty for end in out.ends):
        return None
    return out


def _word_at(text: str, position: int) -> tuple[str, re.Match[str] | None]:
    for name, pattern in _WORDS:
        match = pattern.match(text, position)
        if match:
            return name, match
    return "", None


def _zone_at(
    text: str, position: int, zone_name: str, when: datetime, end: _End, *, strict: bool
) -> int | None:
    """Where a zone that stands here ends; it is noted in the end it belongs to. None where none stands here."""
    if end.empty:
        return None
    for pattern in (_LABEL, _IANA, _TIME_OF):
        match = pattern.match(text, position)
        if match is None:
            continue
        # "GMT+2" is an offset, and no GMT.
        if pattern is _LABEL and re.match(
            r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?(?![\d:])", text[position:]
        ):
            return None
        found = zones.named(match[0])
        if found is None and pattern is _IANA:
            zones.must(match[0])
        if found is not None:
            end.said.append(found)
            return match.end()
    match = _LOCAL.match(text, position)
    if match:
        end.said.append(zones.Said(match[0], place=zone_name))
        return match.end()
    match = _BRACKET.match(text, position)
    if match:
        found = zones.named(match[1])
        if found is not None:
            end.said.append(found)
            return match.end()
        if end.hour is not None:
            try:
                end.also.append(read(match[1], zone_name=zone_name, reference=when))
                return match.end()
            except MomentError:
                return None
        return None
    if strict and end.hour is not None:
        match = _CITY.match(text, position)
        if match and text[match.end() :].strip()[:1] in ("", "(") and not _word_at(text, position)[1]:
            found = zones.named(match[0])
            if found is None:
                zones.must(match[0])
            assert found is not None
            end.said.append(found)
            return match.end()
    return None


def _take(
    name: str,
    match: re.Match[str],
    text: str,
    out: _Cut,
    today: date,
    when: datetime,
    *,
    ahead: bool,
) -> bool:
    """Note what a word says; False where it can't stand here."""
    end = out.ends[-1]
    if out.fixed is not None and name != "filler":
        return False
    if name in ("iso", "named", "named_after", "dotted", "slashed"):
        if end.day is not None:
            return False
        _dated(name, match, end, today, text)
    elif name == "weekday":
        if end.weekday is not None:
            return False
        word = match[2].lower().rstrip(".")
        end.weekday = next(
            number
            for key, number in _WEEKDAYS.items()
            if word.startswith(key[:3]) and (word.startswith(key) or key.startswith(word[:3]))
        )
        end.weekday_word = (match[1] or ("next" if ahead else "")).lower()
    elif name == "day":
        if end.day is not None:
            return False
        end.day = today + timedelta(days=_DAYS[" ".join(match[1].lower().split())])
    elif name == "part":
        if end.part or end.hour is not None:
            return end.hour is not None and not end.part  # 9:15 in the morning: the clock says it
        end.part = " ".join(match[1].lower().split())
        if end.part == "tonight" and end.day is None:
            end.day = today
    elif name == "clock":
        if end.hour is not None:
            return False
        _clocked(match, end)
    elif name == "number":
        if end.hour is not None or not (
            out.framed or out.around or len(out.ends) > 1 or _range_follows(text, match)
        ):
            return False
        end.hour, end.bare = int(match[1]), True
    elif name == "zulu":
        if end.hour is None:
            return False
        end.said.append(zones.Said("Z", label="UTC"))
    elif name in ("offset", "sign"):
        if end.hour is None:
            return False
        found = zones.named(match[0])
        if found is None:
            return False
        end.said.append(found)
    elif name == "around":
        out.around = True
    elif name in ("before", "after"):
        out.nearly = name
    elif name == "from":
        if out.framed or (not end.empty and end.hour is not None):
            return False
        out.framed = True
    elif name == "to":
        if end.empty or len(out.ends) > 1:
            return False
        return _next_end(out)
    elif name == "now":
        out.fixed = Moment(when - MINUTE, when, "UTC", (), text)
    elif name == "last_night":
        evening = datetime.combine(today - DAY, datetime.min.time()) + timedelta(hours=18)
        end.day, end.part = evening.date(), "night"
    elif name == "ago":
        _ago(match, out, when, text)
    return True


def _next_end(out: _Cut) -> bool:
    if len(out.ends) > 1:
        return False
    out.ends.append(_End())
    return True


def _range_follows(text: str, match: re.Match[str]) -> bool:
    """Whether a bare number is the first of a range whose second says that these are hours: 9-10am, 9 to 9:15."""
    return bool(
        re.match(
            r"\s*(?:-|\u2013|\u2014|to|bis|until)\s*\d{1,2}(?::\d{2}|\s*[ap]\.?m)", text[match.end() :], re.I
        )
    )


def _is_offset(match: re.Match[str], text: str, end: _End) -> bool:
    """Whether -05:00 after a clock is its offset, and not the end of a range."""
    if end.strict_iso or end.resolution < MINUTE or (":" not in match[0] and len(match[0]) == 5):
        return True
    if text[match.start() - 1] == " " or ":" not in match[0]:
        return False
    hour, minute = int(match[0][1:3]), int(match[0][4:6])
    return (hour, minute) < (end.hour or 0, end.minute) and hour <= 12 and minute in (0, 30, 45)


def _dated(name: str, match: re.Match[str], end: _End, today: date, text: str) -> None:
    if name == "iso":
        end.strict_iso = bool(match[4])
        end.day = _date(int(match[1]), int(match[2]), int(match[3]), text)
        return
    year_text = match[3]
    if name == "named":
        month, day = _month(match[1]), int(match[2])
    elif name == "named_after":
        month, day = _month(match[2]), int(match[1])
    elif name == "dotted":
        day, month = int(match[1]), int(match[2])
    else:
        month, day = int(match[1]), int(match[2])
        if month > 12:
            month, day = day, month
        elif day <= 12 and day != month:
            end.day_doubt = (f"{match[0]} is month and day or day and month: both are held",)
    if year_text:
        year = int(year_text) + (2000 if len(year_text) == 2 else 0)
        end.day = _date(year, month, day, text)
        if end.day_doubt:
            end.other_day = _date(year, day, month, text)
        return
    end.day, doubt = _nearest_year(month, day, today, text)
    end.day_doubt = (*end.day_doubt, doubt)
    if len(end.day_doubt) > 1:
        end.other_day = _nearest_year(day, month, today, text)[0]


def _nearest_year(month: int, day: int, today: date, text: str) -> tuple[date, str]:
    """The day nearest to the reference: over the turn of the year December is the last one, January the next."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    if not found:
        _date(today.year, month, day, text)
    chosen = min(found, key=lambda one: abs((one - today).days))
    return chosen, f"no year: read as {chosen.year}"


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise MomentError(f"'{text}' names no day: {error}.", "", "Write the day as 2026-06-17.") from None


def _month(word: str) -> int:
    known = months.number(word)
    assert known, word  # what this is asked of are names of months alone
    return known


def _clocked(match: re.Match[str], end: _End) -> None:
    end.hour, end.minute, end.second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    end.half = (match[5] or "").lower()
    if match[4]:
        end.microsecond, end.resolution = int(match[4][:6].ljust(6, "0")), MICROSECOND
    elif match[3]:
        end.resolution = timedelta(seconds=1)


def _ago(match: re.Match[str], out: _Cut, when: datetime, text: str) -> None:
    word, letter = match[1].lower(), match[2].lower()
    unit = timedelta(seconds=_UNITS["d" if letter == "t" else letter])
    number = 0.5 if word.startswith("half") else 1.0 if word in ("a", "an") else float(word)
    middle = when - number * unit
    half = min(unit, max(number * unit / 4, unit / 2)) if number >= 1 else unit / 4
    doubt = f"counted back from {when.astimezone(UTC):%Y-%m-%d %H:%M} UTC, to half a unit or a quarter of it"
    out.fixed = Moment(middle - half, min(middle + half, when), "UTC", (doubt,), text)


# -- putting together -----------------------------------------------------------------------------------------------


def _put_together(cut: _Cut, text: str, zone_name: str, when: datetime) -> Moment:
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
    found = _one(first, text, zone_name, when)
    if last is not first:
        until = _one(last, text, zone_name, when)
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


def _one(end: _End, text: str, zone_name: str, when: datetime) -> Moment:
    """One end as a moment: every reading of its day and its zone lies in the interval."""
    local = _reference_zone(end, zone_name)
    today = when.astimezone(moment.zone(local)).date()
    doubt = list(end.day_doubt)
    day = end.day
    if end.weekday is not None:
        if day is None:
            day = _weekday(end, today)
            doubt.append(f"the {day:%A} read as {day:%Y-%m-%d}")
        elif day.weekday() != end.weekday:
            doubt.append(f"{day:%Y-%m-%d} is a {day:%A}: the weekday written beside it is another")
    if day is None:
        day = today
        if end.day is None and not end.part and end.hour is None:
            _unknown(text)
    days = [day, *([end.other_day] if end.other_day and end.other_day != day else [])]
    start, length = _walls(end, doubt, text)
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


def _reference_zone(end: _End, zone_name: str) -> str:
    for one in end.said:
        if one.place:
            return one.place
        if one.label:
            return zones.LABELS[one.label][0][1]
    return zone_name


def _weekday(end: _End, today: date) -> date:
    assert end.weekday is not None
    back = (today.weekday() - end.weekday) % 7
    if end.weekday_word in ("last", "past"):
        return today - timedelta(days=back or 7)
    if end.weekday_word == "next":
        return today + timedelta(days=(end.weekday - today.weekday()) % 7 or 7)
    return today - timedelta(days=back)


def _walls(end: _End, doubt: list[str], text: str) -> tuple[timedelta, timedelta]:
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


def _off(end: _End) -> timedelta:
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
