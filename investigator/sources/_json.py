"""JSON values of any shape as records: each element of an array, each value of several, each object that wraps a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Readable, Record, flat
from investigator.sources._values import next_start

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


def read(path: Path, content: Readable) -> Iterator[Record]:
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
            end = next_start(text, position)
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
