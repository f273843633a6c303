"""A report in sentences that say when: each with a clock is an event, its day where it or the text above names one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._sentences import clock_in, sentences
from investigator.sources._told import Entry, Teller, clock_at, day_of, zone_in

EXAMPLE = """\
Report on the ferry of 17 June 2026 (all times UTC)

At 09:14 the ramp would not close. The crew tried twice. A mechanic came at 09:40 and found a broken
valve, and at 10:05 the ferry left.
"""
EXPECT = {
    "events": 4,
    "kind": "note",
    "time": "2026-06-17T09:14:00",
    "body": "At 09:14 the ramp would not close.",
}

SENTENCES_AT_LEAST, TOLD_SURELY = 2, 3
#: As sure as it is at most.
AT_MOST = 0.96
BACK = timedelta(hours=12)
_FIELD = re.compile(r"[A-Za-z][\w -]{0,24}:(?:\s|$)")
_MARKED = re.compile(r"\s*(?:[+|>#=~]|\d+[.)]\s|[\[<{$])")
_BEGINS = re.compile(r"\s*(?:#|[-*\u2022]\s)")
#: What a mail quotes, and its head: who said what is told by the formats of mail.
_QUOTED = re.compile(r"(?m)^>|^(?:From|Von|De|Da|Van|Från): \S")
_STOP = re.compile(r"[\w)\"'][.!?](?=\s|$)")
#: Begun where a word does and never taken back: else a word of many letters takes the square of their number.
_SENTENCE = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}+(?:\W++[^\W_]++){4}")


def sure(head: Head) -> Sure:
    """Paragraphs of sentences, several of which say a clock, of a text that names a day."""
    lines = [line for line in head.lines if not line.lstrip().startswith("#")]
    if (
        not lines
        or head.text.count(":") + head.text.count(".") < 3
        or _MARKED.match(lines[0])
        or _QUOTED.search(head.text)
    ):
        return Sure(0.0)
    worded = sum(len(line) for line in lines if _SENTENCE.search(line) and not _MARKED.match(line))
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    long = sum(map(len, lines))
    if worded < 0.7 * long or "\t" in head.text or 2 * fields > len(lines):
        return Sure(0.0)
    if len(lines) > 12 and long < 60 * len(lines):
        return Sure(0.0)
    # No more sentences count than end somewhere: that is told before each is looked at.
    if 2 * len(_STOP.findall(head.text)) < max(SENTENCES_AT_LEAST, len(lines) / 6):
        return Sure(0.0)
    led = sum(clock_at(line.lstrip("[(")) is not None for line in lines[:80])
    if led > max(1, 0.34 * min(len(lines), 80)):
        return Sure(0.0)
    found = [entry for _, _, entries in _told(head.text.split("\n")) for entry in entries if entry.wall]
    if (
        len(found) < SENTENCES_AT_LEAST
        or 2 * len(_STOP.findall(head.text)) < len(found)
        or 6 * len(found) < len(lines)
        or (led > 1 and 2 * led >= len(found))  # lines that begin with their clock are entries of a list
    ):
        return Sure(0.0)
    # Where the head says no time of its own, it is no ticket that was written then.
    surely = len(found) >= TOLD_SURELY and clock_in(lines[0]) is None
    return Sure(AT_MOST if surely else 0.86, f"{len(found)} sentences that say when")


def _told(lines: list[str]) -> Iterator[tuple[int, int, list[Entry]]]:
    """Each paragraph: its first line from 0, how many it has, and what its sentences say."""
    whole = [line.rstrip("\r") for line in lines]
    teller = Teller()
    teller.day = next((day for line in whole if (day := day_of(line))), None)
    teller.zone = next((zone for line in whole if (zone := zone_in(line))), [])
    at = 0
    while at < len(whole):
        if not whole[at].strip() or whole[at].lstrip().startswith("#"):
            yield at, 1, []
            at += 1
            continue
        span = 1
        while at + span < len(whole) and whole[at + span].strip() and not _BEGINS.match(whole[at + span]):
            span += 1
        text = " ".join(line.strip() for line in whole[at : at + span]).lstrip("-*\u2022 ")
        yield (
            at,
            span,
            [_entry(teller, part) for part in sentences(text)],
        )
        at += span


def _entry(teller: Teller, sentence: str) -> Entry:
    clock = clock_in(sentence)
    day = (clock.day if clock else None) or day_of(sentence)
    teller.day = day or teller.day
    if clock is None:
        return Entry(None, [], timedelta(minutes=1), sentence, "none")
    wall, zone = teller.on(clock.at), clock.zone or teller.zone
    teller.zone = zone
    last = teller.last.wall if teller.last else None
    if wall and last and not day and teller.day and last - wall >= BACK:
        teller.day += timedelta(days=1)
        wall = teller.on(clock.at)
    out = Entry(wall, zone, clock.exact, sentence, "full" if day else "clock")
    teller.last = out if wall else teller.last
    return out


def read(path: Path, content: Readable) -> Iterator[Record]:
    """Each sentence with a clock, and what its paragraph says beside: that has no time of its own."""
    raw = content.all().splitlines(keepends=True)
    lines = [line.decode("utf-8", errors="replace").rstrip("\r\n") for line in raw]
    starts = [0]
    for line in raw:
        starts.append(starts[-1] + len(line))
    carried = 0
    for at, span, entries in _told(lines):
        byte, length = starts[at], starts[at + span] - starts[at]
        carried += sum(entry.way == "clock" and entry.wall is not None for entry in entries)
        if not entries or (at == 0 and all(entry.wall is None for entry in entries)):
            structural = "header" if lines[at].strip() else "blank"
            yield Record({}, at + 1, span, byte, length, structural=structural)
        for entry in entries if entries and not (at == 0 and all(e.wall is None for e in entries)) else ():
            yield Record(entry.fields(), at + 1, span, byte, length)
    if carried:
        content.doubt.append(
            f"{carried:,} of its sentences say a clock alone: read as of the day that the text names before them, or first"
        )


FORMAT = Records(read, kind="note", interval=True, roles={"time": "time", "message": "body"})
