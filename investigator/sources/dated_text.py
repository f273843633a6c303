"""Text whose lines say their time in another way: months as words, day first, after a prefix, TAI64N, an epoch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from investigator.sources import _lead
from investigator.sources._dates import WITHOUT_YEAR, Found, day_first, day_first_in, found_in
from investigator.sources._format import ANSI, OBJECTS_AT_MOST, Head, Readable, Record, Records, Sure
from investigator.sources._levels import level_in
from investigator.sources._text import holds_bytes

EXAMPLE = """\
Wed Jun 17 09:14:07 CEST 2026 [worker-3] picked document DOC-1
Wed Jun 17 09:14:08 CEST 2026 [worker-3] ERROR could not index DOC-1
  caused by: unsupported schema 3
Wed Jun 17 09:14:09 CEST 2026 [worker-1] WARN 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "body": "[worker-3] picked document DOC-1",
}

_SYSLOG = re.compile(
    r"^\s*(?P<host>[\w.:-]+) (?P<program>[A-Za-z][\w./ -]{0,60}?)(?:\[(?P<pid>\d+)\])?: (?P<rest>.*)$", re.S
)
_CLOCK = re.compile(r"(?<![\d:.])\d{1,2}:[0-5]\d(?::[0-5]\d)?(?![\d:])")
_BANNER = re.compile(r"^\s*[=*#~-]{4,}\s*\S")
#: A line that begins with one of these and ISO or an epoch is plain text, which is read faster.
_PLAIN = re.compile(
    r"^[\[(]?(?:\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
    r"|\d{10}(?:\.\d{1,9})?|\d{13})[\])]?[\s:|,-]"
)
#: A line that begins with a time in whatever spelling, as RE2 looks for it.
BEGINS = (
    r"^(?:<\d{1,3}>)?[\[(<]{0,2}(?:"
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}[T _,-]{1,3}\d{1,2}[:.h]\d\d"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d[ T_.-]?[0-2]\d:?[0-5]\d(?::?[0-5]\d)?\b"
    r"|(?:19|20)\d\d[-/]\d{3}[T ]\d\d[:.]\d\d"
    r"|(?:le |[A-Za-zÀ-ÿ]{4,9}\.?,? )?\d{1,2}(?:er|\.)? [A-Za-zÀ-ÿ]{3,9}\.? \d{4},? (?:à |at |um |a las |alle |às )?(?:\d{1,2}(?: ?[h:]|\.\d\d| [Uu]hr)|minuit|midi|midnight|noon|mitternacht)"
    r"|(?:19|20)\d\d ?[年년.] ?\d{1,2} ?[月월.] ?\d{1,2} ?[日일.]?,? ?[^\x00-\x7f]{0,12} ?\d{1,2} ?[:時时点시]"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d),?[T :-]{1,3}\d{1,2}[:.h]\d\d"
    r"|\d{1,2}\.?[-/ ]{1,2}[A-Za-zÀ-ÿ]{3,9}\.?[-/ ,]{1,2}(?:\d{4}|\d\d)[T :,-]{1,3}\d{1,2}[:.h]\d\d"
    r"|(?:[A-Za-zÀ-ÿ]{2,9}\.?,? )?(?:\d{1,2}\.? )?[A-Za-zÀ-ÿ]{3,9}\.?(?: {1,2}\d{1,2}(?:st|nd|rd|th)?,?)?(?: \d{4},?)?(?: at| um)? {1,2}\d{1,2}:\d\d"
    r"|@4[0-9a-f]{23}\b|1\d{9}(?:\.\d{1,9})?[\]) :|,]|1\d{12}[\]) :|,])"
)
LINE_AT_MOST = 1 << 20  # of an event with the lines that joined it


