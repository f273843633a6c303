"""JSON that is not one object a line: an array of records, one object, or objects one after the other, indented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Record, Records, Sure, flat

EXAMPLE = """\
[
  {"service": "indexer", "version": "2.3.1", "at": "2026-06-17T09:12:00+02:00", "by": "dana"},
  {"service": "search", "version": "5.8.0", "at": "2026-06-17T08:40:00+02:00", "by": "ivo"}
]
"""

#: Keys under which exports wrap their list of records.
WRAPPERS = (
    "items",
    "results",
    "data",
    "records",
    "hits",
    "events",
    "rows",
    "values",
    "incidents",
    "issues",
    "entries",
)


def sure(head: Head) -> Sure:
    """The content starts as JSON does, and is no line-by-line JSON."""
    text = head.text.lstrip("\ufeff \t\r\n")
    if not text or text[0] not in "[{":
        return Sure(0.0)
    if head.whole:
        try:
            json.loads(text)
            return Sure(0.8, "the whole content is one JSON value")
        except ValueError:
            pass
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
        # [4711] is how many a log begins its lines.
        if isinstance(value, dict) or any(isinstance(item, (dict, list)) for item in value):
            return Sure(0.55, "it starts with a JSON value")
        return Sure(0.0)
    except ValueError:
        pass
    if text[0] == "[" and text[1:].lstrip()[:1] in ("{", "[", ""):
        return Sure(0.55, "it starts as a JSON array")
    return Sure(0.3 if text[0] == "{" and '"' in text[:200] else 0.0, "it starts as JSON does")


def read(path: Path, content: Any) -> Iterator[Record]:
    """One record for each element of an array, or for each value; what is no JSON is rejected, value by value."""
    data = content.all()
    text = data.decode("utf-8", errors="backslashreplace").lstrip("\ufeff")
    decoder = json.JSONDecoder()
    position, unit = 0, 0
    while True:
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        if position >= len(text):
            return
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            unit += 1
            if text[position] == "[":
                # A cut or broken array: give what can be read of it, element by element.
                position += 1
                unit -= 1
                continue
            end = _next_start(text, position)
            reason = "nested too deeply" if isinstance(error, RecursionError) else f"no JSON: {error}"
            piece = text[position:end]
            yield Record({}, unit, length=len(piece.encode()), reject=reason[:200], text=piece[:2000])
            position = end
            continue
        for item in _items(value):
            unit += 1
            if isinstance(item, dict):
                yield Record(flat(item), unit, text=json.dumps(item, ensure_ascii=False)[:2000])
            else:
                yield Record({"value": flat(item)["value"]}, unit, text=str(item)[:2000])
        position = end


def _items(value: Any, depth: int = 0) -> list[Any]:
    if isinstance(value, list):
        alone = [
            item for item in value if isinstance(item, dict) and len(item) == 1 and set(item) <= set(WRAPPERS)
        ]
        if value and depth < 3 and len(alone) == len(value):
            # Wrapped twice, as New Relic's answers are: results of events.
            return [inner for item in value for inner in _items(item, depth + 1)]
        return value
    if isinstance(value, dict):
        for name in WRAPPERS:
            inner = value.get(name)
            if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
                return _items(inner, depth + 1)
    return [value]


def _next_start(text: str, position: int) -> int:
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


FORMAT = Records(read)
