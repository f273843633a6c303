"""JSON formats that are no flat lines: every value of a content, and every piece in it, as a record.

A content is either one JSON object a line (then a line is the unit, and a grown file's tail can be read alone), or an
array, or values over many lines (then a piece is the unit).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from investigator.sources._format import Readable, Record, value_of

SHOWN = 2000


@dataclass(frozen=True)
class Piece:
    """What becomes one event: its fields, and where a file holds several kinds, its kind and member."""

    fields: dict[str, str | None]
    kind: str = ""
    member: str = ""
    raw: Any = field(default=None, repr=False)  # what is shown as its bytes, where it is no line


#: A value as its raw pieces, and a raw piece as what it makes: one event, or several. Both may raise on what is not
#: as it should be.
Parts = Callable[[Any], Iterable[Any]]
Made = Piece | dict[str, str | None]
Fields = Callable[[Any], Made | list[Made]]
_WRONG = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


def read_values(content: Readable, parts: Parts, fields: Fields, noun: str) -> Iterator[Record]:
    """One record a piece. What is no JSON, and a piece that is no `noun`, is a reject; the rest stays."""
    lines = content.lines()
    first: list[tuple[int, bytes]] = []
    for byte, raw in lines:
        first.append((byte, raw))
        if raw.strip(b"\xef\xbb\xbf \t\r\n"):
            break
    if not first:
        return
    begins = value_of(_text(first[-1][1]))
    if isinstance(begins, dict):
        yield from _by_line(_both(first, lines), parts, fields, noun, content.doubt)
    else:
        data = b"".join(raw for _, raw in first) + b"".join(raw for _, raw in lines)
        yield from _whole(_text(data), parts, fields, noun)


def _both(first: list[tuple[int, bytes]], rest: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    yield from first
    yield from rest


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="backslashreplace").removeprefix("\ufeff")


def _by_line(
    lines: Iterator[tuple[int, bytes]], parts: Parts, fields: Fields, noun: str, doubt: list[str]
) -> Iterator[Record]:
    lost = 0  # pieces of lines of which others could be read
    for unit, (byte, raw) in enumerate(lines, start=1):
        text = _text(raw).strip()
        if not text:
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
            continue
        value = value_of(text)
        if value is None:
            yield Record({}, unit, 1, byte, len(raw), reject="no JSON", text=text[:SHOWN])
            continue
        found, wrong = _pieces(value, parts, fields, noun)
        if not found and wrong:
            yield Record({}, unit, 1, byte, len(raw), reject=wrong[0][0], text=text[:SHOWN])
        elif not found:
            yield Record({}, unit, 1, byte, len(raw), structural=f"no {noun} in it")
        else:
            lost += len(wrong)
        for piece in (piece for made in found for piece in made):
            # A line that holds several kinds counts once in each member.
            yield Record(piece.fields, unit, 1, byte, len(raw), member=piece.member, kind=piece.kind)
    if lost:
        doubt.append(f"{lost:,} pieces of its lines are no {noun}s: they are only in the evidence")


def _whole(text: str, parts: Parts, fields: Fields, noun: str) -> Iterator[Record]:
    decoder = json.JSONDecoder()
    position = 0
    units: dict[str, int] = {}

    def unit(member: str = "") -> int:
        units[member] = units.get(member, 0) + 1
        return units[member]

    while True:
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        if position >= len(text):
            return
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            end = next_start(text, position)
            if text[position] == "[":
                position += 1  # a cut or broken array: what can be read of it, element by element
                continue
            piece = text[position:end]
            reason = f"no JSON: {error}"[:200]
            yield Record({}, unit(), length=len(piece.encode()), reject=reason, text=piece[:SHOWN])
            position = end
            continue
        found, wrong = _pieces(value, parts, fields, noun)
        for made in found:
            number = {member: unit(member) for member in dict.fromkeys(item.member for item in made)}
            for item in made:
                raw = json.dumps(item.raw, ensure_ascii=False, default=str) if item.raw is not None else ""
                yield Record(item.fields, number[item.member], text=raw, member=item.member, kind=item.kind)
        for reason, shown in wrong:
            yield Record({}, unit(), reject=reason, text=shown)
        if not found and not wrong and value != []:
            yield Record({}, unit(), structural=f"no {noun} in it")
        position = end


def _pieces(
    value: Any, parts: Parts, fields: Fields, noun: str
) -> tuple[list[list[Piece]], list[tuple[str, str]]]:
    found: list[list[Piece]] = []
    wrong: list[tuple[str, str]] = []
    try:
        raws = list(parts(value))
    except _WRONG as error:
        return [], [
            (f"it is not as {noun}s are: {_said(error)}", json.dumps(value, ensure_ascii=False)[:SHOWN])
        ]
    for raw in raws:
        try:
            made = fields(raw)
        except _WRONG as error:
            shown = json.dumps(raw, ensure_ascii=False, default=str)[:SHOWN]
            wrong.append((f"it is no {noun}: {_said(error)}", shown))
            continue
        several = made if isinstance(made, list) else [made]
        found.append([item if isinstance(item, Piece) else Piece(item, raw=raw) for item in several])
    return found, wrong


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:150]


def next_start(text: str, position: int) -> int:
    """Where reading may go on after something broken: the next line that starts a value, else the end."""
    at = position
    while True:
        at = text.find("\n", at)
        if at < 0:
            return len(text)
        following = text[at + 1 : at + 200].lstrip(" \t")
        if following[:1] in ("{", "["):
            return at + 1
        at += 1
