"""One time as people, spreadsheets and databases write it, read whole: a cell, a key's value, the stamp of a line.

`parse` takes a text apart into its date, its clock and its zone, and takes it for a time only where nothing of it is
left over: a word behind a clock that is not understood makes the text none. Where day and month are two numbers, all
their readings are kept; which one holds is told from all texts of a column (`Column`), never text by text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from investigator import moment, zones
from investigator.months import number, shortened
from investigator.sources import _calendars

#: Before and after noon, without points and spaces: English, Spanish and Portuguese, Greek, Hungarian, Czech, Swedish,
#: Albanian, Turkish, Vietnamese, Finnish, German, Dutch, Arabic, Korean, Chinese, Japanese, Hindi, Thai.
_MORNING = frozenset("am πμ de dop fm pd öö sa ap vorm vm ص 오전 上午 早上 凌晨 午前 पूर्वाह्न ก่อนเที่ยง".split())
_EVENING = frozenset("pm μμ du odp em md ös ch ip nachm nm م 오후 下午 晚上 午後 अपराह्न หลังเที่ยง".split())
HALVES = sorted((*_MORNING, *_EVENING), key=len, reverse=True)
HALF = re.compile(
    r"(?<![^\W\d_])(?P<half>"
    + "|".join(
        r"\.? ?".join(map(re.escape, word)) if word.isalpha() and len(word) <= 2 else re.escape(word)
        for word in HALVES
    )
    + r")\.?(?![^\W\d_])",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d.+])(?P<hour>\d{1,2})(?P<s>[:h])(?P<minute>\d{2})(?:(?:min|[:m])(?P<second>\d{2})(?:s|[.,:](?P<fraction>\d{1,12}))?)?(?!\d)"
)
_POINTS = re.compile(
    r"(?<=[-T ])(?P<hour>\d{1,2})\.(?P<minute>\d{2})(?:\.(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,12}))?)?(?![\d.])"
)
_TOGETHER = re.compile(
    r"(?<=[-T _])(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?:[.,](?P<fraction>\d{1,9}))?(?!\d)"
)
_CHARACTERS = re.compile(
    r"(?P<hour>\d{1,2}) ?[時时点] ?(?P<minute>\d{1,2}) ?分(?: ?(?P<second>\d{1,2}) ?秒)?"
)
_OFFSET = re.compile(
    r"(?:(?P<word>UTC|GMT|Z)\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?"
    r"|(?<=\d)(?P<bare>\s?[+-])(?P<bare_hours>\d{2})(?::?(?P<bare_minutes>\d{2}))?(?::\d{2})?)(?:\s+(?:UTC|GMT))?$"
)
_CLOCK_BEFORE = re.compile(
    r"(?:\d:\d{2}(?:[.,:]\d+)*|[T ]\d{4,6}(?:\.\d+)?|\.\d{2}\.\d{2}(?:\.\d+)?|\d{4})\s*$"
)
_DATES = tuple(
    re.compile(text)
    for text in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)[-./]?(?P<ordinal>[0-3]\d\d)(?![\d]|[-./]\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<b>[-/._])(?P<month>\d{1,2})(?P=b)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\. ?(?P<month>\d{1,2})\. ?(?P<day>\d{1,2})\.?(?!\d)",
        r"(?<!\d)(?P<year>\d{4}) ?[年년] ?(?P<month>\d{1,2}) ?[月월] ?(?P<day>\d{1,2}) ?[日일]",
        r"(?<!\d)(?P<one>\d{1,2})(?P<b>[-/.])(?P<two>\d{1,2})(?P=b)(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<one>\d{1,2})(?P<b>[-/.])(?P<two>\d{1,2})(?P=b)(?P<short>\d{2})(?!\d)",
        r"(?<!\d)(?P<one>\d{1,2})\. ?(?P<two>\d{1,2})\. ?(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
    )
)
#: A date without separators, with its clock: 202606170914, 20260617091407, 20260617091407123.
_RUN = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)?"
    r"(?P<second>[0-5]\d)?(?P<fraction>[.,]?\d{3,6})?"
)
#: The day of a year of two digits with its clock: 26168.091407.
_SHORT_RUN = re.compile(
    r"(?P<short>\d\d)(?P<ordinal>[0-3]\d\d)\.(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)"
)
#: Clocks as French and others write them, and the two that have a word, behind a day: 16 h, 8h07min30s, à minuit.
_HOURS = re.compile(
    r"(?<![\w:.])(?P<hour>[01]?\d|2[0-3]) ?(?:h|heures?|uhr|uur)(?: ?(?P<minute>[0-5]\d)(?: ?m(?:in)?\b(?: ?(?P<second>[0-5]\d) ?s\b)?)?)?(?=[\s,)]|$)",
    re.I,
)
_NAMED_CLOCK = re.compile(
    r"(?<=\d),? (?:à |a |at |um |alle |às )?(?:la |le |o )?(?:(?P<zero>minuit|midnight|mitternacht|medianoche|mezzanotte|meia-noite)|midi|noon|mittag|mediodía|mezzogiorno|meio-dia)(?=[\s,)]|$)",
    re.I,
)
_ISO_WEEK = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)-?W(?P<week>\d\d)-?(?P<day>[1-7])(?!\d)")
_JSON_DATE = re.compile(r"\\?/Date\((-?\d{9,14})(?:[+-]\d{4})?\)\\?/$|(?:new )?Date\((\d{12,14})\)$")
_CALLED = re.compile(r"^(?:ISODate|datetime|timestamp|TIMESTAMP|DATE)? ?\(?[\"'](.*)[\"']\)?$")
DAY_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "mon monday montag mo pn пн pzt maanantai måndag mandag poniedziałek lundi lun lunes lunedì maandag ma segunda seg",
            "tue tues tuesday dienstag wt вт ti tiistai tis tisdag tirsdag di mardi martes martedì dinsdag terça ter",
            "wed wednesday mittwoch śr ср ke keskiviikko ons onsdag mi mercredi mié mie miércoles mercoledì mer woensdag wo quarta qua",
            "thu thur thurs thursday donnerstag czw чт to torstai tors torsdag do jeudi jeu jueves jue giovedì gio donderdag quinta qui",
            "fri friday freitag pt пт pe perjantai fre fredag fr vendredi ven viernes vie venerdì vrijdag vr sexta sex",
            "sat saturday samstag sob сб lauantai lör lördag lørdag sa samedi sam sábado sáb sab sabato zaterdag za",
            "sun sunday sonntag niedz вс su sunnuntai sön söndag søndag so dimanche dim domingo dom domenica zondag zo",
        )
    )
    for word in words.split()
}
_FILLING = frozenset(
    "at um de of à a las la le les alle às om kl klo uhr h t the den il st nd rd th y . , - @ | ' г г. r r. kell ora orele saat ώρα o uur v ve в kello del".split()
)
#: What means the clock on the wall of a region, summer and winter.
_REGIONS = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip
_LONG_ZONES = re.compile(r"[A-Za-z]+(?:/[A-Za-z_+\-0-9]+)+|[A-Z]{3}\d[A-Z]{3}")
EPOCH = datetime(1970, 1, 1)


def month(word: str) -> int | None:
    """The number of a month's name; None where it is none."""
    return number(word) or shortened(word)


