"""JSON values of any shape as records: each element of an array, each value of several, each object that wraps a list."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, flat
from investigator.sources._values import next_start

SHOWN = 2000

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
    "value",
    "result",
    "docs",
    "documents",
    "messages",
    "logs",
    "list",
    "content",
    "nodes",
    "edges",
    "objects",
    "response",
)
#: Objects under keys of their own, and lists under keys that are no such words, are records where so many of them
#: have the same keys.
ALIKE, MEMBERS_AT_LEAST, DEPTH_AT_MOST = 0.6, 2, 4
_TIME = re.compile(
    r"^\s*(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}/\d\d/\d\d|1\d{9}(?:\d{3}){0,3}(?:\.\d+)?\s*$)"
)


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of which no value is lost: what a key says a second time is kept as `key 2`."""
    out: dict[str, Any] = {}
    for key, value in pairs:
        name, number = key, 2
        while name in out:
            if out[name] == value:
                break
            name, number = f"{key} {number}", number + 1
        out[name] = value
    return out


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record for each element of an array, or for each value; what is no JSON is rejected, value by value."""
    data = content.all()
    text = data.decode("utf-8", errors="backslashreplace").lstrip("\ufeff")
    decoder = json.JSONDecoder(object_pairs_hook=each_once)
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
        for item in map(_bare, _items(value)):
            unit += 1
            if isinstance(item, dict):
                yield Record(flat(item), unit, text=json.dumps(item, ensure_ascii=False)[:2000])
            else:
                yield Record({"value": flat(item)["value"]}, unit, text=str(item)[:2000])
        position = end


#: What an answer says around its list of how many there are, and where the next ones are.
_TOTAL = re.compile(
    r'"(?:@odata\.count|total|total_?(?:count|results|records|hits|elements|items|rows|matches))"\s*:\s*(?:\{\s*"value"\s*:\s*)?(\d+)',
    re.I,
)
_NEXT = re.compile(
    r'"(?:@odata\.)?(?:next_?(?:link|token|cursor|marker|page_?token|url)|pagination_?token|continuation_?token|last_?evaluated_?key)"\s*:\s*(?:"[^"]|\{\s*")'
    r'|"next"\s*:\s*(?:\{\s*"href"\s*:\s*)?"(?:https?:|/|\?)|"(?:has_?(?:more|next_?page)|is_?truncated)"\s*:\s*true',
    re.I,
)
AROUND = 4096  # bytes of a content's end


def lacks(head: Head, end: Callable[[int], bytes], count: int) -> str:
    """What an answer in pages says of others that are not here, as a sentence; empty where it says nothing.

    `end` gives so many of the last bytes of a content, `count` is how many records it gave.
    """
    text = head.text.lstrip()
    if not text.startswith("{") or not count:
        return ""
    before, list_, _ = text.partition("[")
    if not list_:
        return ""
    around = before + "\n" + end(AROUND).decode("utf-8", errors="replace").rpartition("]")[2]
    totals = {int(found) for found in _TOTAL.findall(around)}
    if len(totals) == 1 and (total := totals.pop()) > count:
        return f"it says that there are {total:,}: the other {total - count:,} are not in it"
    return "it says that more follow on a next page: they are not in it" if _NEXT.search(around) else ""


def by_line(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line that is an object, all values of a key that stands twice kept; other lines are rejected."""
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        text = raw.decode("utf-8", errors="backslashreplace").strip()
        if not text:
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
            continue
        try:
            value = json.loads(text, object_pairs_hook=each_once)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            yield Record(flat(value), unit, 1, byte, len(raw))
        else:
            yield Record({}, unit, 1, byte, len(raw), reject="no JSON object", text=text[:SHOWN])


def _items(value: Any, depth: int = 0) -> list[Any]:
    """The records of a value: of the list that it is or wraps, of columns and rows, or itself."""
    if isinstance(value, list):
        alone = [
            item for item in value if isinstance(item, dict) and len(item) == 1 and set(item) <= set(WRAPPERS)
        ]
        if value and depth < 3 and len(alone) == len(value):
            # Wrapped twice, as New Relic's answers are: results of events.
            return [inner for item in value for inner in _items(item, depth + 1)]
        if pages := _pages(value, depth):
            return pages
        return _headed(value) or _tables(value) or value
    if isinstance(value, dict):
        found = _wrapped(value, depth)
        if found is not None:
            return found
    return [value]


#: What a database calls the type of a value, where it writes that beside each.
_TYPES = frozenset(("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"))


def _bare(item: Any) -> Any:
    """A record without what an answer puts around it: the node of an edge, the type beside each value."""
    if not isinstance(item, dict):
        return item
    if isinstance(item.get("node"), dict) and set(item) <= {"node", "cursor", "__typename"}:
        return item["node"]
    typed = [isinstance(value, dict) and len(value) == 1 and set(value) <= _TYPES for value in item.values()]
    if typed and all(typed):
        return {key: next(iter(value.values())) for key, value in item.items()}
    return item


