"""The clocks in sentences that people wrote: which ones tell when something was, and what a sentence says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from investigator.natural_times.heads import LINES, head_time
from investigator.sources._told import Clock, clock_at

_BEFORE = (
    r"at|by|from|since|around|about|until|till|before|after|um|ab|gegen|seit|bis|vor|nach|kurz|à|vers|dès|depuis|jusqu'à|"
    r"las|la|alle|dalle|verso|às|desde|hacia|om|rond|tegen|sinds|kl|klockan|klokken|circa|ca|exactly|the"
)
_AFTER_WORDS = re.compile(
    rf"(?i)(?:^|[\s(])(?:{_BEFORE})\.?\s+(?:\(?(?:about|around|exactly|ca\.?|etwa)\s+)?$"
)
_TOLD = re.compile(r"(?i)\b(?:uhr|[ap]\.?m\b|utc|gmt|z\b)|\d\s?h\d?|\dZ\b")
_PLACES = re.compile(r"(?<![\w.:/,$€£-])(?=\d{1,4}|[A-Z][a-z]{2,8}\.? \d)")
_FIELD = re.compile(r"\s*[^\W\d_][\w -]{0,24}:\s|.*\b(?:wrote|schrieb|a écrit|skrev|escribió)\b")
_GERMAN_AM = re.compile(r"\d{1,2} am \d{1,2}\. ?[^\W\d_]")
_PLANNED = re.compile(
    r"(?i)\b(?:will|eta|scheduled|planned|due|expected|is to|are to|wird|werden|soll|sollen|geplant|voraussichtlich|prévue?s?|sera|"
    r"previst[oa]s?|será|sarà|gepland|planerad)\b"
)
_ENDS = re.compile(
    r"(?<!\s\d)(?<!\s\d\d)(?<!\bMr)(?<!\bDr)(?<!\bMrs)(?<!\bMs)(?<!\bSt)(?<!\bNo)(?<!\bNr)(?<=[.!?])[\"')\u201d]?\s+(?=[\"'(\u201c\u201e]?[^\W\d_a-zß-öø-ÿ]|\d)"
    r"|;\s+"
)


#: Where what a sentence says of another clock begins.
_CLAUSE = re.compile(r"(?:[,:]\s+(?:and|und|et|y|e|en|och|og)?\s*|\s+(?:and|und|et|y|en|och|og)\s+)")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, each in parts of one clock each."""
    found = [part for part in _ENDS.split(text) if part and part.strip()]
    return [part.strip() for sentence in found for part in clauses(sentence.strip())]


def clauses(sentence: str) -> Iterator[str]:
    """A sentence in parts of one clock each, where words stand between that part them."""
    begun, ends = 0, 0
    for start, end, _ in clocks_in(sentence):
        cuts = list(_CLAUSE.finditer(sentence, ends, start)) if ends else []
        if cuts:
            yield sentence[begun : cuts[-1].start()]
            begun = cuts[-1].end()
        ends = end
    yield sentence[begun:]


def clock_in(words: str) -> Clock | None:
    """The first clock that a sentence tells something by; none of what is planned."""
    return None if _PLANNED.search(words) else next((clock for _, _, clock in clocks_in(words)), None)


def clocks_in(words: str) -> Iterator[tuple[int, int, Clock]]:
    """The clocks that a sentence tells something by: where each begins and ends."""
    ends = 0
    for match in _PLACES.finditer(words):
        before, rest = words[: match.start()], words[match.start() :]
        if match.start() < ends:
            continue
        found = clock_at(rest)
        if found is None:
            continue
        said = rest[: found.end]
        if _GERMAN_AM.match(rest):
            continue  # "Waage 2 am 4. März"
        if found.day or _TOLD.search(rest[: found.end + 4]) or _AFTER_WORDS.search(before):
            if ":" not in said and "." in said and not _TOLD.search(rest[: found.end + 5]):
                continue
            ends = match.start() + found.end
            yield match.start(), ends, found


def other_times(texts: list[str]) -> str:
    """What to say of texts that were read as one event each, and name clocks in their sentences; empty where none does."""
    found = [
        part[start:end].strip()
        for text in texts
        for place, line in enumerate(text.split("\n"))
        if not line.lstrip().startswith(">") and not _FIELD.match(line) and not _is_head(place, line)
        for part in sentences(line)
        if clock_in(part)
        for start, end, _ in clocks_in(part)
    ]
    if not found:
        return ""
    shown = ", ".join(dict.fromkeys(found[:3]))
    times = "another time" if len(found) == 1 else f"{len(found):,} other times"
    return f"its text names {times} ({shown}): no events of their own, only words of the one they stand in"


def _is_head(place: int, line: str) -> bool:
    """Whether a line says who writes and when, above the sentences: its time is that of the whole."""
    return place < LINES and line.rstrip()[-1:] not in ".!?" and head_time([line]) is not None
