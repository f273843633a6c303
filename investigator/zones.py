"""What people call a time zone: PST, CEST, Pacific Time, UTC+1, Zurich time; and what each can have meant.

An abbreviation says an offset, and the people who write it live somewhere. Where these disagree ("PST" in September,
when the clocks of Los Angeles say PDT) the text contradicts itself: as written it is one instant, as it was likely
meant another. Both are kept. Some abbreviations have several homes: IST is India, Ireland and Israel.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from investigator.errors import MomentError
from investigator.moment import city, zone

#: Abbreviation -> (minutes from UTC, the place whose people write it); several where it has several homes.
LABELS: dict[str, tuple[tuple[int, str], ...]] = {
    "UTC": ((0, "UTC"),),
    "GMT": ((0, "UTC"),),
    "Z": ((0, "UTC"),),
    "WET": ((0, "Europe/Lisbon"),),
    "WEST": ((60, "Europe/Lisbon"),),
    "BST": ((60, "Europe/London"),),
    "CET": ((60, "Europe/Berlin"),),
    "CEST": ((120, "Europe/Berlin"),),
    "MEZ": ((60, "Europe/Berlin"),),
    "MESZ": ((120, "Europe/Berlin"),),
    "EET": ((120, "Europe/Helsinki"),),
    "EEST": ((180, "Europe/Helsinki"),),
    "MSK": ((180, "Europe/Moscow"),),
    "МСК": ((180, "Europe/Moscow"),),
    "SAST": ((120, "Africa/Johannesburg"),),
    "IST": ((330, "Asia/Kolkata"), (60, "Europe/Dublin"), (120, "Asia/Jerusalem")),
    "IDT": ((180, "Asia/Jerusalem"),),
    "TRT": ((180, "Europe/Istanbul"),),
    "WAT": ((60, "Africa/Lagos"),),
    "EAT": ((180, "Africa/Nairobi"),),
    "GST": ((240, "Asia/Dubai"),),
    "PKT": ((300, "Asia/Karachi"),),
    "NPT": ((345, "Asia/Kathmandu"),),
    "ICT": ((420, "Asia/Bangkok"),),
    "WIB": ((420, "Asia/Jakarta"),),
    "WITA": ((480, "Asia/Makassar"),),
    "PHT": ((480, "Asia/Manila"),),
    "MYT": ((480, "Asia/Kuala_Lumpur"),),
    "SGT": ((480, "Asia/Singapore"),),
    "HKT": ((480, "Asia/Hong_Kong"),),
    "JST": ((540, "Asia/Tokyo"),),
    "KST": ((540, "Asia/Seoul"),),
    "AWST": ((480, "Australia/Perth"),),
    "ACST": ((570, "Australia/Adelaide"),),
    "ACDT": ((630, "Australia/Adelaide"),),
    "AEST": ((600, "Australia/Sydney"),),
    "AEDT": ((660, "Australia/Sydney"),),
    "NZST": ((720, "Pacific/Auckland"),),
    "NZDT": ((780, "Pacific/Auckland"),),
    "NST": ((-210, "America/St_Johns"),),
    "NDT": ((-150, "America/St_Johns"),),
    "AST": ((-240, "America/Halifax"), (180, "Asia/Riyadh")),
    "ADT": ((-180, "America/Halifax"),),
    "BRT": ((-180, "America/Sao_Paulo"),),
    "UYT": ((-180, "America/Montevideo"),),
    "CLT": ((-240, "America/Santiago"),),
    "CLST": ((-180, "America/Santiago"),),
    "EST": ((-300, "America/New_York"),),
    "EDT": ((-240, "America/New_York"),),
    "CST": ((-360, "America/Chicago"), (480, "Asia/Shanghai")),
    "CDT": ((-300, "America/Chicago"),),
    "MST": ((-420, "America/Denver"),),
    "MDT": ((-360, "America/Denver"),),
    "PST": ((-480, "America/Los_Angeles"),),
    "PDT": ((-420, "America/Los_Angeles"),),
    "AKST": ((-540, "America/Anchorage"),),
    "AKDT": ((-480, "America/Anchorage"),),
    "HST": ((-600, "Pacific/Honolulu"),),
}

#: Abbreviations with one meaning alone, and their minutes from UTC.
ONE_MEANING = {
    label: homes[0][0] for label, homes in LABELS.items() if len(homes) == 1 and label not in ("Z", "BST")
}

#: What means the clock on the wall there, summer and winter.
WALLS = {
    "PT": "America/Los_Angeles",
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PACIFIC": "America/Los_Angeles",
    "EASTERN": "America/New_York",
    "CENTRAL": "America/Chicago",
    "MOUNTAIN": "America/Denver",
    "CENTRAL EUROPEAN": "Europe/Berlin",
    "ZULU": "UTC",
    "UK": "Europe/London",
    "INDIA STANDARD": "Asia/Kolkata",
    "JAPAN STANDARD": "Asia/Tokyo",
}

_OFFSET = re.compile(r"^(?:UTC|GMT)?\s*([+-])\s?(\d{1,2})(?::?(\d{2}))?$", re.IGNORECASE)


@dataclass(frozen=True)
class NamedZone:
    """A zone as a text says it: an offset, an abbreviation, or a place with its own wall clock; more than one may be."""

    text: str
    offset: timedelta | None = None
    label: str = ""
    place: str = ""


@dataclass(frozen=True)
class Reading:
    """One instant that a wall-clock time can have meant, and as what: "as written", "as meant", "the first time"."""

    said: str
    at: datetime


def named(text: str) -> NamedZone | None:
    """The zone that a text names: `PST`, `UTC+1`, `Europe/Berlin`, `Pacific Time`, `Zurich time`, `Berlin`; else None."""
    word = " ".join(text.strip(" ().,;").split())
    bare = re.sub(r"(?i)\s+(?:local\s+|standard\s+)?time(?:zone)?$", "", word)
    upper = bare.upper()
    if upper in LABELS:
        return NamedZone(word, label=upper)
    match = _OFFSET.match(bare)
    if match:
        away = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if away > timedelta(hours=14):
            return None
        return NamedZone(word, offset=-away if match[1] == "-" else away)
    if upper in WALLS and (upper not in ("PACIFIC", "EASTERN", "CENTRAL", "MOUNTAIN") or bare != word):
        return NamedZone(word, place=WALLS[upper])
    found = place(bare)
    return NamedZone(word, place=found) if found else None


#: What other languages call places with a clock of their own.
_ELSEWHERE = {
    "uk": "London", "british": "London", "britisch": "London", "englisch": "London", "irish": "Dublin", "irisch": "Dublin",
    "german": "Berlin", "deutsch": "Berlin", "french": "Paris", "französisch": "Paris", "italian": "Rome", "italienisch": "Rome",
    "spanish": "Madrid", "spanisch": "Madrid", "polish": "Warsaw", "polnisch": "Warsaw", "dutch": "Amsterdam", "niederländisch": "Amsterdam",
    "swiss": "Zurich", "schweiz": "Zurich", "schweizerisch": "Zurich", "austrian": "Vienna", "österreichisch": "Vienna", "turkish": "Istanbul",
    "türkisch": "Istanbul", "indian": "Kolkata", "indisch": "Kolkata", "japanese": "Tokyo", "japanisch": "Tokyo", "greek": "Athens", "griechisch": "Athens",
    "wien": "Vienna", "vienne": "Vienna", "viena": "Vienna", "rom": "Rome", "roma": "Rome", "moskau": "Moscow",
    "moscou": "Moscow", "moscú": "Moscow", "москва": "Moscow", "lissabon": "Lisbon", "lisboa": "Lisbon", "lisbonne": "Lisbon",
    "londres": "London", "londra": "London", "berlín": "Berlin", "berlino": "Berlin", "parigi": "Paris", "parís": "Paris",
    "warschau": "Warsaw", "warszawa": "Warsaw", "varsovie": "Warsaw", "prag": "Prague", "praha": "Prague", "zürich": "Zurich",
    "brüssel": "Brussels", "bruxelles": "Brussels", "brussel": "Brussels", "kopenhagen": "Copenhagen", "københavn": "Copenhagen",
    "athen": "Athens", "tokio": "Tokyo", "singapur": "Singapore", "kairo": "Cairo", "bukarest": "Bucharest",
    "brasília": "Sao Paulo", "brasilia": "Sao Paulo", "peninsular": "Madrid",
}  # fmt: skip


def settled(named: NamedZone) -> str:
    """The one zone that a name means: an IANA name, UTC or an offset (+02:00); empty where it has several homes."""
    if named.place:
        return named.place
    if named.offset is not None:
        minutes = int(named.offset.total_seconds() // 60)
        return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    homes = LABELS[named.label]
    return homes[0][1] if len(homes) == 1 else ""


def place(word: str) -> str | None:
    """The IANA name of what people call a place with a clock: Berlin is Europe/Berlin; None where there is none."""
    word = _ELSEWHERE.get(word.lower(), word)
    if not re.fullmatch(r"[A-Za-z][A-Za-z_+\- ]*(?:/[A-Za-z0-9_+\-]+)*", word):
        return None
    wanted = word.replace(" ", "_").lower()
    if "/" in wanted:
        return _all().get(wanted)
    return _cities().get(wanted)


def of_machine() -> str:
    """The IANA name of this machine's zone: TZ, else what /etc/localtime or /etc/timezone name; "" where none does."""
    candidates = [os.environ.get("TZ", "").lstrip(":")]
    with suppress(OSError):
        candidates.append(os.readlink("/etc/localtime").partition("zoneinfo/")[2])
    with suppress(OSError, UnicodeDecodeError):
        candidates.append(Path("/etc/timezone").read_text(encoding="utf-8").strip())
    return next((known for name in candidates if name and (known := _all().get(name.lower()))), "")


