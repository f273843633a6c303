"""A list in YAML whose entries each say when: changes, a calendar, a rota, in block or flow style, under any key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._spellings import parse

if TYPE_CHECKING:
    from yaml import MappingNode, Node

EXAMPLE = """\
changes:   # times are UTC
  - {id: G-7, when: "2026-06-17 07:14", what: "kiln 2, new lining: fires till ten"}
  - id: G-8
    when: 2026-06-18
    what: |
      glaze:
      - 2026-06-19 00:00 is not its time
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:00",
    "body": "kiln 2, new lining: fires till ten",
}

LARGEST, MOST_VALUES = 4 << 20, 200  # characters of a file; values of an entry
_ENTRY = re.compile(r"(?m)^\s*-\s+(?:\{|[\w\"' -]{1,40}:(?:\s|$))")
#: What is said of an entry, by the keys that people give it, the first that it has.
_WORDS = (
    "what did title summary subject description text message action event note change was maßnahme vorgang titel thema "
    "objet quoi titre qué asunto cambio assunto mudança oggetto wat onderwerp co opis"
).split()


def sure(head: Head) -> Sure:
    """Entries behind dashes, most of which say when."""
    if head.text.lstrip()[:1] in "{[<" or not _ENTRY.search(head.text):
        return Sure(0.0)
    text = head.text if head.whole else head.text[: head.text.rfind("\n")]
    found = _entries(text)
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if not found and not head.whole and len(starts) > 2:
        found = _entries(text[: starts[-1]])  # a head is cut within an entry
    timed = sum(_timed(one) for one in found)
    return Sure(
        0.96 if found and timed >= 0.6 * len(found) else 0.0, f"{timed} entries in YAML that say when"
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an entry, over all its lines; what stands around them is structure."""
    lines = list(content.lines())
    text = b"".join(raw for _, raw in lines).decode("utf-8", errors="backslashreplace").removeprefix("\ufeff")
    unit = 1
    for node in _entries(text):
        begin = min(node.start_mark.line, len(lines) - 1)
        stop = _end(node)
        for at in range(unit - 1, begin):
            yield Record({}, at + 1, 1, lines[at][0], len(lines[at][1]), structural="around")
        stop = min(max(stop, begin + 1), len(lines))
        size = sum(len(raw) for _, raw in lines[begin:stop])
        fields = dict(list(_fields(node, ""))[:MOST_VALUES])
        words = next((fields[key] for key in _called(fields) if fields[key]), None)
        yield Record(
            {**fields, "body": words} if words else fields, begin + 1, stop - begin, lines[begin][0], size
        )
        unit = stop + 1
    for at in range(unit - 1, len(lines)):
        yield Record({}, at + 1, 1, lines[at][0], len(lines[at][1]), structural="around")


def _called(fields: dict[str, str | None]) -> list[str]:
    return [key for word in _WORDS for key in fields if key.casefold() == word]


def _end(node: Node) -> int:
    """The line behind an entry: a block ends where the next begins, after what is blank."""
    mark = node.end_mark
    return mark.line + (mark.column > 0)


def _entries(text: str) -> list[MappingNode]:
    """The entries of the list of a document most of which say when: of several the longest; none where it is no YAML."""
    import yaml

    if len(text) > LARGEST:
        return []
    best: list[MappingNode] = []
    try:
        for root in yaml.compose_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            waiting = [root]
            while waiting:
                node = waiting.pop()
                if isinstance(node, yaml.MappingNode):
                    waiting += [value for _, value in node.value]
                elif isinstance(node, yaml.SequenceNode):
                    maps = [one for one in node.value if isinstance(one, yaml.MappingNode)]
                    if (
                        len(maps) > len(best)
                        and len(maps) == len(node.value)
                        and sum(map(_timed, maps)) >= 0.6 * len(maps)
                    ):
                        best = maps
                    waiting += [one for one in node.value if isinstance(one, yaml.SequenceNode)]
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return best


def _timed(node: MappingNode) -> bool:
    """Whether one of an entry's own values is a time, or a day."""
    return any(
        getattr(value, "tag", "").endswith((":str", ":timestamp")) and parse(str(value.value)) is not None
        for _, value in node.value
    )


def _fields(node: Node, prefix: str) -> Iterator[tuple[str, str | None]]:
    """The values of an entry as they are written, by their keys, nested ones dotted."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = str(key.value)
            yield from _fields(value, f"{prefix}.{name}" if prefix else name)
    elif isinstance(node, yaml.SequenceNode):
        plain = [str(one.value) for one in node.value if isinstance(one, yaml.ScalarNode)]
        yield prefix, ", ".join(plain) or None
    else:
        null = node.tag.endswith(":null")
        yield prefix, None if null else str(node.value).strip() or None


FORMAT = Records(read, kind="log", listing=True)