def sure(head: Head) -> Sure:
    """A good part of the lines has a time near its beginning, and is no plain text with a time in front."""
    lines = head.lines
    if not lines or holds_bytes(head.data) or len(head.objects) == min(len(lines), OBJECTS_AT_MOST):
        return Sure(0.0)
    plain = sum(bool(_PLAIN.match(line)) for line in lines)
    if plain > 0.5 * len(lines):
        return Sure(0.0)
    first = day_first(lines)
    found = [found_in(line, within=_within(line), day_first=first) for line in lines]
    ways = _ways([item for item in found if item])
    hits = sum(item is not None and item.way in ways for item in found)
    if not hits or plain > hits * 0.5 or hits < 0.05 * len(lines):
        return Sure(0.0)
    share = hits / len(lines)
    begins = found[0] is not None and found[0].way in ways
    if begins and (hits >= 2 or len(lines) <= 2):
        share = max(share, 0.6)
    return Sure(0.1 + 0.32 * share, f"{hits} of {len(lines)} lines have a time")


def _within(line: str) -> int:
    return 90 if _BANNER.match(line) else 60


def _ways(found: list[Found]) -> set[int]:
    """The ways of writing a time that begin events here: a way that is rare beside another is part of a message."""
    counts: dict[int, int] = {}
    for item in found:
        counts[item.way] = counts.get(item.way, 0) + 1
    return {way for way, count in counts.items() if count >= 0.1 * max(counts.values())}


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record for each line with a time, and the lines below it that have none."""
    lines = content.head().lines
    first, doubt = day_first_in(content, lines)
    if doubt and any(_two_numbers(line) for line in lines):
        content.doubt.append(doubt)
    begin = _Beginnings.of(lines, first)
    lead = _before_messages(lines, begin)
    years = sum(found.has_year for line in lines if (found := begin.find(line)))
    yearless = [found for line in lines if (found := begin.find(line)) and not found.has_year]
    zoned = bool(yearless) and all(found.away for found in yearless)
    dated = years > 0.5 * sum(begin.find(line) is not None for line in lines)
    near = ""  # the last time that named its year
    held: list[tuple[int, int, str]] = []
    at: Found | None = None
    begun = size = events = clocked = 0
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = re.sub(ANSI, "", raw.decode("utf-8", errors="backslashreplace")).rstrip("\r\n")
        found = begin.find(line)
        if found is not None:
            yield from _event(begun, held, at, lead)
            if zoned and found.away:
                found = replace(found, time=f"{found.time} {found.away}")
            if found.has_year:
                near = found.time
            elif dated and near:
                found = _within_year(found, near)
            held, at, begun, size, events = [(byte, len(raw), line)], found, unit, len(raw), events + 1
        elif held and size < LINE_AT_MOST:
            held.append((byte, len(raw), line))
            size += len(raw)
            clocked += bool(_CLOCK.search(line)) and not _ASIDE.match(line)
        elif not line.strip():
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
        else:
            reason = "no time in it, and no event above it to join"
            if held:
                reason = f"it goes on an event that is over {LINE_AT_MOST >> 20} MB already"
            yield Record({}, unit, 1, byte, len(raw), reject=reason, text=line[:2000])
    yield from _event(begun, held, at, lead)
    if clocked > events:
        content.doubt.append(
            f"{clocked:,} lines that joined the one above hold a clock of their own, and no time that I understand"
        )


@dataclass(frozen=True)
class _Beginnings:
    """Where in a line stands the time that begins an event, told from the first lines of a text.

    Where nearly all of them lead with it, others do; else it stands behind a prefix. What is indented or in quotes begins
    none, unless the others are, too.
    """

    ways: frozenset[int]
    leads: bool
    indented: bool
    worded: bool  # their times stand behind words of a sentence
    day_first: bool | None

    @classmethod
    def of(cls, lines: list[str], first: bool | None) -> _Beginnings:
        """What these lines tell."""
        found = [
            (line, item) for line in lines if (item := found_in(line, within=_within(line), day_first=first))
        ]
        leading = sum(_leads(line, item) for line, item in found)
        return cls(
            frozenset(_ways([item for _, item in found])),
            leading >= 0.5 * len(found),
            sum(bool(_ASIDE.match(line)) for line, _ in found) > 0.5 * len(found),
            2 * sum(bool(_IN_WORDS.search(line[: item.start])) for line, item in found) >= len(found),
            first,
        )

    def find(self, line: str) -> Found | None:
        """The time that begins an event in this line; None where it begins none."""
        if not line.strip() or (not self.indented and _ASIDE.match(line)):
            return None
        found = found_in(line, within=_within(line), day_first=self.day_first)
        if found is None or (self.leads and not _leads(line, found)):
            return None
        if not self.worded and _IN_WORDS.search(line[: found.start]):
            return None
        return found if found.way in self.ways or _leads(line, found) else None


def _within_year(found: Found, near: str) -> Found:
    """A time that names no year among others that do: of the year that puts it nearest to the one before it."""
    year, number, day = (int(part) for part in near[:10].split("-"))
    own = int(found.time[:2]) * 31 + int(found.time[3:5])
    away = own - (number * 31 + day)
    year += 1 if away < -186 else -1 if away > 186 else 0
    return replace(found, time=f"{year}-{found.time}")


#: What stands before a time that is part of a sentence: `closing the gate at 09:14`.
_IN_WORDS = re.compile(
    r"\w\s+(?:at|on|since|until|till|from|by|before|after|um|am|seit|bis|ab|vom|von|à|le|depuis|dès|el|desde|hasta|alle|dal|fino|op|sinds|tot|den|til|fra)\s+$"
)
#: What is indented, in quotes, or quoted by a mail.
_ASIDE = re.compile(r"[\s\"'`>]")


def _leads(line: str, found: Found) -> bool:
    """Whether a line begins with its time, but for brackets, marks, a priority or the name of a day."""
    return bool(re.match(r"(?:<\d{1,3}>\d? ?|\d{1,7}:[A-Z] )?[^\w\"'`]{0,6}$", line[: found.start]))


def _two_numbers(line: str) -> bool:
    found = found_in(line, day_first=True)
    other = found_in(line, day_first=False)
    return found is not None and other is not None and found.time != other.time


def _before_messages(lines: list[str], begin: _Beginnings) -> re.Pattern[str] | None:
    """What stands between the time and the message of each of these lines, where all have the same there."""
    found = [(line, item) for line in lines if (item := begin.find(line)) and _leads(line, item)]
    after = [line[item.end :].lstrip(_BETWEEN) for line, item in found]
    if any(_SYSLOG.match(text) and not item.has_year for text, (_, item) in zip(after, found, strict=True)):
        return None
    pattern, _ = _lead.told(after, ["time"])
    return re.compile(pattern) if pattern else None


#: What stands between a time and what follows it.
_BETWEEN = " ])>|:;,\t-"


def _event(
    unit: int, lines: list[tuple[int, int, str]], at: Found | None, lead: re.Pattern[str] | None
) -> Iterator[Record]:
    if not lines or at is None:
        return
    blank = 0
    while len(lines) - blank > 1 and not lines[-1 - blank][2].strip():
        blank += 1
    kept = lines[: len(lines) - blank]
    text = "\n".join(line for _, _, line in kept)
    before, after = text[: at.start].rstrip(" [(<|\t"), text[at.end :].lstrip(_BETWEEN)
    fields: dict[str, str | None] = {"time": at.time}
    named = _SYSLOG.match(after) if not before else None
    if named and not at.has_year:
        fields.update({"host": named["host"], "service": named["program"], "pid": named["pid"]})
        after = named["rest"]
    elif lead and not before and (parts := lead.match(after)):
        fields.update(parts.groupdict())
        after = after[parts.end() :]
    if re.search(r"\w\w$", before):
        after, before = text, ""  # `fsck run at Wed Jun 17 ...`: the time is part of a sentence
    fields["body"] = f"{before} {after}".strip() if before else after
    fields["level"] = fields.get("level") or level_in(fields["body"] or "")
    yield Record(fields, unit, len(kept), kept[0][0], sum(length for _, length, _ in kept))
    for number in range(blank):
        byte, length, _ = lines[len(kept) + number]
        yield Record({}, unit + len(kept) + number, 1, byte, length, structural="blank")


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    goes_on=True,
    time=WITHOUT_YEAR,
    begins=BEGINS,
    loose=True,
    roles={"time": "time", "body": "body", "level": "severity_text", "host": "host", "service": "service"},
)
