"""Natural-language times: `14:05`, `yesterday 5pm`, `Tue 14:05 CET`, `~13:30-13:45`, `early morning`; read as intervals.

A text is cut into words that mean something (a day, a clock, a zone, "around", "to"), and every way in which it can
be read stays in the interval: both hours of a fold, a label as written and as it was likely meant, the quarter of an
hour that "around" may be off. What was assumed is said in `doubt`.
"""

from __future__ import annotations

import re
from datetime import datetime

from investigator import moment, zones
from investigator.errors import MomentError
from investigator.moment import Moment
from investigator.natural_times.intervals import interval
from investigator.natural_times.parts import End, Parts, is_offset, noted, refuse
from investigator.natural_times.vocabulary import (
    BARE,
    BEHIND_CLOCK,
    BRACKET,
    CITY,
    DASH,
    IANA,
    LABEL,
    LEAD_IN,
    LOCAL,
    OF_CITY,
    THEIRS,
    TIME_OF,
    WORDS,
)


def parse(
    text: str, *, zone_name: str = "UTC", reference: datetime | None = None, ahead: bool = False
) -> Moment:
    """A time as people write it: `14:05`, `today 18:00 Berlin`, `yesterday 5pm`, `Tue 14:05 CET`, `~13:30-13:45`, ISO 8601.

    Without a date it is the reference's day in that zone (default: the clock's). Minutes make an interval of a
    minute, seconds of a second, a day alone the day. What was only implied is said in `doubt`: a zone, a year, how far
    "around" may be off; where a label contradicts itself, the interval holds it as written and as meant (`readings`).
    `ahead`: a weekday is the next one, as in a deadline. Raises MomentError where the whole text is no time.
    """
    given = text or ""
    if not given.strip() or len(given) > 200:
        refuse(given)
    when = reference or moment.now()
    cut = _cut(given, zone_name, when, strict=True, ahead=ahead)
    if cut is None:
        refuse(given)
    return interval(cut, given, zone_name, when, ahead=ahead)


def leading(
    text: str,
    *,
    zone_name: str = "UTC",
    reference: datetime | None = None,
    default: tuple[zones.NamedZone, ...] = (),
    ahead: bool = False,
    start: int = 0,
) -> tuple[Moment, int, bool] | None:
    """The time that a text begins with, where it ends, and whether it names its day; None where it begins with none.

    `default` is the zone that the text around it states; `ahead`: it is to come, as in a deadline; `start` is where in
    the text it begins.
    """
    when = reference or moment.now()
    try:
        cut = _cut(text[: start + 200], zone_name, when, strict=False, ahead=ahead, start=start)
        if cut is None or cut.stop <= start:
            return None
        for end in cut.ends:
            end.said = end.said or list(default)
        named = cut.fixed is not None or any(
            end.day is not None or end.weekday is not None for end in cut.ends
        )
        return interval(cut, text[start : cut.stop], zone_name, when, ahead=ahead), cut.stop, named
    except MomentError:
        return None


def _cut(
    text: str, zone_name: str, when: datetime, *, strict: bool, ahead: bool, start: int = 0
) -> Parts | None:
    """The words of a text; None where it holds no time, or where something in it is none and all must be."""
    out = Parts()
    today = when.astimezone(moment.zone(zone_name)).date()
    position, good = start, start
    while True:
        lead = LEAD_IN.match(text, position)
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
            and not (end.hour is not None and is_offset(match, text, end))
        ):
            name, match = "to", DASH.match(text, position) or match
        taken = noted(name, match, text, out, today, when, ahead=ahead)
        if not taken:
            break
        position = match.end()
        if name not in ("to", "until", "from", "filler", "around", "before", "after", "number") or (
            name == "number" and (out.framed or len(out.ends) > 1 or end.loose or bool(end.half))
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
    for name, pattern in WORDS:
        match = pattern.match(text, position)
        if match:
            return name, match
    return "", None


def _zone_at(
    text: str, position: int, zone_name: str, when: datetime, end: End, *, strict: bool
) -> int | None:
    """Where a zone that stands here ends; it is noted in the end it belongs to. None where none stands here."""
    if end.empty:
        return None
    for pattern in (LABEL, IANA, TIME_OF):
        match = pattern.match(text, position)
        if match is None:
            continue
        # "GMT+2" is an offset, and no GMT.
        if pattern is LABEL and re.match(
            r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?(?![\d:])", text[position:]
        ):
            return None
        found = zones.named(match[0])
        if found is None and pattern is IANA:
            zones.must(match[0])
        if found is not None:
            end.said.append(found)
            return match.end()
    match = OF_CITY.match(text, position)
    if match:
        found = zones.named(match[1]) or zones.named(match[1] + "is") or zones.named(match[1] + "e")
        if found is not None:
            end.said.append(found)
            return match.end()
    match = LOCAL.match(text, position)
    if match:
        end.said.append(zones.NamedZone(match[0], place=zone_name))
        return match.end()
    match = THEIRS.match(text, position)
    if match:
        # The nearest place before it that has a clock of its own.
        said = reversed(
            re.findall(r"[A-ZÄÖÜ][a-zà-ÿ]+(?: [A-ZÄÖÜ][a-zà-ÿ]+)?", text[max(0, position - 150) : position])
        )
        found = next(
            (
                zone
                for words in said
                for one in (words, *words.split())
                if (zone := zones.named(one)) and zone.place
            ),
            None,
        )
        if found is not None:
            end.said.append(found)
            return match.end()
        return None
    match = BARE.match(text, position)
    if match and BEHIND_CLOCK.search(text[max(0, position - 12) : position]):
        found = zones.named(match[1]) or zones.named(f"{match[1]} time")
        if found is not None:
            end.said.append(found)
            return match.end()
    match = BRACKET.match(text, position)
    if match:
        found = zones.named(match[1])
        if found is not None:
            end.said.append(found)
            return match.end()
        if end.hour is not None:
            try:
                end.also.append(parse(match[1], zone_name=zone_name, reference=when))
                return match.end()
            except MomentError:
                return None
        return None
    if strict and end.hour is not None:
        match = CITY.match(text, position)
        if match and text[match.end() :].strip()[:1] in ("", "(") and not _word_at(text, position)[1]:
            found = zones.named(match[0])
            if found is None:
                zones.must(match[0])
            assert found is not None
            end.said.append(found)
            return match.end()
    return None
