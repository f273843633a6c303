"""The zone that a file states for all of its times: in a line at its head, or in what a JSON document says of itself."""

from __future__ import annotations

import re
from typing import Any

from investigator import zones
from investigator.headings import IN_BRACKETS
from investigator.sources._dates import find
from investigator.sources._format import Head
from investigator.sources._told import zone_in

LINES = 12  # from the first, looked at
LONG = 120  # characters: more is no line about the file
_SAYS = re.compile(
    r"(?i)\b(?:(?:[a-z]+_)?tz|time ?zone|zeitzone|ortszeit|lokalzeit|(?:all|alle) (?:times|zeiten)|times? (?:are )?in|fuseau|heure (?:de|locale)|"
    r"hora (?:de|local)|ora (?:di|locale)|zona horaria|tijdzone|tidszon)\b|\btime\W*$"
)
#: A bracket of the head's that names a zone: "(UTC, day-of-year)", "(all Zulu)", "(UK time)", "(Europe/Madrid)".
_BRACKET = re.compile(r"\(([^()]{2,40})\)")
_SAID_SO = re.compile(
    r"(?:UTC|GMT)(?:[+-]\d{1,2}(?::\d{2})?)?|[A-Z]{3,4}|(?i:zulu)|[A-Z]\w+(?:/[A-Z]\w+)+|[A-Z][\w ]{1,20} time"
)
#: "times local, Europe/Madrid": a line on times that names a place as IANA does.
_ON_TIMES = re.compile(
    r"(?i)\b(?:times?|clocks?|(?:uhr)?zeiten|heures|hor[aá]rios?|horas|orari|tijden|tider|godziny)\b"
)
_IANA = re.compile(
    r"\b(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Z][\w+-]+(?:/[A-Z]\w+)?\b"
)
_DATE = re.compile(r"[$#%>❯]\s+(?:.*;\s*)?date\s*(?:$|[;&|])")
_PRINTED = re.compile(r"^[A-Z][a-z]{2} [\w ]{5,7} \d\d:\d\d:\d\d(?: [AP]M)? ([A-Z]{3,5}) \d{4}$")
_JOURNAL = re.compile(r"^-- (?:Logs begin|Journal begins) at .* end(?:s|ing)? at .* ([A-Z]{3,5})\.? --$")
_WALL = re.compile(r"(?i)\b(?:eastern|central|mountain|pacific|zulu)\b")
_KEYS = frozenset("tz timezone time_zone timezoneid zone zeitzone".split())


def zone_stated(head: Head) -> tuple[str, str]:
    """The zone, as an IANA name or an offset, and where it is said; empty where it is not."""
    if head.text[:1] in "{[":
        found = _in_json(head.json)
        return (found, "as it says of itself") if found else ("", "")
    return zone_in_lines(head.text)


def zone_in_lines(text: str) -> tuple[str, str]:
    """The same of a text's first lines, those apart that begin with a time: the zone, and which line says it."""
    above = ""
    for number, line in enumerate(text.splitlines()[:LINES], start=1):
        if zone := _of_clock(above, line):
            return zone, f"as its line {number} says"
        above = line
        if len(line) > LONG or ((at := find(line)) and at.start < 2):
            continue
        said = _WALL.sub(lambda word: word[0].capitalize(), line)
        if zone := _in_a_bracket(line) or (_ON_TIMES.search(line) and _of_place(line)) or "":
            return zone, f"as its line {number} says"
        if (
            (_SAYS.search(line) or IN_BRACKETS.search(line))
            and (named := zone_in(said))
            and (zone := zones.settled(named[0]))
        ):
            return zone, f"as its line {number} says"
    return "", ""


def _of_clock(above: str, line: str) -> str:
    """The zone of the machine's own clock: below a prompt with `date`, or as journalctl says which stretch it prints."""
    told = _JOURNAL.match(line) or (_PRINTED.match(line) if _DATE.search(above) else None)
    named = zones.named(told[1]) if told else None
    return zones.settled(named) if named else ""


def _in_a_bracket(line: str) -> str:
    for bracket in _BRACKET.findall(line):
        for word in re.split(r"\s*[,;]\s*", bracket):
            word = re.sub(r"(?i)^(?:all|alle|times?|todas?|tous|toutes)\s+", "", word.strip())
            named = (
                zones.named(word.capitalize() if word.islower() else word)
                if _SAID_SO.fullmatch(word)
                else None
            )
            if named and (zone := zones.settled(named)):
                return zone
    return ""


def _of_place(line: str) -> str:
    found = _IANA.search(line)
    named = zones.named(found[0]) if found else None
    return zones.settled(named) if named else ""


def _in_json(value: Any, deep: int = 2) -> str:
    if not isinstance(value, dict):
        return ""
    for key, item in value.items():
        if key.lower() in _KEYS and isinstance(item, str) and (named := zones.named(item)):
            return zones.settled(named)
    inner = (_in_json(item, deep - 1) for item in value.values() if isinstance(item, dict)) if deep else ()
    return next((found for found in inner if found), "")
