"""Lines of several formats in one file, as containers write them: each block is read by the format that begins it.

A file is mixed where the format that knows it best leaves lines alone that another one begins, in another shape. Its
lines are dealt out, each format reads its own as if they were a file, and what it gives is numbered as the file was.
Lines that begin nothing join the event above: where that is text whose events have several lines, or a JSON object
(as `joined_lines`); below others, which have one line, they are rejects. `format` says which one read an event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load import loading
from investigator.load.buffers import bounds
from investigator.load.content import Content
from investigator.load.recognise import Candidate, form_of, formats
from investigator.load.roles import WORDS
from investigator.load.split import Chunk, chunks
from investigator.sources._format import Head, JsonLines, Lines, Records

if TYPE_CHECKING:
    from pathlib import Path

    from investigator.load.declared import Declared

PREFIX = "mixed"
FORMATS_AT_MOST = 6
#: A format is in the mix where it begins at least so many lines, and such a share of them.
LINES_AT_LEAST, SHARE_AT_LEAST = 2, 0.02
SURE_AT_LEAST = 0.35  # of the lines that it begins
COVERED_AT_LEAST = 0.25  # of all lines; the others join
SURE_ALONE = 0.9  # a format that is as sure of the whole, and no format of lines, is left alone
_WINDOW = 32 << 10
_TIMES = "|".join(sorted({"@timestamp", "asctime", *WORDS["time"]}, key=len, reverse=True))
#: An object that is an event of its own has a time, or a level and a message: others belong to what is above them.
_JSON = (
    rf'(?i)^\s*\{{.*"(?:{_TIMES})"\s*:.*\}}\s*$'
    r'|^\s*\{.*"(?:level|severity|lvl)"\s*:.*"(?:msg|message)"\s*:.*\}\s*$'
)


@dataclass(frozen=True)
class Mixed(Lines):
    """The formats of one file, the most frequent first. Where two begin a line, the first does."""

    parts: tuple[tuple[str, Any], ...] = field(default=())

    @property
    def name(self) -> str:
        """What a segment calls it: all of its formats."""
        return f"{PREFIX}({', '.join(sorted(name for name, _ in self.parts))})"

    def beginnings(self, lines: Sequence[str]) -> list[bool]:
        """Which of these lines begin an event of any of the formats."""
        return [owner >= 0 for owner in self.owners(lines)]

    def owners(self, lines: Sequence[str]) -> list[int]:
        """The place of the format that begins each line; -1 where none does."""
        out = [-1] * len(lines)
        for place in range(len(self.parts) - 1, -1, -1):
            for i, hit in enumerate(_begins(self.parts[place][1], lines)):
                out[i] = place if hit else out[i]
        return out


def of_name(name: str, declared: Sequence[Declared] = ()) -> Mixed:
    """The mix that a name tells, as a segment keeps it: mixed(jsonlines, syslog)."""
    names = [part.strip() for part in name.removeprefix(PREFIX).strip("() ").split(",") if part.strip()]
    return _made([(part, form_of(part, declared)) for part in names])


def found(
    content: Content, head: Head, first: Candidate, declared: Sequence[Declared] = ()
) -> tuple[Mixed, str] | None:
    """The mix that a content is, and why; None where one format is enough."""
    lines = [line[:4000] for line in (*head.lines, *_further(content, head))]
    if len(lines) < 4:
        return None
    best = form_of(first.name, declared) if first.name else None
    alone = isinstance(best, (Lines, JsonLines))
    if not alone and first.share >= SURE_ALONE:
        return None
    taken: list[tuple[str, Any]] = []
    rest, leads = lines, set[str]()
    if alone:
        own = _begins(best, lines)
        rest = [line for line, hit in zip(lines, own, strict=True) if not hit]
        if len(rest) < LINES_AT_LEAST or not _worth(rest, lines, leads):
            return None
        leads = {_lead(line) for line, hit in zip(lines, own, strict=True) if hit}
        if first.name not in _LOOSE and any(own):
            taken.append((first.name, best))
        else:
            rest, leads = lines, set()
    known = _candidates(declared)
    least = max(LINES_AT_LEAST, SHARE_AT_LEAST * len(lines))
    while len(taken) < FORMATS_AT_MOST:
        scored = []
        for name, form, sure in known:
            if any(name == other for other, _ in taken):
                continue
            hits = [
                line
                for line, hit in zip(rest, _begins(form, rest), strict=True)
                if hit and _lead(line) not in leads
            ]
            if len(hits) >= least:
                text = "\n".join(hits) + "\n"
                share = sure(Head(text.encode(errors="replace"), text, head.name, True)).share
                if share >= SURE_AT_LEAST:
                    scored.append((len(hits) * share, share, name, form))
        if not scored:
            break
        _, _, name, form = max(scored, key=lambda one: (one[0], one[1], one[2]))
        taken.append((name, form))
        begun = _begins(form, rest)
        leads |= {_lead(line) for line, hit in zip(rest, begun, strict=True) if hit}
        rest = [line for line, hit in zip(rest, begun, strict=True) if not hit]
    if len(taken) < 2:
        return None
    mix = _made(taken)
    owners = mix.owners(lines)
    counts = {name: owners.count(i) for i, (name, _) in enumerate(mix.parts)}
    number = sum(counts.values())
    if (
        owners[0] < 0
        or number < COVERED_AT_LEAST * len(lines)
        or sum(n >= least for n in counts.values()) < 2
    ):
        return None
    said = ", ".join(f"{name} {number}" for name, number in counts.items())
    return mix, f"of {len(lines)} lines: {said}; {len(lines) - number} join"


#: What begins with a time or a word and takes any line after it: read by others where they can.
_LOOSE = ("plain_text",)


def _made(parts: Sequence[tuple[str, Any]]) -> Mixed:
    """Formats that know more of a line come first."""
    ranked = sorted(parts, key=lambda part: part[0] in _LOOSE)
    return Mixed(pattern="", parts=tuple(ranked))


def _candidates(declared: Sequence[Declared]) -> list[tuple[str, Any, Any]]:
    """Every format whose events can be told line by line: name, form, and how sure it is."""
    out: list[tuple[str, Any, Any]] = [
        (form.name, form, form.sure) for form in declared if "time" in form.groups
    ]
    for name, module in formats().items():
        form = module.FORMAT
        lines = isinstance(form, Lines) and "(?P<time>" in form.pattern and not form.headers
        if lines or name == "jsonlines" or (isinstance(form, Records) and form.begins):
            out.append((name, form, module.sure))
    return out


def _begins(form: Any, lines: Sequence[str]) -> list[bool]:
    if isinstance(form, Lines):
        return form.beginnings(lines)
    pattern = re.compile(_pattern(form))
    return [bool(pattern.match(line)) for line in lines]


def _pattern(form: Any) -> str:
    """What begins an event, as RE2 looks for it."""
    if isinstance(form, Lines):
        return form.pattern
    return form.begins if isinstance(form, Records) else _JSON


def _worth(rest: list[str], lines: list[str], leads: set[str]) -> bool:
    """Whether lines that one format leaves alone may begin events: most begin with a sign, a digit or a word= ."""
    return sum(bool(_MAY_BEGIN.match(line)) for line in rest) >= max(
        LINES_AT_LEAST, SHARE_AT_LEAST * len(lines)
    )


_MAY_BEGIN = re.compile(
    r'^(?:\{"|\[?\(?\d|[<\[(]|[A-Z]\d{4}|[A-Za-z_@.-]{2,20}=|[A-Z][a-z]{2} [ \d]\d |[A-Z]{4,8}\b|[\da-f.:]{7,40} )'
)


def _lead(line: str) -> str:
    """The shape in which a line begins."""
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "0", line[:9]))


def _further(content: Content, head: Head) -> list[str]:
    """Some lines of the middle and of the end: a file may begin with one format alone."""
    if head.whole or content.codec or b"\0" in head.data[:200]:
        return []
    out: list[str] = []
    with open(content.path, "rb") as stream:
        size = stream.seek(0, 2)
        for at in (size // 2, size - _WINDOW):
            if at <= len(head.data):
                continue
            stream.seek(at)
            found = stream.read(_WINDOW).decode("utf-8", errors="backslashreplace").splitlines()[1:-1]
            out += [line for line in found if line.strip()][:200]
    return out


def read(reader: Any) -> list[Any]:
    """Deal a file's lines out, have each format read its own, and put together what they give."""
    mix: Mixed = reader.form
    whole = loading._Tally(reader.name)
    hands = [_Hand(name, form, reader.staging.file(f"mixed-{i}")) for i, (name, form) in enumerate(mix.parts)]
    owner = -1
    for chunk in chunks(reader.content.blocks(), doubt=reader.content.doubt):
        whole.total += len(chunk.long)
        for unit, byte, length, first in chunk.long:
            text = first.decode("utf-8", errors="backslashreplace")
            whole.reject(
                unit, byte, length, f"a line of {length / 1e6:.0f} MB; lines have at most 16 MB", text
            )
        if len(chunk):
            if loading.COLOURS in reader.head.data:
                chunk.text = loading._uncoloured(chunk.text)
            owner = _deal(mix, hands, chunk, owner)
    for hand in hands:
        hand.close()
        if hand.lines:
            _read_hand(reader, hand, whole)
    return [whole]


