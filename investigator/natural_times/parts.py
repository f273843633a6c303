"""What the words of a time say: the day, clock and zone of one end or of two, and what is around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from investigator import months, zones
from investigator.errors import MomentError
from investigator.moment import MICROSECOND, Moment
from investigator.natural_times import feasts
from investigator.natural_times.hours import hour_of
from investigator.natural_times.vocabulary import (
    AMOUNTS,
    DAY,
    DAYS,
    HALVES,
    INSTANTS,
    MINUTE,
    NUMBERS,
    OF_TODAY,
    UNITS,
    WEEKDAYS,
)


@dataclass
class End:
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
    loose: bool = False  # said by the twelve hours of a dial: "six o'clock", "half past four"
    at_night: bool = False  # "last night": what is past midnight is of the morning after
    said: list[zones.NamedZone] = field(default_factory=list)
    strict_iso: bool = False
    also: list[Moment] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return self.day is None and self.weekday is None and not self.part and self.hour is None


@dataclass
class Parts:
    """What the words of a text say, before it is put together."""

    ends: list[End] = field(default_factory=lambda: [End()])
    around: bool = False
    nearly: str = ""  # before, after
    framed: bool = False  # between ... and ...
    fixed: Moment | None = None  # now, 5 minutes ago, last night
    stop: int = 0  # where the time ends in the text


def refuse(text: str) -> NoReturn:
    raise MomentError(
        f"'{text}' is no time that I understand.",
        "I know 14:05, today 18:00 Berlin, yesterday 5pm, Tue 14:05 CET, ~13:30-13:45, early morning, "
        "2026-06-17 18:00 Europe/Berlin, 2026-06-17T16:00:00Z.",
        "Write it in one of these ways.",
    )


def noted(
    name: str,
    match: re.Match[str],
    text: str,
    out: Parts,
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
            again = End()
            _dated(name, match, again, today, text)
            return end.day in (again.day, again.other_day)  # "tonight, 20 August 2026": said twice
        _dated(name, match, end, today, text)
    elif name == "weekday":
        if end.weekday is not None:
            return False
        end.weekday = _weekday(match[2].lower().rstrip("."))
        which = "next week" if match[3] else " ".join((match[1] or "").lower().split())
        end.weekday_word = _WHICH.get(which.removesuffix(" on"), "") or ("next" if ahead else "")
    elif name == "day":
        if end.day is not None or end.weekday is not None:
            # "heute Morgen", "gestern Morgen", "Freitagmorgen": the morning of that day.
            return match[0].lower() == "morgen" and noted_part(end, "morning", ahead=ahead)
        end.day = today + timedelta(days=DAYS[" ".join(match[1].lower().split())])
    elif name == "of_month":
        number = int(next(filter(None, match.groups())))
        if end.day is not None and end.day.day == number:
            return True  # "amanhã, dia 21", "tomorrow, the 20th": said twice
        if not ahead or end.day is not None or not 1 <= number <= 31:
            return False
        end.day = next(
            day for day in (today + timedelta(days=away) for away in range(62)) if day.day == number
        )
    elif name == "last_day":
        if not ahead or end.day is not None:
            return False
        end.day = _last_day(next(word for word in match.groups() if word).lower(), today)
    elif name == "feast":
        if not ahead or end.day is not None:
            return False
        end.day = feasts.following(_feast(match[1]), today)
    elif name == "part":
        part = " ".join(match[1].lower().split())
        if (
            (part in OF_TODAY or match[0].lower().startswith("this "))
            and end.day is None
            and end.weekday is None
        ):
            end.day = today
        return noted_part(end, part, ahead=ahead)
    elif name == "clock":
        if end.hour is not None:
            return False
        _clocked(match, end)
    elif name == "worded":
        if end.hour is not None:
            return False
        _worded(match, end)
    elif name == "hour":
        said = hour_of(match) if end.hour is None else None
        if said is None:
            return False
        end.hour, end.minute, end.loose = said
        _halved(end)
    elif name == "british":
        if not ahead or end.hour is not None:
            return False
        end.hour, end.minute, end.loose = NUMBERS[match[1].lower()], 30, True
        _halved(end)
    elif name == "compact":
        # 0930, 20261128 1405, at 1405; another number of four digits is a number or a year.
        if end.hour is not None or not (
            end.day is not None
            or match[0][0] == "0"
            or text[match.end() : match.end() + 1] == "Z"
            or re.search(r"(?i)\b(?:at|um)\s+$", text[: match.start()])
        ):
            return False
        _clocked(match, end)
    elif name == "number":
        if end.hour is None and _is_hour(match, text, end, ahead=ahead):
            end.hour, end.loose = int(NUMBERS.get(match[1].lower(), match[1])), True  # type: ignore[call-overload]
            return _halved(end)
        if not match[1].isdecimal():
            return False
        if end.hour is not None or not (
            out.framed or out.around or len(out.ends) > 1 or _range_follows(text, match)
        ):
            return False
        end.hour, end.bare = int(match[1]), True
    elif name == "zulu":
        if end.hour is None:
            return False
        end.said.append(zones.NamedZone("Z", label="UTC"))
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
    elif name == "until":
        return ahead and not end.empty and end.hour is None and not end.part and len(out.ends) == 1
    elif name == "to":
        if end.empty or len(out.ends) > 1:
            return False
        if ahead and end.hour is None and not end.part:
            return True  # "heute bis 17 Uhr", "tomorrow until 9:00": one time
        return _next_end(out)
    elif name == "now":
        if not end.empty:
            return False  # "it is 13:00 today now"
        out.fixed = Moment(when - MINUTE, when, "UTC", (), text)
    elif name == "last_night":
        evening = datetime.combine(today - DAY, datetime.min.time()) + timedelta(hours=18)
        end.day, end.part, end.at_night = evening.date(), "night", True
    elif name == "ago":
        _ago(match, out, when, text)
    elif name == "hence":
        if not ahead:
            return False
        middle = when + span_of(match)
        doubt = f"counted from {when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        out.fixed = Moment(
            middle, middle + MINUTE - MICROSECOND, "UTC", (doubt,), text, (("as written", middle),)
        )
    return True


_WHICH = {
    "last": "last", "past": "last", "letzten": "last", "vorigen": "last", "next": "next", "kommenden": "next",
    "nächsten": "next", "nächste woche": "week after", "next week": "week after",
}  # fmt: skip


def _feast(said: str) -> str:
    said = " ".join(said.lower().replace("’", "'").replace(".", "").split())
    return next(name for name in feasts.NAMES if name.replace("'", "") == said.replace("'", ""))


def _last_day(of: str, today: date) -> date:
    """The last day of this month, quarter or year, or of the month of that name that is next; of a week its Friday."""
    if of.startswith(("week", "woche")):
        return today + timedelta(days=(4 - today.weekday()) % 7)
    if of.startswith(("month", "monat")):
        year, month = today.year, today.month
    elif of.startswith("quart"):
        year, month = today.year, (today.month + 2) // 3 * 3
    elif of.startswith(("year", "jahr")):
        year, month = today.year, 12
    else:
        month = _month(of)
        year = today.year + (month < today.month)
    return date(year + month // 12, month % 12 + 1, 1) - DAY


def _weekday(word: str) -> int:
    return next(
        number
        for key, number in WEEKDAYS.items()
        if (len(word) == 2 and key.startswith(word) and key.endswith(("tag", "woch")))
        or (len(word) > 2 and word.startswith(key[:3]) and (word.startswith(key) or key.startswith(word[:3])))
    )


def noted_part(end: End, part: str, *, ahead: bool) -> bool:
    """Note a part of a day: beside a clock it says which half of the day is meant."""
    if part in INSTANTS and (end.hour is None or end.hour % 12 == 0):
        if end.hour is None or INSTANTS[part] == 0:
            end.hour = INSTANTS[part] or 24 * ahead  # what is due at midnight is due when that day ends
        end.loose = False
        return True
    if end.part:
        return False
    end.part = part
    return _halved(end)


def _halved(end: End) -> bool:
    if end.part and end.hour is not None and 0 < end.hour <= 12 and not end.half:
        half = HALVES.get(end.part, "")
        if half == "n":
            half = "a" if end.hour < 6 or end.hour == 12 else "p"
        end.half, end.loose = half, end.loose and not half
    return True


def _is_hour(match: re.Match[str], text: str, end: End, *, ahead: bool) -> bool:
    """Whether a number alone is an hour: "by six", "um drei heute Nachmittag", "ten tonight"."""
    if not 1 <= int(NUMBERS.get(match[1].lower(), match[1])) <= 24:  # type: ignore[call-overload]
        return False
    before, after = text[: match.start()], text[match.end() :]
    if end.part and re.match(
        r"\s*(?:[.,;:!?)]|$)" if before.rstrip().lower().endswith(end.part) else r"\s*(?![A-ZÄÖÜ%])", after
    ):
        return True  # "tomorrow morning, 9.", "Donnerstag früh um 8 kommt": an hour of that part of the day
    if re.match(r"(?i)\s*(?:in\s+the\s+|this\s+|heute\s+|tomorrow\s+|morgen\s+)?"
                rf"(?:{'|'.join((*HALVES, *INSTANTS))})(?![A-Za-zÀ-ÿ])", after):  # fmt: skip
        return True
    if re.search(
        r"(?i)\b(?:multipl\w+|divid\w+|increas\w+|decreas\w+|reduc\w+|gr[eo]w\w*|dropp\w+|rose|rises?|f[ae]lls?|up|down|off|out|late|short|wrong|ahead|behind)\s+by\s+$",
        before,
    ):
        return False  # by how much
    if not re.search(
        r"(?i)\b(?:at|um|by|before|until|till|bis|vor|gegen)\s+(?:(?:punkt|exactly|genau)\s+)?$", before
    ):
        return False
    # Before a thing it is how many there are: "by five patients", "um drei Paletten".
    if not ahead:
        return bool(end.part)
    return not re.match(r"\s*[-\u2013/%]|\s+(?!(?:am|an|ist|in|im|on|and|or|und|oder|today|tomorrow|heute|morgen|"
                                  r"this|the|sharp|pünktlich|zur|beim|bei|to|please|bitte|so|if|when|we|I|it|they)\b)[A-Za-zÀ-ÿ]", after)  # fmt: skip


def _worded(match: re.Match[str], end: End) -> None:
    """An hour in words, and what is before or after it: half past four, Viertel vor zehn, halb acht, six o'clock."""
    hour = int(NUMBERS.get(match[3].lower(), match[3]))  # type: ignore[call-overload]
    which = match[2].lower()
    away = {"half": 30, "quarter": 15, "viertel": 15, "twenty": 20, "zwanzig": 20, "twenty-five": 25}
    word = match[1].lower()
    minutes = int(word) if word.isdecimal() else away.get(word) or NUMBERS.get(word, 0)
    which = "".join(which.split())
    minutes = {
        "halb": -30, "dreiviertel": -15, "to": -minutes, "vor": -minutes, "nachhalb": minutes - 30, "vorhalb": -minutes - 30,
    }.get(which, minutes)  # fmt: skip
    whole = hour * 60 + minutes
    if whole < 60 and hour == 1:
        whole += 720  # halb eins, quarter to one
    end.hour, end.minute = divmod(whole, 60)
    end.loose = hour <= 12
    _halved(end)


