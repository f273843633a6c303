"""The deadline that a text asks for: the times in it that are to come and that something must be done by.

A clock in a ticket is mostly of the past, or of an office's hours. What makes one a deadline stands around it: a word
before it (by, until, bis, spätestens), what is due or ends then, who needs it, or a later "by then". So each time of the
text is found first, and each is then judged by the clause it stands in. Where two are left, or one may be none, a person
is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from investigator import moment
from investigator.moment import MICROSECOND, Moment
from investigator.natural_times.clauses import (
    AFTERWARDS,
    ARTICLE,
    AT,
    AT_LATEST,
    AWAY,
    BUT_THAT,
    BY_THEN,
    CALLED_OFF,
    CLAUSE,
    CLOCK,
    DAILY,
    DONE,
    ENDS,
    EXTENDS,
    GRANTS,
    HABIT,
    HOURS,
    HOURS_OF,
    I_AM,
    MEASURE,
    MEETS,
    NAMES,
    NEEDS,
    NEW_ONE,
    NOT_BEFORE,
    NOT_PAST,
    NOT_PAST_IT,
    NOT_THIS,
    NUMBERED,
    OFFICE,
    OR,
    ORIGINALLY,
    OTHER_DAY,
    OTHER_ZONE,
    OURS_OPEN,
    PASSIVE,
    PAST,
    PERFECT,
    PREFIX,
    RINGS,
    SENTENCE,
    SERVICE_LEVEL,
    SINCE,
    SOME_FEAST,
    SPOILS,
    START,
    STARTS,
    THEN,
    UNTIL,
    UNTIL_WITHIN,
    WILL_BE,
    WITHDRAWN,
)
from investigator.natural_times.parsing import leading
from investigator.natural_times.parts import span_of
from investigator.natural_times.quoted import apart
from investigator.natural_times.shape import Shape
from investigator.natural_times.vocabulary import DAY, MINUTE, SOONER


@dataclass(frozen=True)
class Due:
    """A time that may be the deadline, the words it was read from, and whether the text leaves no doubt that it is one."""

    time: Moment
    text: str
    sure: bool = True


#: So much of a text is looked at: a ticket, and not a log that hangs on it.
LONGEST = 20_000


@dataclass
class _Found:
    """A time as it stands in the text, with its clause and sentence."""

    start: int
    stop: int
    time: Moment
    named: bool  # says its day
    clock: bool  # says its clock, or only its day
    otherwise: Moment | None = None  # on a day that the text around it may mean
    part: bool = False  # only a part of a day: by which clock of it only a person knows
    span: bool = False  # counted from when it was written: "in the next two hours"
    sentence: tuple[int, int] = (0, 0)
    clause: tuple[int, int] = (0, 0)


def deadlines(text: str, *, zone_name: str = "UTC", reference: datetime | None = None) -> list[Due]:
    """Every time of a text that something must be done by, in order; those of the past and of opening hours are none.

    `reference` is when it was written (default: the clock's), `zone_name` the zone of clocks that name none. A day alone
    is due when it ends. Those that may be none, or may be of two days, are not `sure`.
    """
    when = reference or moment.now()
    own, quoted = apart(text[:LONGEST], zone_name=zone_name, reference=when)
    out = _told_apart(_due(own, zone_name, when))
    known = {due.time.low for due in out}
    for words, written in quoted:
        # What somebody quotes was said then: what was to come then and still is, is asked about.
        out += [
            Due(due.time, due.text, False)
            for due in _told_apart(_due(words, zone_name, written))
            if due.time.low > when and due.time.low not in known
        ]
    return out


def _due(text: str, zone_name: str, when: datetime) -> list[tuple[_Found, Due]]:
    found = _times(text, zone_name, when)
    _placed(text, found)
    _dated(text, found, zone_name, when)
    out: list[tuple[_Found, Due]] = []
    before: tuple[_Found, Due] | None = None
    for place, one in enumerate(found):
        verdict = _judged(text, one, found[place + 1 :], before, when)
        if verdict is None:
            continue
        if one.part or re.match(r"(?i)half\s+(?!past)", text[one.start : one.stop]):
            verdict = False  # half past it, or half an hour before it, by where the writer is from
        if (
            OTHER_ZONE.match(text[one.stop :])
            or SOME_FEAST.search(text[: one.start])
            or re.search(r"(?i)\b(?:week|woche)$", text[one.start : one.stop])
        ):
            verdict = False  # of a place that nobody named; a week ends on Friday, or on Sunday
        verdict = verdict and not OTHER_DAY.search(
            text[one.clause[0] : one.start] + "|" + text[one.stop : one.clause[1]]
        )
        sooner = SOONER.search(text[one.stop : _reach(text, one, found[place + 1 :])]) if one.clock else None
        if sooner:
            one = replace(one, time=_shifted(one.time, -span_of(sooner)), otherwise=None)
        verdict = verdict and not WITHDRAWN.search(text)
        if one.otherwise is not None:
            out += [
                (one, Due(other.time, other.text, False))
                for other in _settled(
                    text,
                    replace(one, time=one.otherwise, named=True, otherwise=None),
                    sure=False,
                    zone_name=zone_name,
                    when=when,
                )
            ]
            verdict = False
        for due in _settled(text, one, sure=verdict, zone_name=zone_name, when=when):
            before = (one, due)
            out.append(before)
    return out


def ahead(text: str, *, zone_name: str = "UTC", reference: datetime) -> list[tuple[datetime, str]]:
    """Every time of a text that was still to come when it was written, each with the sentence that it stands in."""
    text = text[:LONGEST]
    found = _times(text, zone_name, reference)
    _placed(text, found)
    _dated(text, found, zone_name, reference)
    out = []
    for one in found:
        at = (one.otherwise or one.time).written if one.clock else one.time.high
        if at > reference:
            out.append((at, text[slice(*one.sentence)].strip()))
    return out


def _times(text: str, zone_name: str, when: datetime) -> list[_Found]:
    out: list[_Found] = []
    offices = {match.start(): match.end() for match in OFFICE.finditer(text)}
    position = 0
    for match in re.finditer(
        rf"{START.pattern}|(?={OFFICE.pattern.removeprefix('(?i)')})", text, re.IGNORECASE
    ):
        start = match.start()
        if start < position:
            continue
        if start in offices:
            close = _office_close(text, offices[start], out, zone_name, when)
            if out and out[-1].stop == close.start:
                out.pop()
            out.append(close)
            position = close.stop
            continue
        read = leading(text, zone_name=zone_name, reference=when, ahead=True, start=start)
        if read is None:
            continue
        time, stop, named = read
        stop = start + len(text[start:stop].rstrip(" ,.;"))
        after = text[stop:]
        if re.match(r"[-:/]\w|\.\d|\w", after) or MEASURE.match(after):
            position = stop
            continue
        width = time.width
        days = sorted({at for _, at in time.readings})
        if len(days) > 1 and named and not timedelta(hours=22) <= width <= timedelta(hours=26):
            # 04/05 is April or May, IST is India or Ireland: the first and the last are kept, and a person is asked.
            clock = bool(CLOCK.search(text[start:stop]))
            long = MINUTE if clock else DAY
            first, other = (
                replace(time, low=at, high=at + long - MICROSECOND, readings=()) for at in (days[0], days[-1])
            )
            out.append(_Found(start, stop, first, named, clock, other))
        elif width <= timedelta(minutes=35):
            span = any(doubt.startswith("counted from") for doubt in time.doubt)
            out.append(_Found(start, stop, time, named, True, span=span))
        elif width <= timedelta(hours=26) and (named or width >= timedelta(hours=22)):
            # A day, or a part of a named one: "by tomorrow morning".
            out.append(_Found(start, stop, time, named, False, part=width < timedelta(hours=22)))
        position = stop
    return out


def _office_close(text: str, stop: int, found: list[_Found], zone_name: str, when: datetime) -> _Found:
    """The close of business as a clock: at the hour that the text states, else at 17:00, of the day said beside it."""
    begin = next(match.start() for match in OFFICE.finditer(text) if match.end() == stop)
    place = moment.zone(zone_name)
    day, start = when.astimezone(place).date(), begin
    between = re.match(r"\s*(?:,|on|of|am|next|this)?\s*", text[stop:])
    beside = leading(
        text, zone_name=zone_name, reference=when, ahead=True, start=stop + (between.end() if between else 0)
    )
    last = (
        found[-1] if found and not found[-1].clock and not text[found[-1].stop : begin].strip(" ,") else None
    )
    if beside and beside[2] and beside[0].width > timedelta(hours=20):
        day, stop = beside[0].written.astimezone(place).date(), beside[1]
    elif last:
        day, start = last.time.written.astimezone(place).date(), last.stop
    hours = next(
        (one for one in HOURS.finditer(text) if one[4] or one[5] or one[2] or int(one[1]) < 12), None
    )
    hour, minute = (int(hours[3]), int(hours[4] or 0)) if hours else (17, 0)
    hour += 12 if hour < 8 else 0
    at = datetime(day.year, day.month, day.day, hour % 24, minute, tzinfo=place)
    doubt = (
        "the close of business as the text says its hours"
        if hours
        else "the close of business: read as 17:00"
    )
    words = text[start:stop]
    return _Found(
        start,
        stop,
        Moment(at, at + MINUTE - MICROSECOND, zone_name, (doubt, f"no zone: read as {zone_name}"), words),
        True,
        True,
    )


def _placed(text: str, found: list[_Found]) -> None:
    """Give each time its sentence and its clause; a mark within a time ends neither."""
    spans = [(one.start, one.stop) for one in found]

    def cuts(pattern: Shape) -> list[tuple[int, int]]:
        return [
            (match.start(), match.end())
            for match in pattern.finditer(text)
            if not any(low <= match.start() < high for low, high in spans)
        ]

    ends, parts = cuts(SENTENCE), cuts(CLAUSE)
    for one in found:
        low = max((stop for start, stop in ends if stop <= one.start), default=0)
        high = min((start for start, _ in ends if start >= one.stop), default=len(text))
        one.sentence = (low, high)
        low = max((stop for start, stop in parts if stop <= one.start), default=low)
        if re.fullmatch(r"(?i)\s*(?:on|at|by|am|um|bis)?\s*", text[max(low, one.sentence[0]) : one.start]):
            # "On Friday, 3 p.m., the tender closes": the time stands before its clause.
            high = min(
                (start for start, stop in parts if stop > one.stop + 2 and start >= one.stop + 2),
                default=high,
            )
            one.clause = (max(low, one.sentence[0]), min(high, one.sentence[1]))
            continue
        one.clause = (
            max(low, one.sentence[0]),
            min((start for start, _ in parts if start >= one.stop and start < high), default=high),
        )


def _dated(text: str, found: list[_Found], zone_name: str, when: datetime) -> None:
    """Give a clock without a day the day that its clause says: "Tomorrow the courier leaves at 17:30".

    Where a day of another clause, or of the sentence before, may be meant, both are kept.
    """
    for place, one in enumerate(found):
        if not one.clock or one.named:
            continue
        days = [
            other
            for other in found[:place]
            if not other.clock or (other.named and other.clause == one.clause)
        ][-1:]
        days += [other for other in found[place + 1 :] if not other.clock and other.clause == one.clause][:1]
        for day in days:
            between = text[min(day.stop, one.stop) : max(day.start, one.start)]
            if day.time.high < when or len(SENTENCE.findall(between)) > 1:
                continue
            if day.clock and PAST.search(between):
                continue
            said = (
                text[day.start : day.stop + (text[day.stop : day.stop + 1] == ".")]
                if not day.clock
                else f"{day.time.written.astimezone(moment.zone(day.time.zone)):%Y-%m-%d}"
            )
            read = leading(
                f"{said} {text[one.start : one.stop]}", zone_name=zone_name, reference=when, ahead=True
            )
            if read is None or read[0].width > timedelta(minutes=35):
                continue
            if read[0].low == one.time.low:
                one.time, one.named = read[0], True  # both ways it is the same
            elif day.clause == one.clause and not _has_been(text[day.clause[0] : day.start] + between):
                one.time, one.named = read[0], True
            elif not PAST.search(text[day.clause[0] : day.clause[1]]) or day.sentence == one.sentence:
                one.otherwise = read[0]
            break


def _judged(
    text: str, one: _Found, later: list[_Found], before: tuple[_Found, Due] | None, when: datetime
) -> bool | None:
    """Whether a time is a deadline for sure (True), may be one (False), or is none (None)."""
    within = UNTIL_WITHIN.search(text[one.start : one.stop])
    head = text[one.sentence[0] : one.start + (within.end() if within else 0)]
    clause = f"{text[one.clause[0] : one.start]} \N{HORIZONTAL ELLIPSIS} {text[one.stop : one.clause[1]]}"
    if one.time.high < when and (
        (one.named and one.time.high < when - timedelta(hours=24)) or _yesterday(text, one)
    ):
        return None
    until = (
        UNTIL.search(head)
        or NOT_PAST_IT.search(head)
        or AT_LATEST.match(text[one.stop :])
        or re.match(r"(?i)(?:within|binnen|innerhalb)\b", text[one.start :])
    )
    if re.match(r"(?i)(?:have|has|got|noch)\b", text[one.start :]):
        return False  # how long somebody has, or something lasts: whether anything is due then only a person knows
    if (
        not one.named
        and re.search(r"(?i)\d\s*(?:uhr\s+)?(?:bis|to|until|till|-|–)\s*$", head)
        and not (NEEDS.search(clause) or NAMES.search(clause))
    ):
        return None  # the end of a span: a shift, hours
    if HOURS_OF.match(head.lstrip()):
        return None
    if NOT_BEFORE.search(head):
        return None
    if NEW_ONE.search(head):
        return False
    other = NOT_THIS.search(head)
    if NUMBERED.search(head) or (
        other
        and (
            BUT_THAT.search(text[one.stop : one.sentence[1]])
            or not other[0].lower().startswith(("not", "nicht"))
        )
    ):
        return None
    if ORIGINALLY.search(clause):
        new = any(
            EXTENDS.search(text[slice(*other.clause)]) and other.clock and other.time.low > when
            for other in later
        )
        return None if new else False
    hence = re.search(r"(?i)\bfrom\s+(?:now|today)|left$|ab\s+(?:jetzt|heute)", text[one.start : one.stop])
    if before and one.sentence == before[0].sentence:
        joint = text[before[0].stop : one.start]
        if OR.match(joint) or (
            not until and len(joint.split()) <= 6 and _wordless(clause) and not SINCE.search(head)
        ):
            return before[1].sure
    if SINCE.search(head) and not until:
        return False if one.time.low > when and (SPOILS.search(clause) or NAMES.search(clause)) else None
    needs, names = NEEDS.search(clause), NAMES.search(clause)
    if not needs and BUT_THAT.search(text[max(0, one.clause[0] - 9) : one.start]):
        needs = NEEDS.search(head)  # "it must not be done at six, but at four"
    past = _past(clause, needs=bool(needs))
    grants = GRANTS.search(clause)
    to_come = one.time.low > when
    if to_come and not CALLED_OFF.search(clause) and _points_back(text, one, later, BY_THEN):
        return True
    if CALLED_OFF.search(clause):
        return False if needs and until else None
    if RINGS.search(clause) and not (until or names or _points_back(text, one, later, BY_THEN)):
        return None
    if SERVICE_LEVEL.search(clause) and (one.span or until):
        return False  # what a contract allows is not yet when this is due
    if not needs and (AWAY.search(clause) or AFTERWARDS.search(clause)):
        return None
    daily = DAILY.search(clause) or OURS_OPEN.search(clause)
    if hence or (to_come and one.named and NOT_PAST_IT.search(head)):
        return True
    if past and to_come and one.named and until and not daily and _only_participles(clause):
        # What is to come has not been: "the list, corrected by tonight 23:00".
        return bool(NEEDS.search(text[slice(*one.sentence)]) or grants or names)
    if past and not (to_come and (grants or names) and (one.named or (until and grants))):
        return False if needs and until and past != "sure" else None
    if daily and HABIT.search(clause):
        return False if needs or until else None
    if daily and not needs:
        return False if names and to_come and not DAILY.search(clause) else None
    if until and not to_come and not one.named and not needs and not names and STARTS.search(clause):
        return None  # "everything until 09:14 is there"
    if until and not (needs or names) and I_AM.search(head):
        return False
    if until or names:
        return True
    if ENDS.search(clause) and to_come:
        return True
    if to_come and _points_back(text, one, later):
        return True
    if needs and to_come and one.clock:
        return not re.search(
            r"(?i)\b(?:call|ring|meet|phone|anruf|rückruf|melden|please|kindly|pls|bitte)", clause
        )
    if STARTS.search(clause) and to_come and NEEDS.search(text[one.sentence[0] : one.sentence[1]]):
        return False
    # A clock to come that a ticket names: better asked about than not seen, but for a number that holds both.
    mere = (
        daily
        or MEETS.search(clause)
        or AWAY.search(clause)
        or AFTERWARDS.search(clause)
        or re.search(r"\d-\d{4}$", text[one.start : one.stop])
    )
    meant = one.named or AT.search(head)
    return False if to_come and meant and one.clock and not mere else None


def _yesterday(text: str, one: _Found) -> bool:
    return bool(re.search(r"(?i)yesterday|gestern|\blast\b|letzten|ago\b", text[one.start : one.stop]))


def _wordless(clause: str) -> bool:
    return not any(pattern.search(clause) for pattern in (PAST, NEEDS, STARTS, DAILY, DONE))


def _past(clause: str, *, needs: bool) -> str:
    """Whether a clause speaks of what has been: "sure", "maybe" beside a need, or "" for what is or will be."""
    for match in PAST.finditer(clause):
        word = match[0]
        if NOT_PAST.fullmatch(word) or ARTICLE.search(clause[: match.start()]):
            continue
        if word.endswith("iert") and not DONE.search(clause):
            continue  # "informiert" is present, "habe informiert" is past
        if needs:
            # "must be signed by": what is to be. "uploaded before": a part of the sentence that has been.
            directly = re.match(r"\s+(?:\w+\s+){0,2}\N{HORIZONTAL ELLIPSIS}", clause[match.end() :])
            if directly and word.lower().endswith("ed") and not PASSIVE.search(clause[: match.start()]):
                return "maybe"
            continue
        if PASSIVE.search(clause[: match.start()]) or (
            re.match(rf"(?:{PREFIX})?ge", word.lower()) and WILL_BE.search(clause)
        ):
            continue
        return "sure"
    return "sure" if not needs and DONE.search(clause) and PERFECT.search(clause) else ""


def _only_participles(clause: str) -> bool:
    """Whether what looks like the past may as well say what shall be: corrected, geprüft."""
    return all(re.fullmatch(r"(?i).*ed|\w*ge\w+(?:t|en)|ver\w+", match[0]) for match in PAST.finditer(clause))


def _has_been(words: str) -> bool:
    return any(
        not NOT_PAST.fullmatch(match[0]) and not PASSIVE.search(words[: match.start()])
        for match in PAST.finditer(words)
    )


def _points_back(text: str, one: _Found, later: list[_Found], then: Shape = THEN) -> bool:
    """Whether what follows says "by then" of this time, before another time stands; the day of a clock is no other."""
    return bool(then.search(text[one.stop : _reach(text, one, later)]))


def _reach(text: str, one: _Found, later: list[_Found]) -> int:
    """How far the words go that may speak of a time: to the next time, at most to the end of the sentence after its own."""
    stop = next((other.start for other in later if other.clock or other.clause != one.clause), len(text))
    next_end = SENTENCE.search(text, min(one.sentence[1] + 1, len(text)))
    return min(stop, next_end.start() if next_end else len(text))


def _settled(text: str, one: _Found, *, sure: bool, zone_name: str, when: datetime) -> list[Due]:
    """The instants that a deadline can mean: of the day it names, else of today, or of tomorrow where that has passed."""
    low = max(one.clause[0], one.start - 40)
    whole = low == one.clause[0] or text[low - 1].isspace()
    words = " ".join(text[low : one.stop].split()[0 if whole else 1 :])  # no word is cut
    time = one.time
    place = moment.zone(time.zone if time.zone else zone_name)
    if not one.clock:
        end = time.low + (time.high - time.low) - MINUTE + MICROSECOND
        doubt = (*time.doubt, f"no clock: read as the end of that {'part of the day' if one.part else 'day'}")
        return [Due(Moment(end, end + MINUTE - MICROSECOND, time.zone, doubt, time.text), words, sure)]
    # A time "around" is due at its beginning; noon is an instant.
    at = time.written if time.width > MINUTE else time.low
    exact = Moment(at, at + MINUTE - MICROSECOND, time.zone, time.doubt, time.text, time.readings)
    said = text[one.start : one.stop]
    if (
        one.named
        and not one.span
        and re.search(r"(?i)\b(?:next|nächste[nr]?)\s", said)
        and not re.search(r"\d{4}|\d\.|\d(?:st|nd|rd|th)?\s+[A-Z][a-z]", said)
        and "oche" not in said
    ):
        away = (at.astimezone(place).date() - when.astimezone(place).date()).days
        if away < 7 - when.astimezone(place).weekday():
            return [Due(exact, words, False), Due(_shifted(exact, 7 * DAY), words, False)]
    if at >= when or one.named:
        if at < when:
            # Overdue, or another day was meant: a person knows.
            return [Due(replace(exact, doubt=(*exact.doubt, "it has passed")), words, False)]
        if not one.named and at.astimezone(place).hour >= 19 and said.strip().isdigit():
            # "by 7", said in the morning: this evening, or tomorrow morning.
            return [Due(exact, words, False), Due(_shifted(exact, DAY / 2), words, False)]
        if one.named and (at - when) >= 6 * DAY and _weekday_only(said):
            local = at.astimezone(place)
            if local.weekday() == when.astimezone(place).weekday() and at - 7 * DAY > when:
                return [Due(_shifted(exact, -7 * DAY), words, False), Due(exact, words, False)]
        return [Due(exact, words, sure)]
    afternoon = _shifted(exact, DAY / 2)
    dial = re.search(r"(?<![\d:])([1-9]|1[0-2])[:.]\d\d(?!\d)", said) and not re.search(
        r"(?i)[ap]\.?m\b|uhr", said
    )
    if dial and afternoon.low > when and 12 <= afternoon.low.astimezone(place).hour < 20:
        return [
            Due(
                replace(
                    afternoon, doubt=(*afternoon.doubt, "it has passed as written: read as the afternoon")
                ),
                words,
                sure,
            )
        ]
    tomorrow = _shifted(exact, DAY)
    return [
        Due(replace(exact, doubt=(*exact.doubt, "it has passed")), words, False),
        Due(replace(tomorrow, doubt=(*tomorrow.doubt, "read as tomorrow")), words, False),
    ]


def _weekday_only(said: str) -> bool:
    return bool(
        re.search(
            r"(?i)(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch",
            said,
        )
    ) and not re.search(r"\d\.|\d{4}|\d(?:st|nd|rd|th)?\s+[A-Z][a-z]|[A-Z][a-z]{2,8}\s+\d", said)


def _shifted(time: Moment, by: timedelta) -> Moment:
    """The same clock some days later, also over a change of the clocks."""
    place = moment.zone(time.zone)

    def later(at: datetime) -> datetime:
        return (at.astimezone(place).replace(tzinfo=None) + by).replace(tzinfo=place)

    low = later(time.low)
    return Moment(low, low + time.width, time.zone, time.doubt, time.text)


def _told_apart(out: list[tuple[_Found, Due]]) -> list[Due]:
    """Each instant once, the sure before the unsure; a day alone is gone where a clock of that day is due too."""
    clocks = [due for one, due in out if one.clock]
    kept: list[Due] = []
    for one, due in out:
        place = moment.zone(due.time.zone)
        if not one.clock and any(
            other.time.low.astimezone(place).date() == due.time.low.astimezone(place).date()
            for other in clocks
        ):
            continue
        same = next((other for other in kept if other.time.low == due.time.low), None)
        if same is None:
            kept.append(due)
        elif due.sure and not same.sure:
            kept[kept.index(same)] = due
    return kept
