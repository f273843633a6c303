"""The time that a note begins with, or that it begins like one and is none: either is said, and never read as now."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from investigator import moment, zones
from investigator.errors import MomentError
from investigator.moment import Moment
from investigator.natural_times.parsing import leading, parse
from investigator.natural_times.shape import Shape
from investigator.natural_times.vocabulary import DAY, MINUTE, MONTH, NUMBERS

#: A bracket around a time: [09:30], (28.11.2026 14:05).
_BRACKETED = Shape(r"[\[(]([^\[\]()]{1,60})[\])]")
_AFTER = Shape(r"\s*[:,;\u2013\u2014|-]?\s+|\s*[,;]\s*|$")
_CLOCK = Shape(r"(?i)\d:\d\d|\d\s*[ap]\.?m\b|\d\s*uhr\b|\b(?:ago|back)\b|^(?:vor|since|seit)\s")
#: After a clock: it is a span, or has a zone that there is not.
_SPAN = Shape(
    r"(?i)\s*(?:h\s+)?(?:ago|later|min(?:ute)?[ns]?|sec(?:ond)?s?|sekunden|hours?|stunden|später)\b|\s*(?:UTC|GMT)[+-]"
)
_NOW = Shape(r"(?i)(?:just\s+|right\s+)?(?:now|jetzt)\b")
#: What begins like a time, whether it is one or not.
_LIKE = Shape(
    r"(?i)[\"'<{T]?(?:(?:at|um|gegen|about|around|ca\.?|kl\.?|alle|om|@|~)\s*)?"
    r"(?:\d{1,2}(?::|h)\d{1,2}(?![\d:]*[/x])|\d{1,2}\.\d{2}\b(?!\.\d|\s*(?:%|€|\$|[kmg]i?b\b))|\d{1,2}\s?[ap]\.?m\b"
    r"|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})?(?![\d.])|\d{1,2}-\d{1,2}-\d{4}|\d{4}-\d{1,2}-\d{1,2}|\d{1,4}\s*(?:s|m|min|h|d)\w*\s+ago\b|vor\s+\d+\s*(?:min|std|stunde|tag|sek|h)"
    r"|\d{1,2}\s*(?:uhr|o'?clock)|\d{4}(?=\s*(?:uhr|hrs?|h)\b))"
    r"|(?:yesterday|gestern|tomorrow|today|heute|last night)\s+(?:at\s+|um\s+)?(?:around\s+|gegen\s+|ca\.?\s+)?\d"
    rf"|\d{{1,2}}\.?\s+{MONTH}\s+\d|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d|\d{{1,2}}\s?h\b(?!\s+(?:later|after|long|später|danach|lang))"
    rf"|(?:half|viertel)\s+(?:{'|'.join(NUMBERS)})\b|midday\b|(?:il y a|hace)\s+\d|1[5-9]\d{{8}}\b"
    r"|(?:since|seit|after|nach|before|vor|until|bis|by)\s+\d{1,2}[:.]\d{2}\b|(?:yesterday|gestern|heute)\s+\w+\s+(?:at|um)\s+\w+"
    rf"|(?:at|um)\s+(?:\d|(?:halb|half|noon|midnight|viertel|quarter|{'|'.join(NUMBERS)})\b)"
    r"|(?:between|from|zwischen|von)\s+\d{1,2}\s+(?:and|to|und|bis)\s+\d|(?!19|20)(?:[01]\d|2[0-3])[0-5]\d(?=:?\s+[^\W\d])"
    rf"|(?:um\s+|at\s+)?(?:kurz|shortly|just|right)\s+(?:nach|vor|after|before)\s+(?:\d|(?:halb|half|noon|midnight|viertel|quarter|{'|'.join(NUMBERS)})\b)"
    r"|(?:last\s+night|this\s+(?:morning|afternoon|evening)|(?:day\s+before\s+)?yesterday|(?:vor)?gestern)\b"
    r"|heute\s+(?:früh|morgen|vormittag|mittag|nachmittag|abend)\b"
    r"|(?:last\s+|letzten\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:letzten\s+)?(?:mon|diens|donners|frei|sams|sonn)tag\b"
    r"|(?:a few|some|several|ein paar)\s+(?:sec|min|hour|stund|day|tag)\w*(?:\s+ago\b)?"
    r"|(?:[^\W\d][\w-]*\s+){0,4}?(?:sec|moment|min|hour|day|week|month|year|while|time|age|long|bit)\w*\s+ago\b"
    r"|vor\s+(?!de[mnr]\b|diese|jede)(?:[^\W\d]\w*\s+){1,3}?\w*(?:sekunde|minute|stunde|tag|woche|monat|jahr|weile)\w*"
)  # fmt: skip
#: So far back a clock without a day is the last one that there was: 23:50, noted at 00:10.
_OVER_MIDNIGHT = timedelta(hours=12)


@dataclass(frozen=True)
class Beginning:
    """What a note begins with: a time and where it ends, or words that only look like one, and why they are none."""

    time: Moment | None = None
    stop: int = 0
    refused: str = ""
    clockless: bool = False  # refused because it names a day, or a part of one, and no clock


def beginning(text: str, *, zone_name: str = "UTC", reference: datetime | None = None) -> Beginning:
    """The time that a note begins with: `2 h ago`, `[09:30]`, `gestern 17 Uhr`, `28.11.2026 14:05:`, `noon`.

    A clock without a day is the last one that there was. A day alone is no time: "Monday was quiet" is a sentence. What
    begins like a time and is none, or is one of two, is refused: nothing is taken off the text, and `refused` says why.
    """
    when = reference or moment.now()
    bracket = _BRACKETED.match(text)
    try:
        if bracket and re.search(r"\d|noon|midnight", bracket[1]):
            after = _AFTER.match(text, bracket.end())
            found = _checked(
                parse(bracket[1], zone_name=zone_name, reference=when), bracket[1], zone_name, when
            )
            if not _clocked(found, bracket[1]):
                return Beginning(refused=f"'{bracket[1]}' names no clock.", clockless=True)
            return Beginning(found, after.end() if after else bracket.end())
    except MomentError as error:
        return Beginning(refused=error.what) if bracket and _LIKE.match(bracket[1]) else Beginning()
    if _NOW.match(text):
        return Beginning()  # the words stay whole, and the time of the note is now
    read = leading(text, zone_name=zone_name, reference=when)
    said = _LIKE.match(text)
    if read is None:
        return _refusal(text, said) if said else Beginning()
    time, stop, named = read
    stop = len(text[:stop].rstrip())
    after = _AFTER.match(text, stop)
    words = text[:stop]
    if after is not None and _SPAN.match(text, stop):
        after = None
    if not _clocked(time, words) or after is None or (said and said.end() > stop):
        if said:
            return _refusal(text, said)
        if _clocked(time, words):
            return Beginning(refused=f"'{words}' is no time that can be read for sure.")
        dated = named and re.search(r"\d", words) and not re.fullmatch(r"\d{1,2}/\d{1,2}", words)
        return Beginning(refused=f"'{words}' names no clock.", clockless=True) if dated else Beginning()
    try:
        time = _checked(time, words, zone_name, when, named=named)
    except MomentError as error:
        return Beginning(refused=error.what)
    place = (
        zones.place(re.sub(r"\W.*", "", text[after.end() :], flags=re.DOTALL))
        if text[stop : stop + 1] == " "
        else None
    )
    if place and place != time.zone:
        doubt = f"{moment.city(place)} read as a word; if it is the clock's zone, write it as {place}"
        time = replace(time, doubt=(*time.doubt, doubt))
    return Beginning(time, after.end())


def _clocked(time: Moment, words: str) -> bool:
    return time.width <= timedelta(minutes=35) or bool(_CLOCK.search(words))


def _checked(
    time: Moment, words: str, zone_name: str, when: datetime, *, named: bool | None = None
) -> Moment:
    """The time, of the day before where it'd be to come; refused where its day may be one of two."""
    if any(" both are held" in doubt for doubt in time.doubt):
        raise MomentError(f"'{words}' may be one of two days.", "", "Write the day as 2026-06-17.")
    against = next(
        (doubt for doubt in time.doubt if "the weekday written" in doubt or "m after" in doubt), ""
    )
    if against:
        raise MomentError(f"'{words}' contradicts itself: {against}.", "", "Write the day as 2026-06-17.")
    if named is None:
        read = leading(words, zone_name=zone_name, reference=when)
        named = bool(read and read[2])
    if named or time.low <= when + MINUTE:
        return time
    earlier = parse(words, zone_name=zone_name, reference=when - DAY)
    if when - earlier.low > _OVER_MIDNIGHT:
        return time
    return Moment(
        earlier.low,
        earlier.high,
        earlier.zone,
        (*earlier.doubt, "read as the day before"),
        earlier.text,
        earlier.readings,
    )


def _refusal(text: str, said: re.Match[str]) -> Beginning:
    words = said[0]
    if not re.search(r"\d", words):
        return Beginning(refused=f"'{words}' names no clock.", clockless=True)
    more = re.match(r"[\w:.,/-]*(?:\s+[ap]\.?m\b)?", text[len(words) :])
    return Beginning(
        refused=f"'{(words + (more[0] if more else '')).rstrip('.,:')}' is no time that can be read for sure."
    )