def _next_end(out: Parts) -> bool:
    if len(out.ends) > 1:
        return False
    out.ends.append(End())
    return True


def _range_follows(text: str, match: re.Match[str]) -> bool:
    """Whether a bare number is the first of a range whose second says that these are hours: 9-10am, 9 to 9:15."""
    return bool(
        re.match(
            r"\s*(?:-|\u2013|\u2014|to|bis|until)\s*\d{1,2}(?::\d{2}|\s*[ap]\.?m)", text[match.end() :], re.I
        )
    )


def is_offset(match: re.Match[str], text: str, end: End) -> bool:
    """Whether -05:00 after a clock is its offset, and not the end of a range."""
    if end.strict_iso or end.resolution < MINUTE or (":" not in match[0] and len(match[0]) == 5):
        return True
    if text[match.start() - 1] == " " or ":" not in match[0]:
        return False
    hour, minute = int(match[0][1:3]), int(match[0][4:6])
    return (hour, minute) < (end.hour or 0, end.minute) and hour <= 12 and minute in (0, 30, 45)


def _dated(name: str, match: re.Match[str], end: End, today: date, text: str) -> None:
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


def _clocked(match: re.Match[str], end: End) -> None:
    end.hour, end.minute, end.second = (
        int(NUMBERS.get(match[1].lower(), match[1])),
        int(match[2] or 0),
        int(match[3] or 0),
    )
    end.half = (match[5] or "").lower()
    end.loose = match[0].lower().endswith("clock") and end.hour <= 12
    _halved(end)
    if match[4]:
        end.microsecond, end.resolution = int(match[4][:6].ljust(6, "0")), MICROSECOND
    elif match[3]:
        end.resolution = timedelta(seconds=1)