class _Hand:
    """The lines of one format: a file of them, and for each its number, its first byte, and how many lines it is."""

    def __init__(self, name: str, form: Any, path: Path) -> None:
        self.name, self.form, self.path = name, form, path
        self.stream = open(path, "wb")  # noqa: SIM115 - open while lines are dealt, closed by `close`
        self.units: list[Any] = []
        self.bytes: list[Any] = []
        self.spans: list[Any] = []
        self.lines = self.joined = self.blank = 0
        self.held: tuple[int, int, str, list[str]] | None = None  # a JSON object that lines may join

    def put(self, units: Any, bytes_: Any, data: bytes) -> None:
        self.stream.write(data)
        self.units.append(units)
        self.bytes.append(bytes_)
        self.spans.append(np.ones(len(units), dtype=np.int64))
        self.lines += len(units)

    def hold(self, unit: int, byte: int, text: str) -> None:
        """A JSON object: it waits for the lines that join it."""
        self.drop()
        self.held = (unit, byte, text, [])

    def drop(self) -> None:
        if self.held is None:
            return
        unit, byte, text, below = self.held
        self.held = None
        while below and not below[-1].strip():
            below.pop()
            self.blank += 1
        line = text.rstrip("\r\n ")
        if below and line.endswith("}"):
            said = json.dumps("".join(below).rstrip("\r\n"), ensure_ascii=False)
            line = f'{line[:-1]}{"," if line.rstrip("} ").strip("{ ") else ""}"joined_lines":{said}}}'
        self.put(
            np.array([unit], dtype=np.int64),
            np.array([byte], dtype=np.int64),
            f"{line}\n".encode(errors="replace"),
        )
        self.spans[-1][0] += len(below)
        self.joined += len(below)

    def close(self) -> None:
        self.drop()
        self.stream.close()


