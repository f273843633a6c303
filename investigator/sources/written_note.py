"""A note that somebody wrote, such as a ticket as text: sentences, and when it was opened or reported; one event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator import natural_times
from investigator.sources._dates import day_first, found_in
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
The list of this morning is empty

Customer: Nordwind
Document: DOC-4711
Reported 2026-06-17 12:06 UTC
"""
EXPECT = {
    "events": 1,
    "kind": "ticket",
    "time": "2026-06-17T12:06:00",
    "body": "The list of this morning is empty\n\nCustomer: Nordwind\nDocument: DOC-4711\nReported 2026-06-17 12:06 UTC",
}

#: A note has so many lines at most, and so many of them say a time.
LINES_AT_MOST, TIMES_AT_MOST = 80, 3
#: As sure as it is at most.
AT_MOST = 0.955
#: Below a head with a time there are so many lines of sentences, or it is none.
SENTENCES_AT_LEAST = 2
#: Above somebody's sentences stand so many short lines: who, when, what about.
HEAD_AT_MOST = 5
#: A line that begins with a clock.
_LED = re.compile(r"^\W*\d{1,2}[:.h]\d\d\b")
#: Where a sentence ends, and how many words it has at least.
_ENDS, WORDS_AT_LEAST = re.compile(r"(?<=[.!?])\s+"), 3
#: A line of a mail's head, which has readers of its own.
_MAIL = re.compile(
    r"(?i)(?:from|to|date|sent|subject|message-id|received|mime-version|von|an|datum|gesendet|betreff)\s*:"
)
#: What stands above a quoted mail, or begins its lines.
_QUOTED = re.compile(r"(?i)^\s*>|^-{3,}|\b(?:wrote|schrieb|écrit|escribió|scritto|escreveu)\b.{0,40}:\s*$")
#: A line that a program made: a level, a bracketed stamp, keys with values.
_RUNS = re.compile(r"^\s*(?:[\[<]|\S+=\S)|.*\b(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|TRACE)\b")
#: Words before the time of a line; a log's line begins with its time, or with what a machine writes.
_WORDS = re.compile(r"\s*[^\W\d_][\w' -]*:?\s*(?:on|at|am|um|le|el|il)?\s*$")
#: What may stand behind a time that is all of its line: its zone.
_DATE = re.compile(r"\W*(?:\w+\W*)?$")
#: Four words in a row; of the first its last letter is enough, so that a line of one endless word is gone through once.
_SENTENCE = re.compile(r"[^\W\d_][\d_'’-]*[,;:]? +(?:[^\W\d_][\w'’-]*[,;:]? +){2,}[^\W\d_]")
_FEW_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,8}[.!?]?$")
_KEYED = re.compile(r"[^\W\d_][^\W\d_ ]*(?: [^\W\d_]+){0,2}: *\S")
_END = re.compile(r"[.!?]\s*$")
_NAMED = re.compile(r"[^\W\d_]{2,}")
_LEVEL = re.compile(r"^\W*(?:DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|TRACE)\b")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d\d:\d\d(?!\d)")
_TITLE = re.compile(r"^#{1,3} ?\w")
_MACHINE = re.compile(r"^\s*(?:[{\[<|#;]|\S+=\S|at \S+\(|\S+\t)")


def sure(head: Head) -> Sure:
    """A few lines, most of them words, of which one to three say when: behind a word for it, below all else as one signs
    a letter, or above whole sentences."""
    lines = head.lines
    if lines and _TITLE.match(lines[0]):
        lines = [lines[0].lstrip("# "), *lines[1:]]
    if not head.whole or not 2 <= len(lines) <= LINES_AT_MOST or any(map(_MACHINE.match, lines)):
        return Sure(0.0)
    entries = sum(map(_entry, lines))
    if entries > 1:
        return Sure(0.0)  # a list of what was when
    if not entries and (why := _told(lines)) is not None:
        return Sure(AT_MOST, why)
    first = day_first(lines)
    found = [(line, item) for line in lines if (item := found_in(line, day_first=first))]
    if not 1 <= len(found) <= min(TIMES_AT_MOST, len(lines) // 2) or any(
        _LEVEL.match(line) for line, _ in found
    ):
        return Sure(0.0)
    if 2 * sum(bool(_CLOCK.search(line)) for line in lines) > len(lines):
        return Sure(0.0)  # a list of what was when
    why = f"a note of {len(lines)} lines that says when it was written"
    timed = {line for line, _ in found}
    sentences = [line for line in lines if line not in timed and _SENTENCE.search(line)]
    worded = all(
        item.has_year
        and (
            _WORDS.match(line[: item.start])
            or (line == lines[-1] and not item.start and _DATE.match(line[item.end :]))
        )
        for line, item in found
    )
    # A head of its own, such as "Desk 7 | Thu 20 Aug 2026, 11:05 | Nordwind", above what somebody wrote.
    headed = (
        found[0][0] in lines[:4]
        and found[0][1].has_year
        and all(_NAMED.search(line[: item.start]) for line, item in found)
    )
    if headed and len(sentences) >= SENTENCES_AT_LEAST and any(_END.search(line) for line in sentences):
        return Sure(0.88, why)
    return Sure(0.55 if worded and (sentences or _form(lines)) else 0.0, why)


def _form(lines: list[str]) -> bool:
    """Whether a title of a few words stands above what it is about, by key: who, which, since when."""
    keyed = sum(bool(_KEYED.match(line)) for line in lines[1:])
    return bool(_FEW_WORDS.match(lines[0])) and keyed >= max(2, len(lines) - 2)


def _told(lines: list[str]) -> str | None:
    """Why a few lines are somebody's words: whole sentences make most of them, and what stands above is short."""
    if sum(bool(_MAIL.match(line)) for line in lines[:HEAD_AT_MOST]) > 1 or any(map(_QUOTED.search, lines)):
        return None
    spoken = [line for line in lines if sum(map(_whole, _ENDS.split(line))) >= SENTENCES_AT_LEAST]
    heads = lines[: lines.index(spoken[0])] if spoken else []
    if not spoken or len(heads) > HEAD_AT_MOST or any(map(_RUNS.match, lines)):
        return None
    if sum(map(len, spoken)) * 2 < sum(map(len, lines)) or len(lines) > len(heads) + 2 * len(spoken) + 2:
        return None
    return "what somebody wrote, in sentences, below its time" if natural_times.head_time(lines) else None


def _entry(line: str) -> bool:
    """Whether a line begins with its time, and goes on in words: one of several in a list."""
    at = found_in(line, within=1)
    rest = line[at.end :] if at is not None and at.start <= 1 else _LED.sub("", line)
    return rest != line and len(rest.split()) > 2


def _whole(text: str) -> bool:
    """Whether this is a sentence: words, most of them of letters, and its end."""
    words = text.split()
    return bool(_END.search(text)) and sum(bool(_NAMED.search(word)) for word in words) >= max(
        WORDS_AT_LEAST, len(words) / 2
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """All of it as one event, at the first time that it says."""
    data = content.all()
    lines = data.decode("utf-8", errors="replace").splitlines()
    first = day_first(lines)
    head = natural_times.head_time(lines)
    at = next((item.time for line in lines if (item := found_in(line, day_first=first))), None)
    if head is not None:
        at = f"{head.low:%Y-%m-%d %H:%M:%S}" + ("Z" if "/" in head.zone else "")
    fields = {"time": at, "message": "\n".join(lines).strip()}
    yield Record(fields, 1, len(lines), 0, len(data))


FORMAT = Records(read, kind="ticket", roles={"time": "time", "message": "body"})