@lru_cache(maxsize=1)
def _all() -> dict[str, str]:
    from zoneinfo import available_timezones

    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name in _all().values():
        if "/" in name and not name.startswith(("posix/", "right/", "Etc/", "SystemV/")):
            found.setdefault(name.rsplit("/", 1)[-1].lower(), set()).add(name)
    return {word: next(iter(names)) for word, names in found.items() if len(names) == 1}


def readings(wall: datetime, said: list[NamedZone], default: str) -> tuple[list[Reading], str, list[str]]:
    """The instants that a wall-clock time can have meant, the zone to show it in, and the doubts in words.

    The first reading is as written. `default` is the zone of a text that names none.
    """
    offsets = [one for one in said if one.offset is not None]
    labels = [one for one in said if one.label]
    places = [one for one in said if one.place]
    if offsets:
        return _by_offset(wall, offsets[0], labels, places, default)
    if labels:
        return _by_label(wall, labels[0].label, places, default)
    if places:
        found, doubt = at_place(wall, places[0].place)
        return found, places[0].place, doubt
    found, doubt = at_place(wall, default)
    return found, default, [f"no zone: read as {default}", *doubt]


def at_place(wall: datetime, name: str) -> tuple[list[Reading], list[str]]:
    """The instants of a wall-clock time at a place: two where clocks went back over it, and where they jumped over it."""
    there = zone(name)
    first = wall.replace(tzinfo=there, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=there, fold=1).astimezone(UTC)
    if first == second:
        return [Reading("as written", first)], []
    if second > first:
        return (
            [Reading("as written, the first time", first), Reading("the second time", second)],
            ["this hour happened twice"],
        )
    return (
        [Reading("as written, before clocks went forward", first), Reading("after they had", second)],
        [f"{wall:%H:%M} never happened in {name} that day: clocks went forward over it"],
    )