def _many(word: str) -> float:
    word = word.lower()
    if word.endswith("and a half"):
        return NUMBERS[word.split()[0]] + 0.5
    if word == "the":
        return 1.0
    if "half" in word or "halben" in word:
        return 0.5
    if word in AMOUNTS:
        return AMOUNTS[word]
    return 1.0 if word[0] in "ae" else float(word.replace(",", "."))


def _unit(word: str) -> timedelta:
    letter = word[0].lower()
    if word.lower().startswith("st"):
        letter = "h"
    if word.lower().startswith("drei"):
        return 3 * timedelta(seconds=UNITS["v"])
    return timedelta(seconds=UNITS["d" if letter == "t" else letter])


def span_of(match: re.Match[str]) -> timedelta:
    """A span as its two parts say it: 2 h, 1h 30m, an hour and a half, zwei Stunden."""
    span = _many(match[1]) * _unit(match[2])
    if match[3]:
        return span + _unit(match[2]) / 2
    return span + _many(match[4]) * _unit(match[5]) if match[4] else span


def _ago(match: re.Match[str], out: Parts, when: datetime, text: str) -> None:
    span, unit = span_of(match), _unit(match[5] or match[2])
    middle = when - span
    half = min(unit, max(span / 4, unit / 2)) if span >= unit else unit / 4
    doubt = f"counted back from {when.astimezone(UTC):%Y-%m-%d %H:%M} UTC, to half a unit or a quarter of it"
    out.fixed = Moment(
        middle - half, min(middle + half, when), "UTC", (doubt,), text, (("as written", middle),)
    )