DAY = 86_400_000_000


@dataclass(frozen=True)
class Written:
    """A time as it is written. `dates` are the readings of its day by their order: `` where there is one alone."""

    dates: tuple[tuple[str, tuple[int | None, int, int]], ...]
    clock: tuple[int, int, int, int] | None  # hour, minute, second, microsecond
    resolution: int  # microseconds
    zone: int | str | None = None  # minutes from UTC, or the name of a place
    unknown: str = ""  # a zone that is named and has several meanings
    weekday: int | None = None
    calendar: str = ""  # that its year is of, where it can't be one of ours

    def day(self, order: str) -> tuple[int | None, int, int] | None:
        """Year, month and day in an order; None where it can't be written in that."""
        said = dict(self.dates)
        return said.get("", said.get(order))

    def about(self) -> datetime | None:
        """About when that is: by the first reading of its day, wherever its clock stands; None without a year."""
        year, month_, day_ = self.dates[0][1]
        return (
            None if year is None else datetime(year, month_, day_) + timedelta(hours=(self.clock or (0,))[0])
        )


@lru_cache(maxsize=1 << 16)
def parse(text: str) -> Written | None:
    """What a text says, where all of it is a time; else None."""
    text = _plain(text)
    if not 6 <= len(text) <= 90 or not any(c.isdigit() for c in text):
        return None
    if made := _JSON_DATE.match(text):
        return _counted(int(made[1] or made[2]))
    if called := _CALLED.match(text):
        text = called[1]
    if (run := _RUN.fullmatch(text)) and (run["minute"] or len(text) == 10):
        return _built(
            run,
            (
                int(run["hour"]),
                run["minute"] or "0",
                run["second"],
                (run["fraction"] or "").strip(".,") or None,
            ),
        )
    if (run := _SHORT_RUN.fullmatch(text)) and int(run["short"]) <= moment.now().year % 100:
        return parse(f"20{run['short']}-{run['ordinal']}T{run['hour']}:{run['minute']}:{run['second']}")
    if ":" not in text:
        text = _HOURS.sub(
            lambda at: f"{at['hour']}:{at['minute'] or '00'}" + (f":{at['second']}" if at["second"] else ""),
            text,
        )
        text = _NAMED_CLOCK.sub(lambda at: " 0:00" if at["zero"] else " 12:00", text)
    if text[:1] == "[" and text.endswith("]") and text.count("[") == 1:
        text = text[1:-1].strip()
    zone: int | str | None = None
    unknown = ""
    # [Europe/Berlin] and (Mitteleuropäische Sommerzeit), behind an offset or instead of one
    if aside := re.search(r"\s*(?:\[([^\[\]]{1,60})\]|\(([^()]{1,60})\))$", text):
        inner, rest = (aside[1] or aside[2]).strip(), text[: aside.start()]
        zone, unknown = _zone(inner)
        text = rest
        if zone is None and not unknown and not (_OFFSET.search(rest) or rest.endswith("Z")):
            return None
    if "m=" in text:  # Go's clock since the start
        text = re.sub(r" m=[+-][\d.]+$", "", text)
    if "/GMT" in text and (named := re.search(r"Etc/GMT[+-]\d{1,2}$", text)):
        zone, text = named[0], text[: named.start()].strip()
    elif (off := _OFFSET.search(text)) and (
        off["word"] or _CLOCK_BEFORE.search(text[: off.start() if off["word"] else off.start("bare")])
    ):
        hours, minutes = (
            (off["hours"], off["minutes"]) if off["word"] else (off["bare_hours"], off["bare_minutes"])
        )
        away = int(hours) * 60 + int(minutes or 0)
        if away > 14 * 60 or int(minutes or 0) > 59:
            return None
        zone = -away if (off["sign"] or off["bare"].strip()) == "-" else away
        text = text[: off.start()]
    elif re.search(r"\d ?Z$", text):
        zone, text = 0, text[:-1]
    else:
        named = _LONG_ZONES.search(text)
        if named and (found := _zone(named[0]))[0] is not None:
            zone, text = found[0], f"{text[: named.start()].rstrip()} {text[named.end() :].lstrip()}".strip()
    half = ""
    clock = None
    found_clock = _CLOCK.search(text)
    if found_clock is None and (made := _CHARACTERS.search(text)):
        found_clock = made
    worded = found_clock is None and any(month(word) for word in re.findall(r"[^\W\d_]{3,}", text))
    date_, text_ = (
        (None, text)
        if worded
        else _date(
            text if found_clock is None else f"{text[: found_clock.start()]}\0{text[found_clock.end() :]}"
        )
    )
    if found_clock is None:
        # 09.14.07.000000 and 091407 stand behind a date
        for shape in (_POINTS, _TOGETHER):
            clocks = list(shape.finditer(text, max(date_.end() - 1, 0) if date_ else 0))
            if clocks and date_ is None and shape is _TOGETHER:
                # 17 June 2026 ends with a year, 17 June 2026 0914 with a clock.
                clocks = clocks[-1:] if re.search(r"\b(?:19|20)\d\d\b", text[: clocks[-1].start()]) else []
            if clocks:
                found_clock = clocks[0]
                text_ = f"{text_[: date_.start()] if date_ else text[: found_clock.start()]} \0{text[found_clock.end() :]}"
                break
    if found_clock is not None:
        said = found_clock.groupdict()
        clock = (int(said["hour"]), said["minute"], said.get("second"), said.get("fraction"))
    left = text_.replace("T\0", " ").replace("\0", " ")
    if clock and left.strip() and (noon := HALF.search(left)):
        half = re.sub(r"[. ]", "", noon["half"]).lower()
        left = f"{left[: noon.start()]} {left[noon.end() :]}"
    words = [word for word in re.split(r"[\s,/|_-]+", left) if word.strip(".:'")]
    numbers: list[str] = []
    number_of_month = weekday = None
    for word in words:
        bare = word.strip(".:'")
        low = bare.lower()
        if re.fullmatch(r"\d{1,4}(?:st|nd|rd|th|er|º|ª|°)?", low):
            numbers.append(re.sub(r"\D", "", low))
        elif (
            date_ is None
            and number_of_month is None
            and low not in ("mar", "ma", "sa", "mer")
            and (m := month(bare))
        ):
            number_of_month = m
        elif bare in _REGIONS and zone is None and not unknown:
            zone = _REGIONS[bare]
        elif (
            low in DAY_WORDS
            and weekday is None
            and not (low == "mar" and date_ is None and number_of_month is None)
        ):
            weekday = DAY_WORDS[low]
        elif date_ is None and number_of_month is None and (m := month(bare)):
            number_of_month = m
        elif low in _FILLING:
            continue
        elif zone is None and not unknown and (said_zone := _zone(bare)) != (None, ""):
            zone, unknown = said_zone
        elif bare.upper() in ("UTC", "GMT", "Z"):
            continue  # +00:00 UTC
        else:
            return None
    if date_ is not None:
        if numbers:
            return None
        return _built(date_, clock, half, zone, unknown, weekday)
    if number_of_month is None or not 1 <= len(numbers) <= 2:
        return None
    return _worded(numbers, number_of_month, clock, half, zone, unknown, weekday)