def _wrapped(value: dict[str, Any], depth: int) -> list[Any] | None:
    """The records that an object holds, where it is no record itself; None where it is one."""
    if depth > DEPTH_AT_MOST:
        return None
    if table := _table(value):
        return table
    words = {key.lower(): key for key in value}
    for word in WRAPPERS:
        inner = value.get(words.get(word, ""))
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            return _items(inner, depth + 1)
        if isinstance(inner, dict) and (found := _wrapped(inner, depth + 1)) is not None:
            return found
    if _timed(value):
        return None
    members = [item for item in value.values() if isinstance(item, dict)]
    if len(members) >= MEMBERS_AT_LEAST and len(members) >= 0.8 * len(value) and _alike(members):
        return [{"key": key, **item} for key, item in value.items() if isinstance(item, dict)]
    lists = [inner for inner in value.values() if isinstance(inner, list) and len(inner) >= MEMBERS_AT_LEAST]
    for inner in sorted(lists, key=len, reverse=True):
        if _records(inner):
            return _items(inner, depth + 1)
        tables = [_table(item) for item in inner if isinstance(item, dict)]
        if tables and all(tables):
            return [row for table in tables for row in table]
    if rows := _tables([value]):
        return rows
    # However deep it lies, and whatever it is called: the longest list of objects that say when.
    deeper = [found for item in members if (found := _wrapped(item, depth + 1)) and _records(found)]
    return max(deeper, key=len, default=None)


def _pages(value: list[Any], depth: int) -> list[Any]:
    """The records of pages: objects that say no time, each of which holds one list of objects that do."""
    if depth or not value or not all(isinstance(item, dict) and not _timed(item) for item in value):
        return []
    lists = [[inner for inner in page.values() if isinstance(inner, list) and inner] for page in value]
    if not all(len(found) == 1 for found in lists):
        return []
    every = [item for found in lists for item in found[0]]
    return every if _records(every) else []


def _records(items: list[Any]) -> bool:
    """Whether these are objects of one kind that say when."""
    bare = [_bare(item) for item in items]
    return (
        len(bare) >= MEMBERS_AT_LEAST
        and all(isinstance(item, dict) for item in bare)
        and _alike(bare)
        and any(_timed(one) for one in (bare[0], *bare[0].values()))
    )


def _timed(value: Any) -> bool:
    """Whether an object says of itself when: one of its own values is written as a time."""
    return isinstance(value, dict) and any(
        isinstance(item, (str, int, float)) and bool(_TIME.match(str(item))) for item in value.values()
    )


def _alike(items: list[dict[str, Any]]) -> bool:
    """Whether most of these objects have the keys that most of them have."""
    counts: dict[str, int] = {}
    for item in items:
        for key in item:
            counts[key] = counts.get(key, 0) + 1
    common = {key for key, number in counts.items() if number >= ALIKE * len(items)}
    return len(common) >= 2 and sum(
        len(common & set(item)) >= ALIKE * len(item) for item in items
    ) >= ALIKE * len(items)


def _table(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows by the names of their columns, where an object holds both, or a list a column; none where it doesn't."""
    columns = list(value.values())
    if (
        len(columns) > 1
        and all(isinstance(column, list) for column in columns)
        and len({len(column) for column in columns}) == 1
        and len(columns[0]) >= MEMBERS_AT_LEAST
        and not any(isinstance(item, (list, dict)) for column in columns for item in column)
        and any(all(_TIME.match(str(item)) for item in column) for column in columns)
    ):
        return [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]
    for rows in columns:
        if not (isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows)):
            continue
        for names in columns:
            if names is not rows and (named := _names(names)) and all(len(row) == len(named) for row in rows):
                return [dict(zip(named, row, strict=True)) for row in rows]
    return []


def _tables(items: list[Any]) -> list[dict[str, Any]]:
    """The rows of all tables in lists that these objects hold."""
    lists = [
        inner
        for item in items
        if isinstance(item, dict)
        for inner in item.values()
        if isinstance(inner, list)
    ]
    return [row for inner in lists for item in inner if isinstance(item, dict) for row in _table(item)]


def _names(value: Any) -> list[str]:
    """The names of columns that a list gives, as words or as objects with a name; none where it gives none."""
    if not isinstance(value, list) or len(value) < 2:
        return []
    found = [
        next(
            (str(item[key]) for key in ("name", "Name", "ColumnName", "field", "label", "id") if key in item),
            "",
        )
        if isinstance(item, dict)
        else item
        for item in value
    ]
    return (
        found
        if all(isinstance(name, str) and name for name in found) and len(set(found)) == len(found)
        else []
    )


def _headed(value: list[Any]) -> list[dict[str, Any]]:
    """Rows of lists of which the first names the columns."""
    if len(value) < 3 or not all(isinstance(row, list) and len(row) == len(value[0]) for row in value):
        return []
    names = _names(value[0])
    if not names or any(_TIME.match(name) for name in names):
        return []
    return [dict(zip(names, row, strict=True)) for row in value[1:]]