def offset_at(instant: datetime, name: str) -> timedelta:
    """How far a place's clocks are from UTC at an instant."""
    return instant.astimezone(zone(name)).utcoffset() or timedelta(0)


def spelled(away: timedelta) -> str:
    """An offset as people write it: UTC-7, UTC+5:30."""
    minutes = int(away.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def _by_offset(
    wall: datetime, said: NamedZone, labels: list[NamedZone], places: list[NamedZone], default: str
) -> tuple[list[Reading], str, list[str]]:
    assert said.offset is not None
    at = (wall - said.offset).replace(tzinfo=UTC)
    found, doubt, where = [Reading("as written", at)], [], default
    for label in labels:
        homes = LABELS[label.label]
        if all(timedelta(minutes=minutes) != said.offset for minutes, _ in homes):
            usual = spelled(timedelta(minutes=homes[0][0]))
            doubt.append(
                f"{label.label} is {usual}, and {spelled(said.offset)} is said: read as {spelled(said.offset)}"
            )
    names = [one.place for one in places] or [name for one in labels for _, name in LABELS[one.label]]
    for name in names[:1]:
        where = name
        meant, _ = at_place(wall, name)
        if all(reading.at != at for reading in meant):
            real = spelled(offset_at(meant[0].at, name))
            found.append(Reading("as meant", meant[0].at))
            doubt.append(
                f"{spelled(said.offset)} is said, and clocks in {city(name)} were at {real} that day: {both(found)}"
            )
    return found, where, doubt


def _by_label(
    wall: datetime, label: str, places: list[NamedZone], default: str
) -> tuple[list[Reading], str, list[str]]:
    homes = LABELS[label]
    near = [home for home in homes if home[1] in (default, *(one.place for one in places))] or [
        home
        for home in homes
        if offset_at(wall.replace(tzinfo=zone(default)), default) == timedelta(minutes=home[0])
    ]
    homes = tuple(near) or homes
    found: list[Reading] = []
    doubt: list[str] = []
    for minutes, name in homes:
        at = (wall - timedelta(minutes=minutes)).replace(tzinfo=UTC)
        here = f" in {city(name)}" if len(homes) > 1 else ""
        found.append(Reading(f"as written{here}", at))
        if name == "UTC":
            continue
        meant, _ = at_place(wall, name)
        if all(reading.at != at for reading in meant):
            kept = meant[0].at.astimezone(zone(name)).tzname() or "another time"
            found.append(Reading(f"as meant{here}", meant[0].at))
            doubt.append(
                f"{label} is not kept in {city(name)} that day, {kept} is: {both([found[-2], found[-1]])}"
            )
    if len(homes) > 1:
        doubt.insert(
            0,
            f"{label} is the time of {', '.join(city(name) for _, name in homes)}: all are held; "
            "name the place to say which",
        )
    first = homes[0][1]
    return found, first, doubt


def both(found: list[Reading]) -> str:
    """Two readings in a sentence: 15:47 as written is 23:47 UTC, as meant 22:47 UTC."""
    return ", ".join(f"{reading.said} it is {reading.at:%Y-%m-%d %H:%M} UTC" for reading in found)


def must(word: str) -> str:
    """The IANA name of what people call a zone; raises where there is none of that name."""
    found = place(word)
    if found:
        return found
    raise MomentError(
        f"There is no time zone named '{word}'.",
        "Zones have IANA names: Europe/Berlin, America/New_York, UTC; or PST, CEST, UTC+1, Pacific Time.",
        "Use one of these.",
    )


def unsaid(doubts: Iterable[str]) -> bool:
    """Whether a source's doubts say that its times name no zone, and nobody said which it is."""
    return any("name no zone" in text and not re.search(", as (?:you said|it)", text) for text in doubts)