def _plain(text: str) -> str:
    """A text with plain spaces, digits and minus signs."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = (
            re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
            .replace("\u2212", "-")
            .replace("\u2013", "-")
        )
        text = _calendars.without_eras(text)
    # A day of the week in brackets, and an offset of one digit.
    text = re.sub(r"\(([月火水木金土日월화수목금토일])\)", " ", text)
    text = re.sub(r"(:\d{2}(?:[.,]\d+)?) ([+-])(\d)$", r"\1\g<2>0\3:00", text)
    # 17JUN2026:09:14:07, as SAS writes it
    text = re.sub(r"^(\d{1,2})([A-Za-z]{3})(\d{4}|\d\d)(?:[:T]|(?=\s|$))", r"\1 \2 \3 ", text)
    return " ".join(text.split())


def _counted(milliseconds: int) -> Written | None:
    try:
        at = EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return Written(
        (("", (at.year, at.month, at.day)),), (at.hour, at.minute, at.second, at.microsecond), 1000, 0
    )


def _zone(word: str) -> tuple[int | str | None, str]:
    """Minutes from UTC or the name of a place, and what is a zone of several meanings; (None, "") for no zone."""
    bare = re.sub(r"(?i)^(?:time ?zone|tz)[:= ]+", "", word.strip(" ()[]"))
    if bare == "UT":
        return 0, ""
    if re.fullmatch(r"[A-Z]{3}\d[A-Z]{3}", bare) or bare.startswith("Etc/"):
        place = zones.place(bare) or (bare if bare in _posix() else None)
        return place, ""
    if bare in _REGIONS:
        return _REGIONS[bare], ""
    found = zones.named(bare)
    if found is None or (found.place and "/" not in bare and not re.search(r"(?i)time\b", bare)):
        return None, ""
    if found.offset is not None:
        return int(found.offset.total_seconds() // 60), ""
    if found.label:
        homes = zones.LABELS[found.label]
        return (
            (homes[0][0], "")
            if len(homes) == 1 and bare.isupper()
            else (None, found.label if bare.isupper() else "")
        )
    return found.place, ""


@lru_cache(maxsize=1)
def _posix() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _date(text: str) -> tuple[re.Match[str] | None, str]:
    for shape in (*_DATES, _ISO_WEEK):
        if found := shape.search(text):
            return found, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


_Clock = tuple[int, str, str | None, str | None]


def _time(clock: _Clock | None, half: str) -> tuple[tuple[int, int, int, int] | None, int] | None:
    """Hour to microsecond, and how fine that is; None where there is no such clock."""
    if clock is None:
        return None, DAY
    hour, minute, second, fraction = clock
    if half:
        if not 0 <= hour <= 12:
            if not (half in _EVENING and 12 < hour < 24):
                return None
        else:
            hour = hour % 12 + (12 if half in _EVENING else 0)
    if (
        hour > 24
        or int(minute) > 59
        or int(second or 0) > 60
        or (hour == 24 and (int(minute) or int(second or 0)))
    ):
        return None
    micro = int((fraction or "0").ljust(6, "0")[:6])
    fine = 60_000_000 if second is None else 10 ** max(6 - len(fraction or ""), 0)
    return (hour, int(minute), int(second or 0), micro), fine


def _built(
    found: re.Match[str],
    clock: _Clock | None,
    half: str = "",
    zone: int | str | None = None,
    unknown: str = "",
    weekday: int | None = None,
) -> Written | None:
    when = _time(clock, half)
    if when is None:
        return None
    said = found.groupdict()
    dates: list[tuple[str, tuple[int | None, int, int]]]
    if said.get("week"):
        try:
            at = date.fromisocalendar(int(said["year"]), int(said["week"]), int(said["day"]))
        except ValueError:
            return None
        dates = [("", (at.year, at.month, at.day))]
    elif said.get("ordinal"):
        if not 1 <= int(said["ordinal"]) <= 366:
            return None
        at = date(int(said["year"]), 1, 1) + timedelta(days=int(said["ordinal"]) - 1)
        dates = [("", (at.year, at.month, at.day))]
    elif said.get("one"):
        one, two = int(said["one"]), int(said["two"])
        year = int(said["year"]) if said.get("year") else _century(int(said["short"]))
        dates = [("dmy", (year, two, one)), ("mdy", (year, one, two))]
        if said.get("short"):
            dates.append(("ymd", (_century(one), two, int(said["short"]))))
        if found.groupdict().get("b", ".") in (".", None):
            dates = [each for each in dates if each[0] != "mdy"]
    else:
        dates = [("", (int(said["year"]), int(said["month"]), int(said["day"])))]
    return _written(dates, when, zone, unknown, weekday)


def _worded(
    numbers: Sequence[str],
    number: int,
    clock: _Clock | None,
    half: str,
    zone: int | str | None,
    unknown: str,
    weekday: int | None,
) -> Written | None:
    """A date whose month is a word: 17 June 2026, Jun 17 2026, 17-Jun-26, Jun 17."""
    when = _time(clock, half)
    if when is None:
        return None
    years = [n for n in numbers if len(n) == 4]
    if len(numbers) == 1:
        if years or clock is None:
            return None
        dates: list[tuple[str, tuple[int | None, int, int]]] = [("", (None, number, int(numbers[0])))]
    elif years:
        days = [n for n in numbers if len(n) < 4]
        if len(days) != 1:
            return None
        dates = [("", (int(years[0]), number, int(days[0])))]
    else:
        dates = [("", (_century(int(numbers[1])), number, int(numbers[0])))]
    return _written(dates, when, zone, unknown, weekday)


def _century(short: int) -> int:
    return 2000 + short if short < 70 else 1900 + short


def _written(
    dates: Iterable[tuple[str, tuple[int | None, int, int]]],
    when: tuple[tuple[int, int, int, int] | None, int],
    zone: int | str | None,
    unknown: str,
    weekday: int | None,
) -> Written | None:
    good = []
    calendar = ""
    for order, (year, month_, day_) in dates:
        try:
            if year is not None and (other := _calendars.of(year)):
                calendar = other
                if other != _calendars.ISLAMIC:
                    year, month_, day_ = _calendars.ours(other, year, month_, day_)
            at = date(year if year is not None else 2000, month_, day_)
        except ValueError:
            continue
        if weekday is not None and year is not None and order and at.weekday() != weekday:
            continue
        good.append((order, (year, month_, day_)))
    return Written(tuple(good), when[0], when[1], zone, unknown, weekday, calendar) if good else None


def iso(written: Written, order: str = "", zone: int | str | None = None) -> str | None:
    """The time as `2026-06-17 09:14:07.120000+02:00`; `06-17 09:14:07.120000` where it names no year.

    `zone` is for a time that names none; a place's clock that shows an hour twice is taken the first time.
    """
    said = written.day(order)
    if said is None:
        return None
    year, month_, day_ = said
    hour, minute, second, micro = written.clock or (0, 0, 0, 0)
    if year is None:
        return f"{month_:02d}-{day_:02d} {hour:02d}:{minute:02d}:{second:02d}.{micro:06d}"
    try:
        at = datetime(year, month_, day_) + timedelta(
            hours=hour, minutes=minute, seconds=second, microseconds=micro
        )
    except (ValueError, OverflowError):
        return None
    where = written.zone if written.zone is not None or written.unknown else zone
    if isinstance(where, str):
        from zoneinfo import ZoneInfo

        where = int((at.replace(tzinfo=ZoneInfo(where)).utcoffset() or timedelta(0)).total_seconds() // 60)
    shown = at.isoformat(" ", "microseconds")
    if where is None:
        return shown
    return f"{shown}{'-' if where < 0 else '+'}{abs(where) // 60:02d}:{abs(where) % 60:02d}"