def _deal(mix: Mixed, hands: list[_Hand], chunk: Chunk, owner: int) -> int:
    """Give each line of a chunk to its format; gives the one that the last line went to."""
    import pyarrow.compute as pc

    owners = np.full(len(chunk), -1, dtype=np.int64)
    for place in range(len(mix.parts) - 1, -1, -1):
        hits = pc.match_substring_regex(chunk.text, _pattern(mix.parts[place][1])).to_numpy(
            zero_copy_only=False
        )
        owners[hits & ~chunk.blank] = place
    starts = owners >= 0
    # What begins nothing goes with what is above it.
    last = np.maximum.accumulate(np.where(starts, np.arange(len(chunk)), -1))
    if owner < 0:
        owner = next(
            (i for i, (_, form) in enumerate(mix.parts) if isinstance(form, Lines) and form.joins), 0
        )
    owners = np.where(last >= 0, owners[np.maximum(last, 0)], owner)
    edges = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(chunk)]
    data, offsets = bounds(chunk.text)
    view = memoryview(data)
    for low, high in pairwise(edges):
        hand = hands[int(owners[low])]
        if isinstance(hand.form, JsonLines):
            for i in range(low, high):
                text = bytes(view[offsets[i] : offsets[i + 1]]).decode("utf-8", errors="replace")
                if starts[i] or hand.held is None:
                    hand.hold(int(chunk.unit[i]), int(chunk.byte[i]), text)
                else:
                    hand.held[3].append(text)
            continue
        piece = bytes(view[offsets[low] : offsets[high]])
        if piece[-1:] not in (b"\n", b"\r"):
            piece += b"\n"
        hand.put(chunk.unit[low:high], chunk.byte[low:high], piece)
    # What follows an object that another format's lines came after does not join it any more.
    for place, hand in enumerate(hands):
        if place != int(owners[-1]):
            hand.drop()
    return int(owners[-1])


def _read_hand(reader: Any, hand: _Hand, whole: Any) -> None:
    units, bytes_, spans = (np.concatenate(part) for part in (hand.units, hand.bytes, hand.spans))
    content = Content(hand.path, name=reader.name, modified=reader.content.modified)
    part = loading._Reader(
        content,
        reader.name,
        hand.name,
        hand.form,
        reader.options,
        reader.staging,
        reader._evidence,
        content.head(),
    )
    part.constant = {"format": hand.name}
    part.numbered = lambda table: _numbered(table, units, bytes_, spans if hand.joined else None)

    def rejected(tally: Any) -> None:
        for row in tally.rejects:
            if len(whole.rejects) >= loading.REJECTS_HELD:
                reader.write_rejects(whole)
            at = row["unit"] - 1
            whole.reject(units[at], bytes_[at], row["length"], row["reason"], row["text"])
        tally.rejects.clear()

    part.rejected = rejected
    for tally in part.read():
        whole.total += tally.total + hand.joined + hand.blank
        whole.structure("blank", hand.blank)
        whole.used += tally.used
        whole.joined += tally.joined + hand.joined
        for kind, count in tally.structural.items():
            whole.structure(kind, count)
        whole.files += tally.files
        whole.rows += tally.rows
        whole.untimed += tally.untimed
        whole.first = min(filter(None, (whole.first, tally.first)), default=None)
        whole.last = max(filter(None, (whole.last, tally.last)), default=None)
        if tally.plan is not None:
            whole.parts.append(tally)
            if whole.plan is None or tally.rows > max(one.rows for one in whole.parts[:-1]):
                whole.plan = tally.plan
    reader.content.doubt += [text for text in content.doubt if text not in reader.content.doubt]


def _numbered(table: Any, units: Any, bytes_: Any, spans: Any) -> Any:
    """A table of events with units and bytes as they are in the whole file."""
    import pyarrow as pa

    at = table["unit"].to_numpy() - 1
    columns = {"unit": units[at], "byte": bytes_[at]}
    if spans is not None:
        columns["units"] = table["units"].to_numpy() + spans[at] - 1
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values, pa.int64()))
    return table
