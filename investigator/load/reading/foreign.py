"""Lines that another format begins: each is an event of its own, however few there are among the others.

A reader that meets one says so, and the file is read again as a mix with the formats that know such lines. What is
indented, in quotes, or inside a bracket that an event opened begins none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.fast.buffers import bounds
from investigator.load.formats import beginnings, formats, loose
from investigator.load.mixture import SURE_AT_LEAST, candidates
from investigator.load.split import chunks
from investigator.sources._format import Form, Head, Records

if TYPE_CHECKING:
    from investigator.load.content import Content
    from investigator.load.declared import Declared
    from investigator.load.split import Chunk

#: What a line must have near its beginning for any format to find a time in it: a clock, an epoch, a key for a time.
_MAY = (
    r"^[^\s\"'`,;)\]}*/].{0,160}?(?:\d[:.hT]\d\d|\b1\d{9}\b|\d{4},? (?:à |at |um |a las |alle |às )?(?:\d{1,2} ?(?:h|[Uu]hr)\b|minuit|midi|midnight|noon|mitternacht))"
    r"|^[<\[(]?\d.{5,40}|^\"\d{4}-\d\d-\d\d|^\{.*\"[^\"]*(?:time|ts|date|when|at)[^\"]*\"\s*:"
)
BRACKET_AT_MOST = 400  # lines that a bracket may stay open
LOOKED_AT = 400  # lines of a chunk that are looked at


class Foreign(Exception):
    """Lines of a file that formats other than its own begin, and those formats."""

    def __init__(self, parts: list[tuple[str, Form]]) -> None:
        super().__init__()
        self.parts = parts


def look(chunk: Chunk, lines: Any, known: Sequence[str], declared: Sequence[Declared]) -> None:
    """Raise Foreign where formats other than the `known` begin some of these lines."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = np.flatnonzero(lines)
    if not len(places):
        return
    texts = chunk.text.take(pa.array(places))
    may = texts.filter(pc.match_substring_regex(texts, _MAY))
    if not len(may):
        return
    found = [text.rstrip("\r\n")[:4000] for text in may[:LOOKED_AT].to_pylist()]
    if parts := formats_of(found, known, declared):
        raise Foreign(parts)


def scan(content: Content, form: Records, known: Sequence[str], declared: Sequence[Declared]) -> None:
    """Raise Foreign where other formats begin lines that a format of any dated lines, read record by record, would join."""
    import pyarrow.compute as pc

    for chunk in chunks(content.again().blocks()):
        if not len(chunk):
            continue
        starts = pc.match_substring_regex(chunk.text, form.begins).to_numpy(zero_copy_only=False)
        starts = outside_brackets(chunk, starts & ~chunk.blank)
        rest = outside_brackets(chunk, starts, ~starts & ~chunk.blank) & ~starts
        look(chunk, rest, known, declared)


def formats_of(
    lines: Sequence[str], known: Sequence[str], declared: Sequence[Declared] = ()
) -> list[tuple[str, Form]]:
    """The formats that begin these lines, the one that knows most of them first; at last that of any dated line."""
    out: list[tuple[str, Form]] = []
    rest = list(lines)
    choice = [one for one in candidates(declared) if one[0] not in known and not loose(one[1])]
    while rest:
        scored = []
        for name, form, sure in choice:
            hits = [line for line, hit in zip(rest, beginnings(form, rest), strict=True) if hit]
            if hits:
                text = "\n".join(hits) + "\n"
                share = sure(Head(text.encode(errors="replace"), text, "", True)).share
                if share >= SURE_AT_LEAST:
                    scored.append((len(hits) * share, share, name, form))
        if not scored:
            break
        _, _, name, form = max(scored, key=lambda one: (one[0], one[1], one[2]))
        out.append((name, form))
        rest = [line for line, hit in zip(rest, beginnings(form, rest), strict=True) if not hit]
    for name, module in formats().items():
        form = module.FORMAT
        any_dated = isinstance(form, Records) and form.begins and form.loose
        if any_dated and name not in known and any(beginnings(form, rest)):
            out.append((name, form))
    return out


def outside_brackets(chunk: Chunk, starts: Any, lines: Any = None) -> Any:
    """Which of `lines` are left (of those that begin events, where none are given) without those inside a bracket that
    an event's first line opens at its end, or inside an element of XML that stands right below it."""
    begun = lines is None
    lines = starts if lines is None else lines
    if not starts.any():
        return lines
    insides = [(int(first), int(first), _brackets) for first in _opening(chunk, np.flatnonzero(starts))]
    insides += [(first, begin, _elements) for first, begin in _above_xml(chunk, starts)]
    if not insides:
        return lines
    lines = lines.copy()
    for first, begin, opened in sorted(insides, key=lambda inside: inside[:2]):
        if begun and not lines[first]:
            continue
        depth = 0
        for place in range(begin, min(begin + BRACKET_AT_MOST, len(chunk))):
            depth += opened(chunk.text[place].as_py())
            if depth <= 0:
                lines[first + 1 : place + 1] = False
                break
    return lines


_SPACE = np.isin(np.arange(256), np.frombuffer(b" \t\n\f\r", np.uint8))
_OPENS = np.isin(np.arange(256), np.frombuffer(b"[{(", np.uint8))
_MAY_OPEN, _LINE_END = _SPACE | _OPENS, 10


def _opening(chunk: Chunk, places: Any) -> Any:
    """Which of these lines end with a bracket that opens, whatever space is behind it."""
    data, offsets = bounds(chunk.text)
    if not len(data):
        return places[:0]
    # Most lines end with a sign that is neither, right before their line end: that is told in one look.
    end = offsets[places + 1] - 1
    places = places[(data[np.maximum(end, 0)] != _LINE_END) | _MAY_OPEN[data[np.maximum(end - 1, 0)]]]
    low, end = offsets[places], offsets[places + 1] - 1
    while True:
        spaced = (end > low) & _SPACE[data[np.maximum(end, 0)]]
        if not spaced.any():
            return places[(end >= low) & _OPENS[data[np.maximum(end, 0)]]]
        end = end - spaced


def _brackets(line: str) -> int:
    """How many brackets a line opens and doesn't close, outside of quotes."""
    line = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", "", line)
    return sum(map(line.count, "[{(")) - sum(map(line.count, ")}]"))


def _elements(line: str) -> int:
    """How many elements of XML a line opens and doesn't close."""
    return len(re.findall(r"<[A-Za-z][^<>]*(?<!/)>", line)) - line.count("</")


def _above_xml(chunk: Chunk, starts: Any) -> list[tuple[int, int]]:
    """The events right below whose first line an element of XML opens, and where it does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    above = np.flatnonzero(starts[:-1] & ~starts[1:])
    if not len(above):
        return []
    below = chunk.text.take(pa.array(above + 1))
    found = pc.match_substring_regex(below, r"^\s*<(?:\?xml .*\?>|[A-Za-z][\w:.-]*(?:\s[^<>]*)?>)\s*$")
    head = pc.match_substring_regex(below, r"^\s*<\?xml").to_numpy(zero_copy_only=False)
    which = found.to_numpy(zero_copy_only=False)
    return list(zip(above[which].tolist(), (above + 1 + head)[which].tolist(), strict=True))
