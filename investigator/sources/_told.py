"""When a line or a sentence says that something was, where part of that stands elsewhere in its text.

A clock takes its day from a line above, from a weekday of the week that the text names, or from the clock before it; a
mark (`T+2 min`, `H-1`, `+00:14`, `5 min later`) its moment from the start that the text states, or from the entry before
it. What can't be told has no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from investigator import moment, months, natural_times, zones
from investigator.headings import IN_BRACKETS, MARKUP, ZONE, day_in
from investigator.natural_times.vocabulary import COUNTED, MINUTE, SECONDS
from investigator.sources._dates import find
from investigator.sources._spellings import DAY_WORDS

BACK = timedelta(hours=6)  # by which a clock goes back where a day has passed
_COUNT = r"(?:half an|eine halbe|une demi|media|mezz['’]|\d+(?:[.,]\d+)?|[^\W\d_]{1,9})"
_LATER = (
    r"(?:later|after(?:wards)?(?: that)?|on\b|später|danach|darauf|plus tard|après|después|más tarde|dopo|più tardi|depois|"
    r"mais tarde|later|daarna|senare|senere)"
)
_CHAINED = re.compile(rf"(?i)\s*({_COUNT})[ -]?([^\W\d_]{{1,9}})\.? {_LATER}\b[\s:,–—-]*")
_CHAINED_BEFORE = re.compile(
    rf"(?i)\s*(?:after|nach|après|tras|dopo|depois de|após|na|efter|etter)\s+({_COUNT})[ -]?([^\W\d_]{{1,9}})\.?(?=[\s:,–—-])[\s:,–—-]*"
)
_MARK = re.compile(
    r"\s*(?P<open>\[)?(?P<name>[A-Zt])?\s?(?P<sign>[+\u2212\u2013-]|[ -](?:minus|plus)\b)\s?(?P<whole>\d{1,6})(?:(?P<between>[:.,h])\s?(?P<part>\d{1,9})(?::(?P<third>\d\d))?)?"
    rf"(?:\s?(?P<unit>(?i:{'|'.join(sorted(SECONDS, key=len, reverse=True))}))\b|\s?h(?P<more>\d\d))?(?(open)\])[\s:|–—]*"
)
_ZERO = re.compile(
    r"\s*(?P<name>[A-Z])(?:[+-]?0)?(?=\s*[|–—]|\s*:(?!\d)|\s\s|\s[A-Z\u00c0-\u00de][a-z])[\s:|–—-]*|\s*(?P<other>[A-Z])[ +-]?0\b(?![:.,h]\d)[\s:|–—-]*"
)
_NEXT_DAY = re.compile(
    r"(?i)\s*(?:(?:on |am |an |at )?the (?:next|following) (?:day|morning)|next (?:day|morning)|am (?:nächsten|folgenden) (?:tag|morgen)|am folgetag|"
    r"le lendemain|al día siguiente|il giorno (?:dopo|seguente)|no dia seguinte|de volgende dag|nästa dag|dagen efter|næste dag)"
    r"(?:\s+(?:at|um|à|a las|alle|às|om|kl\.?))?[\s,:–—-]*"
)
_LEAD = re.compile(r"\s*(?:#{1,6}\s+|[-*+\u2022>]\s+|\|\s*|\d{1,3}\.\s+)?")
_WEEKDAY = re.compile(
    r"[\[(]?([^\W\d_]{2,12})\.?,?(?:[\s|]+(\d{1,2})(?:\.|st|nd|rd|th)?(?=[\s|]))?(?:[\s|]+|(?=:)|$)"
)
_PLAIN_CLOCK = re.compile(
    r"[\[(]?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?(?![\d:./-])(?!\s?(?:[AaPp]\.?[Mm]|h\b|Uhr))[\])]?"
)
_HOUR = re.compile(r"(\d{1,2})\s?h(?:rs?|eures?)?(?![\w])")
_BRACKET = re.compile(r"\s*\(([^()]{2,40})\)[\s:,–—-]*")
_BETWEEN = re.compile(r"[\s:|,–—-]+")
#: How a text defines its start: "T0 = 14:03", "H = Umschaltung um 22:00".
_DEFINED = re.compile(r"\b([A-Zt])[- ]?(?:0|[Hh]our|Stunde)?\s*(?:=|\bis\b|\bwas\b|\bist\b|\bwar\b|:)\s*")
_START = re.compile(
    r"(?i)\b(?:start|began|begin|onset|impact|zero|beginn|anfang|début|inicio|inizio|início|aanvang)"
)
_WEEK = re.compile(
    r"(?i)\b(?:kw|week|semaine|semana|settimana|vecka|uke|uge|wk)\.?\s*(?:no\.?\s*)?(\d{1,2})\s*(?:[/,]|of|von|de)?\s*(20\d\d)\b"
)
_ISO_WEEK = re.compile(r"\b(20\d\d)-?W(\d\d)\b")
#: Of a span of days, the first: "du 9 au 15 mars 2026", "5.-11. Oktober 2026".
_SPAN = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er)?\.?\s?(?:-|–|to|bis|au|al|a|até|tot|till|til|по)\s?(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:de\s+)?([^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(20\d\d)"
)
#: A day whose month is a word: "March 4, 2026", "4. März 2026", "4 de marzo de 2026".
_WORDED = re.compile(
    r"\b(?P<before>[^\W\d_]{3,10})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d\d)\b"
    r"|(?<![\d.:])(?P<first>\d{1,2})(?:st|nd|rd|th|er|º)?\.? (?:of |de )?(?P<after>[^\W\d_]{3,10})\.?,? (?:de |of )?(?P<late>(?:19|20)\d\d)\b"
)
_SPAN_NUMBERS = re.compile(
    r"(?<!\d)(\d{1,2})([./])(\d{1,2})[./]?(?:20\d\d)?\s?(?:-|–|to|bis|au|al|a|até|tot|till|til|по)\s?\d{1,2}\2(\d{1,2})\2(20\d\d)"
)
_MONTH = re.compile(
    r"\b([^\W\d_]{3,10})\.?,? (?:de )?((?:19|20)\d\d)\b|\b((?:19|20)\d\d)[-/](0[1-9]|1[0-2])(?![-/\d])|(?<![\d/.])(0?[1-9]|1[0-2])[/.]((?:19|20)\d\d)\b"
)
_NAMED = re.compile(
    r"(?i)\b(?:tz|time ?zone|zeitzone|fuseau|ortszeit|heure de|hora de|ora di|orario di|local time(?: in| of)?|local to|times? in|tijd in)\b"
    r"\s*[=:]?\s*(?:in |of )?\"?([A-Z][\w+-]+(?:/[\w+/-]+|[ _](?:[A-Z]\w+))?)"
)
_MINUTES_SECONDS = re.compile(r"(?i)\bm{1,2}:ss\b|min(?:utes?)?:s")


def zone_in(words: str) -> list[zones.NamedZone]:
    """The zone that a line names anywhere; empty where it names none."""
    told = IN_BRACKETS.search(words)
    for text in (
        told[1] if told else "",
        *(m[0] for m in ZONE.finditer(words)),
        *(m[1] for m in _NAMED.finditer(words)),
    ):
        found = (zones.named(text) or zones.named(text.split(" ")[0])) if text else None
        if found is not None:
            return [found]
    return [one] if "МСК" in words and (one := zones.named("МСК")) else []


@lru_cache(maxsize=1024)
def day_of(words: str) -> date | None:
    """The day with its year that a line names, the first of a span of days, or the Monday of a numbered week."""
    if span := _SPAN.search(words):
        number = months.number(span[3])
        if number and 1 <= int(span[1]) <= 28:
            return date(int(span[4]), number, int(span[1]))
    if (span := _SPAN_NUMBERS.search(words)) and (span[2] == "." or int(span[1]) > 12):
        return date(int(span[5]), int(span[3]), int(span[1])) if int(span[3]) < 13 else None
    week = _WEEK.search(words)
    year, number = (int(week[2]), int(week[1])) if week else (0, 0)
    if iso := _ISO_WEEK.search(words):
        year, number = int(iso[1]), int(iso[2])
    if year and 1 <= number <= 53:
        return date.fromisocalendar(year, min(number, 52), 1) + timedelta(weeks=number - min(number, 52))
    for match in _WORDED.finditer(words):
        if number := months.number(match["before"] or match["after"]):
            try:
                return date(int(match["year"] or match["late"]), number, int(match["day"] or match["first"]))
            except ValueError:
                continue
    if (whole := find(words)) and whole.has_year:
        return date.fromisoformat(whole.time[:10])
    return day_in(words, "UTC", datetime(2020, 7, 1, tzinfo=UTC))


def month_of(words: str) -> tuple[int, int] | None:
    """The month with its year that a line names."""
    for match in _MONTH.finditer(words):
        number = months.number(match[1]) if match[1] else int(match[4] or match[5])
        if number:
            return int(match[2] or match[3] or match[6]), number
    return None


@dataclass(frozen=True)
class Clock:
    """A clock at the beginning of words: how exact it is, where it ends, the zone and the day that stand with it."""

    at: timedelta
    exact: timedelta
    end: int
    zone: list[zones.NamedZone] = field(default_factory=list)
    day: date | None = None


def clock_at(words: str) -> Clock | None:
    """The clock that words begin with, its day with it where that is written with its year."""
    found = _clock_at(words)
    return found and replace(found, zone=[*found.zone])  # a zone is told from another by which list it is


@lru_cache(maxsize=1024)  # a text is gone through once for what holds for all its lines, and once for each
def _clock_at(words: str) -> Clock | None:
    if match := _PLAIN_CLOCK.match(words):
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        if hour > 24 or minute > 59 or second > 60:
            return None
        at = timedelta(
            hours=hour, minutes=minute, seconds=second, microseconds=int((match[4] or "").ljust(6, "0"))
        )
        exact = timedelta(0) if match[3] else MINUTE
        behind = re.match(r"\s?(?:Z\b|(?:UTC|GMT)[+-]\d{1,2}\b|[A-Z]{2,5}\b)", words[match.end() :])
        named = zones.named(behind[0]) if behind else None
        end = match.end() + (behind.end() if behind and named else 0)
        return Clock(at, exact, end, [named] if named else [])
    if match := _HOUR.match(words):
        more = natural_times.leading(words[:40], reference=_NOON)
        if more is None or more[1] <= match.end():
            hour = int(match[1])
            return Clock(timedelta(hours=hour), MINUTE, match.end()) if hour < 25 else None
    found = natural_times.leading(words[:80], reference=_NOON)
    if found is None or "doubt" in found[0].doubt or any("dial" in doubt for doubt in found[0].doubt):
        return None
    read, end, named_day = found
    text = words[:end]
    if not re.search(r"\d\s*(?::|h|[.]\d\d\b|[ap]\.?m|uhr)|\d{4}\s?Z\b", text, re.I):
        return None
    if named_day and not re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text):
        return None
    zoned = not any(doubt.startswith("no zone") for doubt in read.doubt)
    wall = read.written.astimezone(UTC)
    zone: list[zones.NamedZone] = []
    if zoned:
        zone = zone_in(text) or UTC_ZONE
        wall = read.written.astimezone(moment.zone(read.zone or "UTC"))
        if zone[0].offset is not None:
            wall = read.written.astimezone(UTC) + zone[0].offset
    naive = wall.replace(tzinfo=None)
    at = timedelta(
        hours=naive.hour, minutes=naive.minute, seconds=naive.second, microseconds=naive.microsecond
    )
    exact = MINUTE if read.width > timedelta(seconds=1) else timedelta(0)
    return Clock(at, exact, end, zone, naive.date() if named_day else None)


UTC_ZONE = [zones.NamedZone("UTC", label="UTC")]
_NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def moment_in(words: str) -> Clock | None:
    """The first clock that stands anywhere in words, with its day where that stands with it."""
    whole = find(words)
    if whole and whole.has_year:
        time, _, zone = whole.time.replace("Z", " Z").partition(" ")[2].partition(" ")
        hour, minute, second = (float(part) for part in f"{time}:0".split(":")[:3])
        at, named = timedelta(hours=hour, minutes=minute, seconds=second), zones.named(zone) if zone else None
        exact = timedelta(0) if time.count(":") > 1 else MINUTE
        return Clock(at, exact, whole.end, [named] if named else [], date.fromisoformat(whole.time[:10]))
    for match in re.finditer(r"(?<![\w.:/-])(?=\d|[A-Z][a-z]{2} {1,2}\d)", words):
        if found := clock_at(words[match.start() :]):
            return Clock(found.at, found.exact, match.start() + found.end, found.zone, found.day)
    return None


@dataclass
class Entry:
    """What a line or a sentence says: the time on the wall, in which zone, how exact; `why` it has none."""

    wall: datetime | None
    zone: list[zones.NamedZone]
    exact: timedelta
    rest: str
    way: str  # clock, weekday, mark, chained, full, none

    def fields(self) -> dict[str, str | None]:
        """As the fields of a record."""
        if self.wall is None:
            return {"message": self.rest}
        if not self.zone:
            return {"time": self.wall.isoformat(sep=" "), "message": self.rest}
        found, _, _ = zones.readings(self.wall, self.zone, "UTC")
        ats = [one.at for one in found]
        return {
            "time": ats[0].isoformat(),
            "message": self.rest,
            "time_low": min(ats).isoformat(),
            "time_high": (max(ats) + max(self.exact - timedelta(microseconds=1), timedelta(0))).isoformat(),
        }


#: A line that only names a day.
HEAD = Entry(None, [], MINUTE, "", "head")


@dataclass
class Teller:
    """Follows a text from its beginning: the day, the zone, the start that its marks count from, the entry before."""

    zone: list[zones.NamedZone] = field(default_factory=list)
    day: date | None = None
    start: datetime | None = None  # on the wall of `zone`
    names: frozenset[str] = frozenset()  # of the start: T, H
    minutes: bool = False  # marks of two numbers are minutes and seconds
    last: Entry | None = None
    weekday: int | None = None
    month: tuple[int, int] | None = None  # of days that are numbers alone
    elapsed: bool = False  # its clocks say how long after the start
    bare: str = (
        "before"  # what marks without a stated start count from: the entry before, the first, or unsure
    )
    unsure: str = ""  # what of its marks can't be told, in words
    first: Entry | None = None

    def entry(self, line: str) -> Entry | None:
        """What a line that begins with a clock, a weekday or a mark says; None where it begins with none."""
        words = MARKUP.sub("", line)
        words = words[_lead(words) :]
        found = self._mark(words) or self._chained(words) or self._clocked(words)
        if found is not None and found.wall is not None:
            self.last, self.first = found, self.first or found
        return found

    def on(self, at: timedelta) -> datetime | None:
        return None if self.day is None else datetime.combine(self.day, datetime.min.time()) + at

    def _clocked(self, words: str) -> Entry | None:
        later = _NEXT_DAY.match(words)
        place, weekday = (later.end() if later else 0), None
        named = _WEEKDAY.match(words) if not later else None
        number = 0
        if named and named[1].lower() in DAY_WORDS:
            place, weekday, number = named.end(), DAY_WORDS[named[1].lower()], int(named[2] or 0)
        clock = clock_at(words[place:])
        if clock is None:
            if weekday is None or not re.match(r"\s*(?:[-–—:]|$)", words[place:]):
                return None
            self._to_weekday(weekday, number)
            if not words[place:].strip(" :"):
                return HEAD
            return Entry(None, [], MINUTE, words, "none")
        rest, zone, day = words[place + clock.end :], clock.zone, clock.day
        if self.elapsed and self.start and not (day or zone or weekday is not None or later):
            return Entry(self.start + clock.at, self.zone, clock.exact, _said(rest), "mark")
        if inside := _BRACKET.match(rest):
            parts = [part.strip() for part in inside[1].split(",")]
            told = [(zones.named(part), day_of(part)) for part in parts]
            if all(one or other for one, other in told):
                zone = zone or [one for one, _ in told if one]
                day = day or next((other for _, other in told if other), None)
                rest = rest[inside.end() :]
        if day is not None:
            self.day, self.weekday = day, None
        elif weekday is not None:
            self._to_weekday(weekday, number)
        elif later and self.day is not None:
            self.day += timedelta(days=1)
        wall = self.on(clock.at)
        zone = zone or self.zone
        before = self.last
        if (
            wall is not None and before is not None and before.wall is not None and day is None and weekday is None
            and not later and [z.text for z in before.zone] == [z.text for z in zone] and before.wall - wall >= BACK
        ):  # fmt: skip
            assert self.day is not None
            self.day += timedelta(days=1)
            wall = self.on(clock.at)
        way = "full" if day else "weekday" if weekday is not None else "next" if later else "clock"
        if way == "clock" and zone is not self.zone:
            way = "zoned"
        return Entry(wall, zone, clock.exact, _said(rest), way)

    def _to_weekday(self, weekday: int, number: int = 0) -> None:
        if number:
            day = _day_number(self.day, self.month, number)
            self.day = day if day and day.weekday() == weekday else None
        elif self.day is not None:
            ahead = (weekday - self.day.weekday()) % 7
            if self.weekday != weekday:
                self.day += timedelta(days=ahead)
        self.weekday = weekday

    def _mark(self, words: str) -> Entry | None:
        zero = _ZERO.match(words)
        name = (zero["name"] or zero["other"]) if zero else ""
        if zero and name in self.names:
            rest = words[zero.end() :]
            return Entry(self.start, self.zone, MINUTE, _said(rest), "mark")
        match = _MARK.match(words)
        if match is None or (match["name"] and match["name"] not in self.names):
            return None
        if not match["name"] and not match["open"] and match["sign"] != "+":
            return None  # a list item, or a negative number
        rest = _said(words[match.end() :])
        away = self.away(match)
        if away is None:
            self.unsure = "what its marks count can't be told, hours or minutes: they have no time"
            return Entry(None, [], MINUTE, words, "unsure")
        base, way = self.start, "mark"
        if base is None:
            of = self.first if self.bare == "first" else self.last if self.bare == "before" else None
            if match["name"] or of is None or of.wall is None:
                return Entry(None, [], MINUTE, words, "unsure")
            base, way = of.wall, "after" if self.bare == "first" else "chained"
        base = base + away if match["sign"].strip(" -") in ("+", "plus") else base - away
        exact = timedelta(0) if match["between"] in (".", ":") and self.minutes else MINUTE
        return Entry(base, self.zone, exact, rest, way)

    def away(self, match: re.Match[str]) -> timedelta | None:
        whole, part, third = int(match["whole"]), match["part"], match["third"]
        unit = SECONDS.get((match["unit"] or "").lower(), 0)
        if match["between"] in (".", ",") and part:
            number = float(f"{whole}.{part}")
            size = unit or (1 if match["open"] else 3600 if match["name"] == "H" else 0)
            return timedelta(seconds=number * size) if size else None
        if match["between"] == "h" or match["more"]:
            return timedelta(hours=whole, minutes=int(part or match["more"] or 0))
        if part and third:
            return timedelta(hours=whole, minutes=int(part), seconds=int(third))
        if part:
            if self.minutes:
                return timedelta(minutes=whole, seconds=int(part))
            return timedelta(hours=whole, minutes=int(part)) if match["name"] and int(part) < 60 else None
        if not unit:
            size = 86400 if match["name"] in ("D", "J") else 3600 if match["name"] == "H" else 0
            return timedelta(seconds=whole * size) if size else None
        return timedelta(seconds=whole * unit)

    def _chained(self, words: str) -> Entry | None:
        match = _CHAINED.match(words) or _CHAINED_BEFORE.match(words)
        if match is None:
            return None
        count, unit = match[1].lower(), SECONDS.get(match[2].lower())
        number = COUNTED.get(count.split()[-1 if count.startswith("eine") else 0].rstrip("’'"))
        if number is None and re.fullmatch(r"\d+(?:[.,]\d+)?", count):
            number = float(count.replace(",", "."))
        if unit is None or number is None:
            return None
        if self.last is None or self.last.wall is None:
            return Entry(None, [], MINUTE, words, "unsure")
        wall = self.last.wall + timedelta(seconds=number * unit)
        self.day = wall.date()
        return Entry(
            wall, self.last.zone, max(self.last.exact, MINUTE), _said(words[match.end() :]), "chained"
        )


def _day_number(near: date | None, month: tuple[int, int] | None, number: int) -> date | None:
    """The day of a month by its number: of the one that is named, else of the last day or the month after it."""
    if near is not None:
        ahead = (near + timedelta(days=n) for n in range(28))
        return next((one for one in ahead if one.day == number), None)
    try:
        return date(*month, number) if month else None
    except ValueError:
        return None


def _lead(words: str) -> int:
    found = _LEAD.match(words)
    return found.end() if found else 0


def _said(rest: str) -> str:
    between = _BETWEEN.match(rest)
    return (rest[between.end() :] if between else rest).strip().rstrip("|").strip()


def teller_of(lines: list[str]) -> Teller:
    """What follows a text from its beginning: it knows what the lines say that are about all others, and no entries."""
    out = Teller()
    probe = Teller(names=frozenset("THDJXt"), start=_NOON.replace(tzinfo=None), day=_NOON.date())
    entries = {number for number, line in enumerate(lines) if line.strip() and probe.entry(line)}
    heads = {number for number in range(len(lines)) if number not in entries and lines[number].strip()}
    marked = any(
        _MARK.match(lines[n][_lead(lines[n]) :]) or _ZERO.match(lines[n][_lead(lines[n]) :]) for n in entries
    )
    for number in sorted(heads):
        line = MARKUP.sub("", lines[number])
        out.zone = out.zone or zone_in(line)
        out.day = out.day or day_of(line)
        out.month = out.month or month_of(line)
        out.minutes = out.minutes or bool(_MINUTES_SECONDS.search(line))
    for number in sorted(heads) if marked else ():
        line = MARKUP.sub("", lines[number])
        defined = _DEFINED.search(line)
        clock = moment_in(line[defined.end() :] if defined else line)
        if clock is None or not (defined or _START.search(line)):
            continue
        out.day = clock.day or out.day
        out.zone = clock.zone or out.zone
        out.start, out.names = (
            out.on(clock.at),
            frozenset((defined[1], defined[1].upper(), defined[1].lower()) if defined else "Tt"),
        )
        break
    if not marked and entries:
        _elapsed(
            out, lines[min(entries)], [lines[number] for number in sorted(heads) if number < min(entries)]
        )
    if marked and out.start is None:
        _from_zero(out, [lines[number] for number in sorted(entries)])
    if marked and out.start is None:
        out.bare = _bare(out, [lines[number] for number in sorted(entries)])
        if out.bare == "unsure":
            out.unsure = "some entries say how long after, and not after what: they have no time"
    return out


NOUGHT = timedelta(minutes=10)


def _elapsed(teller: Teller, first: str, heads: list[str]) -> None:
    """Clocks that begin at nought below a head that says when it began, hours away, say how long after that."""
    clock = clock_at(MARKUP.sub("", first)[_lead(first) :])
    if clock is None or clock.at > NOUGHT:
        return
    for line in heads:
        began = moment_in(MARKUP.sub("", line))
        if began and began.at > 2 * NOUGHT and (day := began.day or teller.day):
            teller.day, teller.zone, teller.elapsed = day, began.zone or teller.zone, True
            teller.start = teller.on(began.at)
            return


def _bare(teller: Teller, lines: list[str]) -> str:
    """What marks without a stated start count from: the `first` entry, where they grow, at least three of them; the one
    `before`, where they do not; else that is `unsure`."""
    found = [_MARK.match(line[_lead(line) :]) for line in lines]
    aways = [away for match in found if match and (away := teller.away(match)) is not None]
    if any(later <= sooner for sooner, later in pairwise(aways)):
        return "before"
    if any(_CHAINED.match(line[_lead(line) :]) for line in lines):
        return "before"
    return "first" if len(aways) >= 3 else "unsure"


_ZERO_MARK = re.compile(r"\s*\[?[A-Z]?\s?[+-]?\s?0+(?:[.:,]0+)*\s?[^\W\d_]{0,7}\]?(?=[\s|:])")
_EPOCH = re.compile(r"(?<![\w.])1\d{9}(?![\w.])")


def _from_zero(teller: Teller, lines: list[str]) -> None:
    """The start of its marks, where the entry at nought says when that was."""
    for line in lines:
        words = line[_lead(line) :]
        nought = _ZERO_MARK.match(words)
        if nought is None:
            continue
        rest = words[nought.end() :]
        if epoch := _EPOCH.search(rest):
            teller.start, teller.zone = (
                datetime.fromtimestamp(int(epoch[0]), UTC).replace(tzinfo=None),
                UTC_ZONE,
            )
        elif clock := moment_in(rest):
            teller.day = clock.day or teller.day
            teller.zone = clock.zone or teller.zone
            teller.start = teller.on(clock.at)
        if teller.start:
            teller.names = frozenset("THt")
        return
